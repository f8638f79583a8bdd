"""The wheel that ``make bundle`` builds has everything that Colab needs, and nothing else."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "training", "emulator")
NEEDED = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
# An environment that was made before this test wanted it may have an older one.
pytest.importorskip("setuptools", "77", reason="needs setuptools 77: make setup brings it")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is built from: building leaves folders behind."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, folder)
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / package, folder / package, ignore=ignored)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built without asking a package index for setuptools."""
    folder = tmp_path_factory.mktemp("dist")
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), "."]
    subprocess.run(command, cwd=source, check=True)
    [path] = folder.iterdir()
    return zipfile.ZipFile(path)


def test_the_wheel_has_every_file_of_the_packages(source: Path, wheel: zipfile.ZipFile) -> None:
    """Code, MNIST and the chat page alike, each in its full size, and no tests."""
    files = {
        str(path.relative_to(source)): path.stat().st_size
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file()
    }
    assert {"training/mnist.npz", "emulator/page/index.html"} <= set(files)
    packed = {entry.filename: entry.file_size for entry in wheel.infolist()}
    about = {name for name in packed if name.partition("/")[0].endswith(".dist-info")}
    assert {name: packed[name] for name in packed.keys() - about} == files


def test_the_wheel_brings_the_command_and_the_licence(wheel: zipfile.ZipFile) -> None:
    """`coltrain` after an installation; whoever gets the wheel gets its terms."""
    [entry_points] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "coltrain = bot.__main__:main" in wheel.read(entry_points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_wheel_needs_what_the_project_names(wheel: zipfile.ZipFile) -> None:
    """Another test holds the project's requirements against Colab's packages: these are they."""
    [about] = [name for name in wheel.namelist() if name.endswith("dist-info/METADATA")]
    lines = wheel.read(about).decode().splitlines()
    needs = [line.removeprefix("Requires-Dist: ") for line in lines if "Requires-Dist" in line]
    plain = [Requirement(need) for need in needs if "extra ==" not in need]
    assert set(map(str, plain)) == {str(Requirement(need)) for need in NEEDED}
