"""Which epoch of a training was its best."""

from collections.abc import Sequence

from bot.job import EpochRecord

BY = "val_accuracy"


def best_epoch(records: Sequence[EpochRecord]) -> EpochRecord | None:
    """The epoch with the best validation accuracy, the first of equals."""
    rated = [record for record in records if BY in record.metrics]
    return max(rated, key=lambda record: record.metrics[BY], default=None)
