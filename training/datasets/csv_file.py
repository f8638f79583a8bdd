"""A table as data to learn from: a column is the class, the others are what tells it."""

from pathlib import Path

import numpy as np

from training.data import Dataset
from training.datasets.classes import as_indices, as_text, names_of
from training.datasets.columns import Columns
from training.datasets.csv_lines import CsvLines
from training.datasets.finding import digest_of, found
from training.datasets.reading import Reading
from training.datasets.rows import Indices, Rows
from training.datasets.splitting import USUAL_SHARE, some_of, split
from training.datasets.table import statistics
from training.protocol.events import MOST_NAMED, WarningRaised
from training.protocol.failure import Detail, FailureCode, TaskError, WarningCode
from training.protocol.spec import TrainSpec

# The label's usual names; a table without one of them has it in its last column.
LABELS = ("label", "class", "target", "y", "category", "species")


def read_csv(file: Path, spec: TrainSpec, run: Reading) -> Dataset:
    """Read a table.

    Shapes:
        inputs: (n, columns) float32; a column of a few words is as many columns of 0 and 1

    Raises:
        TaskError: what is wrong with it, and where.
        Stopped: the user wanted it to stop.
    """
    lines = CsvLines(file)
    label = _label(lines, spec)
    columns = Columns(lines, label, run.check_stop)
    _tell(lines, columns, run)
    values, words = columns.values(run.folder.prepared)
    if not len(words):
        raise TaskError(FailureCode.DATA_EMPTY, file=str(file), name=lines.names[label])
    _tell_unlabelled(lines.names[label], columns.count - len(words), columns.count, run)
    kinds = names_of(words, file, lines.names[label])
    labels = as_indices(words, kinds, file)
    learned, tested = split(labels, spec.validation or USUAL_SHARE)
    _fill_gaps(values, learned)
    train, test = (
        Rows(values, part, labels[part], len(kinds))
        for part in (some_of(learned, spec.samples), some_of(tested, spec.samples))
    )
    about = found(
        file.name, train, test, [as_text(kind) for kind in kinds], own_test=False,
        fingerprint=digest_of(file, run.check_stop),
    ).model_copy(update={"columns": tuple(columns.names[:MOST_NAMED])})  # fmt: skip
    print(f"{lines.names[label]} is learned from {', '.join(columns.names[:50])}")
    return Dataset(train, test, about=about, statistics=statistics(train))


def _label(lines: CsvLines, spec: TrainSpec) -> int:
    """Which column is learned.

    Raises:
        TaskError: COLUMN_MISSING.
    """
    lowered = [name.lower() for name in lines.names]
    if spec.label is None:
        known = (lowered.index(name) for name in LABELS if name in lowered)
        return next(known, len(lowered) - 1)
    for names, wanted in ((lines.names, spec.label), (lowered, spec.label.lower())):
        if wanted in names:
            return names.index(wanted)
    raise TaskError(
        FailureCode.COLUMN_MISSING, file=str(lines.file), name=spec.label, columns=lines.names[:30]
    )


def _tell(lines: CsvLines, columns: Columns, run: Reading) -> None:
    """Say what of the table is not taken as it may be meant."""
    warnings: dict[WarningCode, dict[str, Detail]] = {}
    if lines.guessed:
        name = lines.file.name
        warnings[WarningCode.TEXT_DECODED] = {"file": name, "encoding": lines.guessed}
    if columns.left_out:
        warnings[WarningCode.COLUMNS_LEFT_OUT] = {"columns": columns.left_out[:20]}
    if columns.like_numbers:
        names, examples = list(columns.like_numbers), list(columns.like_numbers.values())
        warnings[WarningCode.NUMBERS_AS_WORDS] = {"columns": names[:20], "example": examples[0]}
    for code, details in warnings.items():
        run.report(WarningRaised(code=code, details=details))


def _tell_unlabelled(column: str, count: int, total: int, run: Reading) -> None:
    """Say how many rows nothing can be learned from."""
    if count:
        details: dict[str, Detail] = {"column": column, "count": count, "total": total}
        run.report(WarningRaised(code=WarningCode.ROWS_WITHOUT_LABEL, details=details))


def _fill_gaps(values: np.ndarray, learned: Indices) -> None:
    """Put a column's mean where it has no value; nothing of the test set is in that."""
    for column in range(values.shape[1]):
        gaps = np.isnan(values[:, column])
        if gaps.any():
            known = values[learned, column][~gaps[learned]]
            values[gaps, column] = known.mean() if len(known) else 0
