"""Packages arrive, the user hears which, and what Coltrain relies on stays as it is."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from training.packages.distributions import Distribution
from training.packages.protected import DIRECT, forbidden_changes, protected_names
from training.protocol.events import Progressed
from training.protocol.failure import FailureCode as Code
from training.run import Stopped


def test_a_life_of_installations(machine) -> None:
    """New with what it needs, there already, changed, unknown, too new, in conflict."""
    result = machine.install("pictures")
    assert (result["installed"], result["changed"]) == (["pictures 1.0", "shapes 2.0"], [])
    assert machine.has("pictures")
    last = machine.told(Progressed)[-1]
    assert (last.done, last.total, last.unit) == (2, 2, "packages")

    nothing = machine.install("pictures>=1", "Shapes")
    assert (nothing["installed"], nothing["changed"], nothing["removed"]) == ([], [], [])

    changed = machine.install("shapes<2")
    assert (changed["installed"], changed["changed"]) == ([], ["shapes 2.0 → 1.5"])

    error = machine.refuses(Code.PACKAGE_NOT_FOUND, "no-such-thing")
    assert error.details == {"package": "no-such-thing"}
    assert machine.refuses(Code.PACKAGE_NOT_FOUND, "shapes>=7").details["package"] == "shapes>=7"
    error = machine.refuses(Code.PACKAGES_CONFLICT, "needs-old-shapes", "shapes>=2")
    assert "shapes" in str(error.details["error"])
    assert machine.install("shapes")["changed"] == []


def test_what_coltrain_relies_on_is_not_changed_unless_forced(machine) -> None:
    """Directly or through another package; with force it is done and told."""
    machine.install("numpy==2.0")

    for asked in ("numpy<2", "needs-old-numpy"):
        error = machine.refuses(Code.REQUIREMENT_PROTECTED, asked)
        assert error.details["changes"] == ["numpy 2.0 → 1.0"]
    assert not machine.has("needs_old_numpy")

    result = machine.install("needs-old-numpy", force=True)
    assert result["changed"] == ["numpy 2.0 → 1.0"]
    assert result["installed"] == ["needs-old-numpy 1.0"]


def test_what_the_requirements_require_is_protected_too(uv_machine) -> None:
    """Httpx is Coltrain's, shapes is this httpx's: so shapes stays."""
    uv_machine.install("httpx")
    error = uv_machine.refuses(Code.REQUIREMENT_PROTECTED, "needs-old-shapes")
    assert error.details["changes"] == ["shapes 2.0 → 1.5"]


def test_the_list_of_direct_requirements_is_the_projects() -> None:
    """The copy for an uninstalled Coltrain does not fall behind pyproject.toml."""
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    stated = [Requirement(text) for text in project["project"]["dependencies"]]
    assert {(one.name, *one.extras) for one in map(Requirement, DIRECT)} == {
        (one.name, *one.extras) for one in stated
    }


def test_extras_and_markers_count_for_what_is_protected() -> None:
    """An extra that nobody asked for protects nothing; neither does another system's."""
    installed = {
        "python-telegram-bot": Distribution(
            "22", ["apscheduler; extra == 'job-queue'", "tornado; extra == 'webhooks'"]
        ),
        "apscheduler": Distribution("3.11", ["tzlocal; sys_platform == 'atlantis'", "?? broken"]),
        "tornado": Distribution("6", []),
        "tzlocal": Distribution("5", []),
    }
    assert {"python-telegram-bot", "apscheduler"} <= protected_names(installed)
    assert not {"tornado", "tzlocal"} & protected_names(installed)
    plan = {"apscheduler": None, "tornado": None, "keras": "9"}
    assert forbidden_changes(plan, installed) == ["apscheduler 3.11 → removed"]


@pytest.mark.parametrize("calls", [0, 1])
def test_a_stop_ends_the_installer(uv_machine, stops_after, calls: int) -> None:
    """While it still plans nothing has changed, and there is nothing to show."""
    with pytest.raises(Stopped) as caught:
        uv_machine.install("pictures", kind=stops_after(calls))
    assert caught.value.result == {}
    assert not uv_machine.has("pictures")


def test_the_bots_token_is_not_handed_on() -> None:
    """A package's build may read its environment."""
    from training.packages.environment import clean  # noqa: PLC0415

    assert "TELEGRAM_BOT_TOKEN" not in clean({"TELEGRAM_BOT_TOKEN": "1:a", "HOME": "/"})
