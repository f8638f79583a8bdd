"""Ink on paper: where it is in a photograph, whatever the light, the pen and the paper.

Covered: dark on light and light on dark, light that falls off over the sheet, shadows
at its edge, other things beside the largest one written. Not covered: patterned paper
whose lines are as dark as the pen.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

SIDE = 320  # pixels of the longer side that are looked at
FITS = 6
FLAT = 24 / 255  # less contrast than this is noise or paper
NEAR = 0.14  # a piece this close to the largest one, of its longer side, belongs to it
FAINT = 0.7  # a pen that is lifted leaves less ink
SPECK = 0.02  # of the largest one's ink: dust and noise


@dataclass(frozen=True, slots=True)
class Ink:
    """The largest thing written.

    Attributes:
        strength: how much ink, 0 to 1, in its box.
        box: left, top, right, bottom as shares of the picture.

    Shapes:
        strength: (height, width) float32 in [0, 1]
    """

    strength: Grey
    box: tuple[float, float, float, float]


def find_ink(picture: Image.Image) -> Ink | None:
    """The largest thing written on a picture; none where nothing is.

    Args:
        picture: in shades of grey.
    """
    small = picture.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    grey = np.asarray(small, np.float32) / np.float32(255)
    contrast = _contrast(grey)
    if contrast is None:
        return None
    threshold = _threshold(contrast)
    written = _largest(contrast > threshold, contrast)
    rows, columns = np.flatnonzero(written.any(1)), np.flatnonzero(written.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    # What is soft around a stroke belongs to it; what else stands in the box does not.
    soft = np.where(_grown(written, 2), contrast, 0)[top:bottom, left:right]
    full = float(np.quantile(contrast[written], 0.8))
    strength = np.clip(soft / np.float32(max(full, threshold)), 0, 1)
    height, width = grey.shape
    box = (left / width, top / height, right / width, bottom / height)
    return Ink(strength.astype(np.float32), box)


def _contrast(grey: Grey) -> Grey | None:
    """How far each pixel is from the paper in the direction of the ink; none if nothing is."""
    dark, light = (_beyond(grey, sign) for sign in (-1, 1))
    best = max(dark, light, key=lambda found: float(np.quantile(found, 0.995)))
    noise = float(np.median(best)) * 3
    return best if float(best.max()) > max(FLAT, noise) else None


def _beyond(grey: Grey, sign: int) -> Grey:
    """Fit a curved sheet to the paper, leaving out what stands off on the ink's side."""
    height, width = grey.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / max(width - 1, 1) - 0.5, y / max(height - 1, 1) - 0.5
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1).reshape(-1, 6)
    levels = grey.reshape(-1)
    paper = np.full_like(levels, np.median(levels))
    for _ in range(FITS):
        off = levels - paper
        spread = max(1.4826 * float(np.median(np.abs(off))), 2 / 255)
        kept = sign * off < 2 * spread
        weights, *_ = np.linalg.lstsq(terms[kept][::3], levels[kept][::3], rcond=None)
        paper = terms @ weights
    beyond: Grey = np.maximum(sign * (levels - paper), 0).astype(np.float32).reshape(grey.shape)
    return beyond


def _threshold(contrast: Grey) -> float:
    """Between paper and ink, where the two differ most.

    Source: N. Otsu, A threshold selection method from gray-level histograms (1979).
    """
    counts, edges = np.histogram(contrast, bins=128, range=(0, float(contrast.max())))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    best = int(np.nanargmax(between[:-1]))
    return max(FAINT * float(edges[best + 1]), FLAT / 2)


def _largest(mask: Mask, contrast: Grey) -> Mask:
    """The group of strokes with the most ink; one at the edge is rather a shadow."""
    labels, count = _labelled(_grown(mask, 1))
    ink = np.bincount(labels[mask], contrast[mask], minlength=count + 1)
    ink[0] = 0
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    inside = ink.copy()
    inside[np.unique(edge)] = 0
    chosen = inside if inside.max() > SPECK * ink.max() else ink
    largest: Mask = labels == int(chosen.argmax())
    side = max(np.ptp(axis) for axis in np.nonzero(largest))
    reached = np.bincount(labels[_grown(largest, max(1, round(NEAR * side)))], minlength=count + 1)
    pieces = (reached > 0) & (chosen > SPECK * chosen.max())
    found: Mask = mask & pieces[labels]
    return found


def _grown(mask: Mask, by: int) -> Mask:
    picture = Image.fromarray(mask.astype(np.uint8))
    for _ in range(by):
        picture = picture.filter(ImageFilter.MaxFilter(3))
    grown: Mask = np.asarray(picture).astype(np.bool_)
    return grown


def _labelled(mask: Mask) -> tuple[NDArray[np.int32], int]:
    """Number the pieces that hang together, from 1."""
    labels = np.zeros(mask.shape, np.int32)
    height, width = mask.shape
    count = 0
    for y, x in zip(*np.nonzero(mask), strict=True):
        if labels[y, x]:
            continue
        count += 1
        labels[y, x] = count
        waiting = deque([(int(y), int(x))])
        while waiting:
            row, column = waiting.popleft()
            for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                below, beside = row + down, column + right
                if not (0 <= below < height and 0 <= beside < width):
                    continue
                if mask[below, beside] and not labels[below, beside]:
                    labels[below, beside] = count
                    waiting.append((below, beside))
    return labels, count
