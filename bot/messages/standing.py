"""How a training did beside those before it."""

import math
from collections.abc import Sequence

from bot.job import Job
from bot.messages.translation import say

LEAST_POINTS = 0.005  # less does not show in two digits


def rival(job: Job, earlier: Sequence[Job]) -> Job | None:
    """The best of the earlier trainings with the same data; the latest of equals."""
    tested = [other for other in earlier if _same_kind(job, other) and accuracy(other) is not None]
    return max(tested, key=lambda other: (accuracy(other) or 0, other.id), default=None)


def standing(job: Job, best: Job | None) -> str | None:
    """A line: ``0.07 points better than job 5, your best so far``; none without a rival."""
    reached, before = accuracy(job), None if best is None else accuracy(best)
    if best is None or reached is None or before is None:
        return None
    points = 100 * (reached - before)
    if abs(points) < LEAST_POINTS:
        return say("As good as job {number}, your best so far", number=best.id)
    if points > 0:
        return say(
            "{points:.2f} points better than job {number}, your best so far",
            points=points,
            number=best.id,
        )
    return say(
        "{points:.2f} points below job {number}, your best so far", points=-points, number=best.id
    )


def accuracy(job: Job) -> float | None:
    """What a job reached on the test set, where that is known and a number."""
    found = job.outcome.result.get("test_accuracy")
    return found if isinstance(found, float) and math.isfinite(found) else None


def _same_kind(job: Job, other: Job) -> bool:
    return job.spec.trains and job.spec.learns_from == other.spec.learns_from
