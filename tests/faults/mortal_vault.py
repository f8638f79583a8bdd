"""The vault's child process, the first of which may be told to die: ``mortal_vault.py <plan>``.

The plan is a file with the kind of call, the how manieth, and whether strace sees to it.
"""

import sys
from pathlib import Path

from bot.vault import __main__ as child
from tests.faults.mortality import Death


def death_of(plan: Path) -> Death:
    """The death that is planned."""
    call, number, traced = plan.read_text().split()
    return Death(call, int(number), plan.with_suffix(".calls"), traced == "True")


def command(plan: Path, death: Death) -> tuple[str, ...]:
    """How to start a vault's child that dies so."""
    plan.write_text(f"{death.call} {death.number} {death.traced}")
    return (sys.executable, "-m", "tests.faults.mortal_vault", str(plan))


def main() -> None:
    """Serve the bot as ever."""
    death = death_of(Path(sys.argv[1]))
    if not death.record.exists():
        death()
    child.main()


if __name__ == "__main__":
    main()
