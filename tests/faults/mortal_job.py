"""A light job process whose first run may be told to die: ``mortal_job.py <plans> <job folder> …``.

The folder of plans has a file for each job that shall die, named after its number:
the kind of call, the how manieth, and whether strace is to see to it.
"""

import sys
from pathlib import Path

from tests.faults import light_job
from tests.faults.mortality import Death


def plan_of(plans: Path, job_id: int) -> Path:
    """Where a job's death is planned."""
    return plans / str(job_id)


def death_of(plans: Path, job_id: int) -> Death:
    """The death that is planned for a job."""
    call, number, traced = plan_of(plans, job_id).read_text().split()
    return Death(call, int(number), plans / f"{job_id}.calls", traced == "True")


def plan(plans: Path, job_id: int, death: Death) -> None:
    """Let the first run of a job that will be of this number die so."""
    plan_of(plans, job_id).write_text(f"{death.call} {death.number} {death.traced}")


def main() -> int:
    """Take the plans' folder off the command line, and go on as a light job."""
    plans = Path(sys.argv.pop(1))
    folder, run = Path(sys.argv[1]), sys.argv[sys.argv.index("--run") + 1]
    job_id = int(folder.name)
    light_job.prepare()
    if run == "1" and plan_of(plans, job_id).exists():
        death_of(plans, job_id)()
    return light_job.main()


if __name__ == "__main__":
    sys.exit(main())
