"""Find out what a training or a program would take: ``/check``."""

from training.protocol.failure import Detail
from training.protocol.spec import CheckSpec, RunSpec
from training.run import Run


def run_task(spec: CheckSpec, run: Run) -> dict[str, Detail]:
    """Do as much of it as is needed to say what the whole would take.

    Raises:
        TaskError: what the training or the program would fail by.
        Stopped: the user wanted it to stop.
    """
    if isinstance(spec.training, RunSpec):
        # A program brings a Keras of its own, in a process of its own.
        from training.tasks.check_program import check_program  # noqa: PLC0415

        return check_program(spec.training, run)
    from training.tasks.check_training import check_training  # noqa: PLC0415

    return check_training(spec.training, run)
