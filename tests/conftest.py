"""What every test stands on: no network but loopback, and one way to wait."""

import os
import time
from collections.abc import Callable

import pytest
import pytest_socket
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

pytest_plugins = ["tests.telegram", "tests.bots", "tests.vaults", "tests.browser"]


def pytest_configure() -> None:
    """The command line sets this, and tests call below it: else each 429 warns."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")


# How long an example takes says something about the machine, not about the property.
hypothesis_settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")


def pytest_runtest_setup() -> None:
    """Any connection other than loopback fails the test that makes it."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., object]:
    """The only thing in the tests that sleeps: poll until a condition is truthy."""

    def wait(condition: Callable[[], object], timeout_s: float = 60.0) -> object:
        deadline = time.monotonic() + timeout_s
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout_s} s: {condition}")
            time.sleep(0.01)
        return found

    return wait
