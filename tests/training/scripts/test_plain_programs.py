"""Programs without Keras: what they get, what they leave, how they end."""

import contextlib

import psutil
import pytest

from tests.training.scripts.conftest import RunProgram
from training.protocol.events import ArtifactSaved, Progressed
from training.protocol.failure import FailureCode
from training.protocol.made_with import read_made_with


def test_a_script_finds_itself_as_if_it_were_run_directly(run_program: RunProgram, place) -> None:
    """Its name, arguments, folder, neighbours and main module are those it knows."""
    (place / "helper.py").write_text("VALUE = 7\n")
    (place / "words.txt").write_text("data beside it")
    ran = run_program(
        """
        import os, pickle, sys
        import helper
        class Thing: pass
        print(__name__, sys.argv[0] == __file__, sys.argv[1:], os.environ["PARAM_LR"])
        print(helper.VALUE, open("words.txt").read(), sys.path[0] == os.path.dirname(__file__))
        print(pickle.loads(pickle.dumps(Thing())).__class__ is sys.modules["__main__"].Thing)
        """,
        lr="0.1",
        shift="-x",
    )
    assert ran.error is None
    assert "__main__ True ['--lr', '0.1', '--shift=-x'] 0.1" in ran.log
    assert "7 data beside it True" in ran.log
    assert ran.log.rstrip().endswith("True")


@pytest.mark.parametrize("name", ["training", "bot", "coltrain", "reporter"])
def test_a_module_of_the_users_own_has_any_name(run_program: RunProgram, place, name) -> None:
    """Nothing of ours is in the way, also where it is called like a package of ours."""
    (place / f"{name}.py").write_text("WHOSE = 'mine'\n")
    ran = run_program(f"import {name}\nprint({name}.WHOSE)\n")
    assert ran.error is None
    assert ran.log.split() == ["mine"]


def test_new_files_are_kept_and_land_beside_no_script(run_program: RunProgram, place) -> None:
    """In folders too; nothing of them lies where the script does, which may be Drive."""
    ran = run_program(
        """
        import os
        os.makedirs("out/deep")
        open("out/deep/model.bin", "w").write("weights")
        open("notes.txt", "w").write("notes")
        """
    )
    assert sorted(event.name for event in ran.told(ArtifactSaved)) == [
        "notes.txt",
        "out_deep_model.bin",
    ]
    assert ran.artifact("out_deep_model.bin") == "weights"
    assert sorted(path.name for path in place.iterdir()) == ["train.py"]
    assert (ran.job.code / "train.py").read_text() == (place / "train.py").read_text()
    assert read_made_with(ran.job) is not None


def test_a_file_that_is_written_through_is_kept_as_well(run_program: RunProgram, place) -> None:
    """The user's own beside the script has the new content, and so has the job; one read is not."""
    for name in ("results.csv", "words.txt"):
        (place / name).write_text("old")
    ran = run_program(
        """
        open("words.txt").read()
        open("results.csv", "w").write("newer")
        """
    )
    assert [event.name for event in ran.told(ArtifactSaved)] == ["results.csv"]
    assert ran.artifact("results.csv") == (place / "results.csv").read_text() == "newer"
    assert not (ran.job.artifacts / "results.csv").is_symlink()


def test_a_great_many_files_are_kept_in_part(run_program: RunProgram) -> None:
    """The newest of them; the log says how many were left."""
    ran = run_program("for i in range(60): open(f'{i}.txt', 'w').close()\n")
    assert len(ran.told(ArtifactSaved)) == 50
    assert "10 more files were left in" in ran.said


def test_a_shell_script_runs_as_well(run_program: RunProgram) -> None:
    """With its parameters as words."""
    ran = run_program('echo "$1 is $2"\n', "go.sh", rate=3)
    assert ran.error is None
    assert ran.log == "--rate is 3\n"


@pytest.mark.parametrize(
    ("text", "code", "details"),
    [
        ("x = 1\nraise ValueError('no <good>\\n at all')\n", FailureCode.SCRIPT_FAILED,
         {"file": "train.py", "line": 2, "error": "ValueError: no <good> at all",
          "text": "raise ValueError('no <good>\\n at all')"}),
        ("x = (\n", FailureCode.SCRIPT_SYNTAX,
         {"file": "train.py", "line": 1, "text": "x = (",
          "error": "SyntaxError: '(' was never closed"}),
        (b"x = 1\ny = '\xe4'\n", FailureCode.SCRIPT_SYNTAX, {}),
        (b"x = 1\0\n", FailureCode.SCRIPT_SYNTAX, {"file": "train.py"}),
        ("import nosuchmodule.deep\n", FailureCode.MODULE_MISSING, {"module": "nosuchmodule"}),
        ("input('rate? ')\n", FailureCode.SCRIPT_ASKS, {"line": 1}),
        ("x = []\nraise MemoryError\n", FailureCode.OUT_OF_MEMORY, {"line": 2}),
        ("raise OSError(28, 'No space left')\n", FailureCode.DISK_FULL, {"line": 1}),
        ("import sys; sys.exit(3)\n", FailureCode.SCRIPT_EXITED,
         {"file": "train.py", "exit_code": 3}),
        ("import sys; sys.exit('no data')\n", FailureCode.SCRIPT_EXITED,
         {"exit_code": 1, "error": "no data"}),
        ("import os; os._exit(9)\n", FailureCode.SCRIPT_EXITED, {"exit_code": 9}),
        ("import os; os.abort()\n", FailureCode.SCRIPT_KILLED, {"signal": "SIGABRT"}),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n", FailureCode.SCRIPT_KILLED,
         {"signal": "SIGKILL"}),
        ("raise KeyboardInterrupt\n", FailureCode.SCRIPT_FAILED, {"error": "KeyboardInterrupt"}),
        ("class Odd(Exception):\n  def __str__(self): raise TypeError\nraise Odd\n",
         FailureCode.SCRIPT_FAILED, {"line": 3}),
        ("def f(): f()\nf()\n", FailureCode.SCRIPT_FAILED, {"line": 1}),
    ],
)  # fmt: skip
def test_each_bad_end_has_its_reason(run_program: RunProgram, text, code, details) -> None:
    """With the place in the user's file where there is one."""
    ran = run_program(text)
    assert ran.error is not None
    assert ran.error.code is code
    assert ran.error.details.items() >= details.items()


def test_the_place_is_in_the_users_files(run_program: RunProgram, place) -> None:
    """The innermost one: not in the library that raised, and not in the caller's."""
    (place / "parts").mkdir()
    (place / "parts" / "loader.py").write_text("import json\ndef load():\n    json.loads('{')\n")
    ran = run_program("from parts.loader import load\nload()\n")
    assert ran.error is not None
    assert ran.error.details["file"] == "parts/loader.py"
    assert (ran.error.details["line"], ran.error.details["text"]) == (3, "json.loads('{')")
    assert "host.py" not in ran.log
    assert "JSONDecodeError" in ran.log


def test_a_broken_neighbour_is_named(run_program: RunProgram, place) -> None:
    """A syntax error in a module that is imported: its file, not the script's."""
    (place / "loader.py").write_text("ok = 1\ndef load(:\n")
    ran = run_program("import loader\n")
    assert ran.error is not None
    assert ran.error.code is FailureCode.SCRIPT_SYNTAX
    assert (ran.error.details["file"], ran.error.details["line"]) == ("loader.py", 2)


def test_a_script_that_is_gone_is_said_so(run_program: RunProgram, place) -> None:
    """It was there when the command was given; and a folder is no script."""
    gone = run_program(None)
    assert gone.error is not None
    assert gone.error.code is FailureCode.SCRIPT_MISSING
    (place / "folder.py").mkdir()
    folder = run_program(None, "folder.py")
    assert folder.error is not None
    assert folder.error.code is FailureCode.SCRIPT_UNREADABLE


@pytest.mark.parametrize("leave", ["os._exit(0)", "pass"])
def test_nothing_that_it_started_outlives_it(run_program: RunProgram, leave: str) -> None:
    """A forked child that left the group and its session, and holds the pipe and prints."""
    ran = run_program(
        f"""
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                open("pid", "w").write(str(os.getpid()))
                while True:
                    print("still here" * 1000, flush=True)
        while not os.path.exists("pid") or not open("pid").read():
            time.sleep(0.01)
        {leave}
        """
    )
    assert ran.error is None
    with contextlib.suppress(psutil.NoSuchProcess):
        assert psutil.Process(int(ran.artifact("pid"))).status() == psutil.STATUS_ZOMBIE
    # The one that forked it may not be gone either.
    assert "processes that it left behind were ended" in ran.said


def test_what_it_prints_is_bounded_and_both_ends_are_kept(run_program: RunProgram) -> None:
    """Two hundred megabytes, quickly; and the error at the end is there."""
    ran = run_program(
        """
        print("the very first line")
        for i in range(200):
            print((f"{i:07d} " + "x" * 92 + "\\n") * 10_000, end="")
        raise RuntimeError("the very last line")
        """
    )
    assert ran.error is not None
    assert ran.job.log.stat().st_size < 12_000_000
    lines = ran.log.splitlines()
    assert lines[0] == "the very first line"
    assert lines[-1] == "RuntimeError: the very last line"
    assert sum("bytes were left out here" in line for line in lines) == 1


def test_a_line_without_an_end_is_bounded(run_program: RunProgram) -> None:
    """Thirty megabytes of it."""
    ran = run_program("for _ in range(30): print('x' * 1_000_000, end='')\n")
    assert ran.error is None
    assert 1_000_000 < ran.job.log.stat().st_size < 12_000_000


def test_a_bar_is_followed_and_folded(run_program: RunProgram) -> None:
    """tqdm's: how far it is in events, its last state in the log."""
    ran = run_program(
        """
        import sys, time
        from tqdm import tqdm
        for epoch in range(1, 4):
            print(f"Epoch {epoch}/3")
            for _ in tqdm(range(50), file=sys.stderr, mininterval=0): pass
        """
    )
    told = [(e.epoch, e.epochs, e.done, e.total) for e in ran.told(Progressed)]
    assert {(epoch, epochs) for epoch, epochs, _, _ in told} == {(1, 3), (2, 3), (3, 3)}
    assert told[-1] == (3, 3, 50, 50)
    assert ran.log.count("\n") == 6
    assert "100%|" in ran.log


def test_another_run_begins_anew_where_the_first_has_left_its_files(
    run_program: RunProgram,
) -> None:
    """A script that looks for a file of its own finds it."""
    text = "import os\nprint(os.path.exists('mine'))\nopen('mine', 'w').close()\n"
    run_program(text)
    ran = run_program(text)
    assert ran.log.split() == ["False", "True"]
