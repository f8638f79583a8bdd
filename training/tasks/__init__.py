"""The kinds of job, one file each: a function that takes the spec and the run.

Each module has ``run_task(spec, run)``. It returns the result for
``run_succeeded``, raises ``TaskError`` when it cannot succeed and ``Stopped``
when it was asked to stop.
"""
