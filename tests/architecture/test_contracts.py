"""The architecture as it is declared is the architecture as it is."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "training", "emulator")
HEAVY = ("keras", "tensorflow", "torch", "jax", "numpy", "matplotlib", "emulator")
TESTS = sorted((PROJECT / "tests").rglob("test_*.py"))


def in_fresh_interpreter(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_contracts_between_the_rooms_hold() -> None:
    """Layers and doors, as pyproject.toml declares them."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_bot_imports_nothing_heavy() -> None:
    """A fresh interpreter with the whole bot in it has no Keras and its like."""
    loaded = in_fresh_interpreter(
        "import sys, bot.__main__; print(*{name.partition('.')[0] for name in sys.modules})"
    ).split()
    assert not set(HEAVY) & set(loaded)
    assert "telegram" in loaded


@pytest.mark.parametrize("module", ["unzip", "install"])
def test_preparation_does_not_wait_for_keras(module: str) -> None:
    """Unpacking and installing start light."""
    loaded = in_fresh_interpreter(
        f"import sys, training.tasks.{module};"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    ).split()
    assert not {"keras", "tensorflow", "numpy"} & set(loaded)


def test_nothing_happens_on_import() -> None:
    """No file is opened for writing, no process or socket made by an import."""
    in_fresh_interpreter(
        "import sys\n"
        "def hook(event, args):\n"
        "    if event in ('socket.connect', 'subprocess.Popen', 'sqlite3.connect'):\n"
        "        raise SystemExit(f'{event} {args}')\n"
        "    if event == 'open' and isinstance(args[1], str) and set(args[1]) & set('wax+'):\n"
        "        raise SystemExit(f'{event} {args}')\n"
        "sys.dont_write_bytecode = True\n"
        "sys.addaudithook(hook)\n"
        "import bot.__main__, training.__main__, emulator.server\n"
    )


def test_the_suite_runs_every_test() -> None:
    """The list of folders, which puts the quick ones first, leaves none out."""
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = config["tool"]["pytest"]["ini_options"]["testpaths"]
    assert {"/".join(path.relative_to(PROJECT).parts[:2]) for path in TESTS} == set(listed)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(PROJECT / "tests")))
def test_every_test_states_its_property(path: Path) -> None:
    """A docstring says what must hold; nobody sleeps or fakes modules by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test_"):
                assert ast.get_docstring(node), f"{node.name} has no docstring"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            assert not any("unittest.mock" in name for name in names)
        elif isinstance(node, ast.Attribute) and node.attr == "sleep":
            pytest.fail(f"line {node.lineno} sleeps; wait_until is there for waiting")


def test_every_folder_with_code_is_a_package_that_ships() -> None:
    """A module that setuptools leaves out would be missing on Colab only."""
    for package in PACKAGES:
        for path in (PROJECT / package).rglob("*.py"):
            assert (path.parent / "__init__.py").exists(), path


def test_the_repository_speaks_of_the_product_alone() -> None:
    """No path of a machine, no address of a package registry."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        path = PROJECT / name
        if path.suffix in {".npz", ".png"} or path == Path(__file__) or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for never in ("../shared", "/work/", "/simple/", "files.pythonhosted"):
            assert never not in text, f"{name} has {never}"
