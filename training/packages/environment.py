"""Where packages come from and go to."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import NamedTuple

# pip's options, and the variables that tell uv the same.
FROM_PIP = {
    "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "extra-index-url": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "find-links": ("UV_FIND_LINKS",),
    "cert": ("SSL_CERT_FILE",),
    "trusted-host": ("UV_INSECURE_HOST",),
}
BY_COMMA = {"UV_FIND_LINKS"}

# Secrets of the bot are none of an installer's business: a package may run code.
SECRETS = ("TELEGRAM_",)


class Target(NamedTuple):
    """The Python to install for, and with what.

    Attributes:
        python: its executable.
        uv: uv's executable; None where there is none: pip does it.
        variables: environment for all child processes.
    """

    python: str
    uv: str | None
    variables: dict[str, str]


def this_python(variables: Mapping[str, str] = os.environ) -> Target:
    """The Python that runs this job."""
    return Target(sys.executable, find_uv(), clean(variables))


def find_uv() -> str | None:
    """The uv that came with Coltrain, else one on the path."""
    try:
        import uv  # noqa: PLC0415 - may be missing

        return os.fsdecode(uv.find_uv_bin())
    except (ImportError, FileNotFoundError):
        return shutil.which("uv")


def clean(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables for installers: no secrets, no questions, no colours."""
    kept = {name: value for name, value in variables.items() if not name.startswith(SECRETS)}
    return kept | {
        # The Python that Coltrain runs in is the one to install for, also where a
        # distribution of Linux would rather keep it to itself.
        "UV_BREAK_SYSTEM_PACKAGES": "1",
        "PIP_BREAK_SYSTEM_PACKAGES": "1",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_PROGRESS": "1",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
    }


def with_pip_settings(target: Target) -> Target:
    """Tell uv, which does not read pip's settings, where pip gets its packages from.

    Through the environment: a command line and a log are for everybody to read,
    and an address may hold a password. What is set for uv already stays.
    """
    command = [target.python, "-m", "pip", "config", "list"]
    answer = subprocess.run(command, env=target.variables, capture_output=True, check=False)
    if answer.returncode != 0:
        return target  # No pip, no settings.
    settings = read_settings(answer.stdout.decode(errors="replace"))
    added: dict[str, str] = {}
    for option, names in FROM_PIP.items():
        if option in settings and not any(name in target.variables for name in names):
            values = settings[option].split()
            added[names[0]] = ("," if names[0] in BY_COMMA else " ").join(values)
    if "UV_INDEX" in added:
        # What pip does with several: all are equal.
        added.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return target._replace(variables=added | target.variables)


def read_settings(listed: str) -> dict[str, str]:
    """The options in what ``pip config list`` prints; the environment's count most."""
    settings: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for line in listed.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(f"{section}."):
                settings[key.removeprefix(f"{section}.")] = str(ast.literal_eval(value))
    return settings
