"""The one list of faults: what ``make faults`` runs, and how often."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import (
    bot_kills,
    bot_points,
    damage,
    exact_resume,
    job_kills,
    job_points,
    machine_loss,
    outages,
    vault_points,
)
from tests.faults.figures import Finding

Struck = Callable[[], None]


@dataclass(frozen=True)
class Fault:
    """A kind of fault.

    Attributes:
        strike: lets it strike so many times (None: wherever it can), calls what it is
            given after each time, and looks into the books.
        times: how often in a full run.
        quick: how often with ``--quick``.
    """

    name: str
    strike: Callable[[int | None, Struck], Finding]
    times: int | None
    quick: int


FAULTS = (
    Fault("bot-kills", bot_kills.strike, times=1_000, quick=25),
    Fault("bot-points", bot_points.strike, times=None, quick=20),
    Fault("job-kills", job_kills.strike, times=200, quick=15),
    Fault("job-points", job_points.strike, times=None, quick=15),
    Fault("vault-points", vault_points.strike, times=None, quick=10),
    Fault("machine-loss", machine_loss.strike, times=30, quick=3),
    Fault("exact-resume", exact_resume.strike, times=5, quick=1),
    Fault("damage", damage.strike, times=1_001, quick=35),
    Fault("no-network", outages.strike_no_network, times=24, quick=1),
    Fault("half-of-all-calls", outages.strike_half_of_all_calls, times=3, quick=1),
)
