"""Whatever is written: a calm sentence that names what is allowed, and nothing is started."""

from pathlib import Path

import pytest

from bot.errors import UserError
from bot.settings import Settings
from emulator.client import ChatClient
from emulator.server import Emulator
from tests.bots import RunningBot

SLIPS = [
    ("/train epoch=3", ["no parameter epoch", "Did you mean epochs=?", "batch_size", "seed"]),
    ("/train epochs=zero", ["epochs cannot be zero", "a whole number from 1 to 10,000"]),
    ("/train epochs=0", ["epochs cannot be 0", "from 1 to 10,000"]),
    ("/train epochs=1e9", ["epochs cannot be 1e9"]),
    ("/train epochs=", ["epochs cannot be"]),
    ("/train\nepochs=0 seed=1", ["epochs cannot be 0"]),
    ("/train\u00a0epochs=0", ["epochs cannot be 0"]),
    ("/train learning_rate=-1", ["learning_rate cannot be -1", "a number above 0"]),
    ("/train learning_rate=nan", ["learning_rate cannot be nan"]),
    ("/train optimizer=Adma", ["optimizer cannot be Adma", "one of adadelta, adam"]),
    ("/train preset=fast", ["preset cannot be fast", "one of mnist_cnn, quick"]),
    ("/train preset=Quick", ["preset cannot be Quick", "one of mnist_cnn, quick"]),
    ("/train preset=", ["preset cannot be"]),
    ("/train preset=quick model=mine.py", ["quick has a network of its own", "model="]),
    ("/train target=150", ["target cannot be 150", "99.25, 99.25% or 0.9925"]),
    ("/train target=high", ["target cannot be high"]),
    ("/train shifts=2", ["shifts cannot be 2", "yes or no"]),
    ("/train cycle=3", ["no parameter cycle"]),
    ("/train epochs=1 epochs=2", ["epochs stands there twice"]),
    ("/train twelve epochs", ["do not know what to do with twelve epochs", "/train epochs=12"]),
    ('/train "epochs=1', ["quotation mark is opened and not closed"]),
    ("/train v=2", ["no parameter v"]),
    ("/train kind=unzip", ["no parameter kind"]),
    ("/stop", ["Nothing runs or waits", "/train"]),
    ("/stop 99", ["There are no jobs yet"]),
    ("/stop 1 2", ["do not know what to do with 2"]),
    ("/job 7", ["There are no jobs yet"]),
    ("/job -1", ["There are no jobs yet"]),
    ("/job 99999999999999999999999", ["There are no jobs yet"]),
    ("/logs ٣", ["There are no jobs yet"]),
    ("/unzip nothing.zip", ["There is no nothing.zip in", "/files shows what there is"]),
    ("/unzip " + "x" * 4000, ["There is no xxx"]),
    ("/unzip ../../etc/passwd", ["lies outside the folders"]),
    ("/unzip /etc/passwd", ["lies outside the folders"]),
    ("/unzip a.zip b.zip", ["do not know what to do with b.zip"]),
    ("/unzip a.zip to=x", ["no parameter to", "into"]),
    ("/install", ["Something is missing", "/install pandas"]),
    ("/install --index-url=http://x six", ["packages cannot be --index-url=http://x"]),
    ("/install git+https://x/y", ["packages cannot be git+https://x/y", "names such as pandas"]),
    ("/install 'six @ https://x/six.whl'", ["packages cannot be", "no options, URLs or paths"]),
    ("/install ./local", ["packages cannot be ./local"]),
    ("/install six force=maybe", ["force cannot be maybe", "yes or no"]),
    ("/keepalive soon", ["keepalive cannot be soon", "10m"]),
    ("/keepalive 0", ["keepalive cannot be 0"]),
    ("/notify", ["off: started, epochs, saved"]),
    ("/notify steps on", ["notify cannot be steps", "one of started, epochs"]),
    ("/notify epochs", ["Something is missing"]),
    ("/notify epochs perhaps", ["epochs cannot be perhaps", "on, silent or off"]),
    ("/trian", ["no command /trian", "Did you mean /train?"]),
    ("/xyzzy", ["no command /xyzzy", "/help lists them all"]),
    ("/help trian", ["no command /trian", "Did you mean /train?"]),
    ("hello there", ["I act on commands only", "/help"]),
    ("x" * 4096, ["I act on commands only"]),
    ("/train " + "x" * 4000, ["do not know what to do with xxx"]),
    ("/train <b>&amp;</b>", ["do not know what to do with <b>&amp;</b>"]),
    ("/\u202e", ["no command"]),
]


@pytest.mark.parametrize(("said", "answer"), SLIPS, ids=[said[:40] for said, _ in SLIPS])
async def test_a_slip_is_answered_and_starts_nothing(
    bot: RunningBot, chat: ChatClient, said: str, answer: list[str]
) -> None:
    """The answer names what was wrong and what is allowed; no job, no incident."""
    await chat.say(said)
    await chat.sees(*answer)
    with bot.store.transaction() as tx:
        assert tx.jobs.count() == 0
    assert "incident" not in (await chat.messages())[-1]["text"]


@pytest.mark.parametrize("into", ["..", ".hidden", "a/b", "a\\b", "x" * 300, "", "a\nb"])
async def test_into_takes_one_plain_name(
    bot: RunningBot, chat: ChatClient, settings: Settings, into: str
) -> None:
    """Nothing that leads elsewhere or hides."""
    (settings.data / "a.zip").write_bytes(b"PK")
    await chat.say(f"/unzip a.zip 'into={into}'")
    await chat.sees("one plain folder name")


async def test_nothing_is_overwritten(
    bot: RunningBot, chat: ChatClient, settings: Settings
) -> None:
    """A folder that is there stays as it is."""
    (settings.data / "a.zip").write_bytes(b"PK")
    (settings.data / "a").mkdir()
    await chat.say("/unzip a.zip")
    await chat.sees("The folder a is there already", "into=")


async def test_a_link_out_of_the_data_folder(
    bot: RunningBot, chat: ChatClient, settings: Settings, tmp_path: Path
) -> None:
    """A link does not widen what commands may read."""
    (tmp_path / "secret.zip").write_bytes(b"PK")
    (settings.data / "link.zip").symlink_to(tmp_path / "secret.zip")
    await chat.say("/unzip link.zip")
    await chat.sees("lies outside the folders")


async def test_a_near_miss_is_guessed(
    bot: RunningBot, chat: ChatClient, settings: Settings
) -> None:
    """A name with a slip in it is answered with the file that was meant."""
    (settings.data / "seg_label.zip").write_bytes(b"PK")
    await chat.say("/unzip seg_lable.zip")
    await chat.sees("Did you mean seg_label.zip?")


async def test_a_bug_gets_an_incident_number(
    bot: RunningBot, chat: ChatClient, caplog: pytest.LogCaptureFixture
) -> None:
    """One calm line in the chat, the traceback in the log under the same number."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug, planted by this test")

    bot.coltrain.jobs.submit = broken  # type: ignore[method-assign, assignment]
    await chat.say("/train epochs=1")
    await chat.sees("not your doing", "incident")
    shown = (await chat.messages())[-1]["text"]
    number = shown.partition("incident ")[2][:6]
    assert f"incident {number}" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in shown


async def test_edits_and_forwards_do_nothing(
    bot: RunningBot, telegram: Emulator, chat: ChatClient
) -> None:
    """A command that is edited or passed on is not a command."""
    said = await chat.say("/status")
    await chat.sees("Nothing runs")
    await chat.edit(said["message_id"], "/train epochs=1")
    await chat.forward(said["message_id"])
    await chat.say("/jobs")
    await chat.sees("No jobs yet")
    assert len([m for m in await chat.messages() if not m["outgoing"]]) == 2


def test_errors_have_sentences() -> None:
    """Every kind of slip has its sentence: none falls through to an error of ours."""
    from bot.messages.errors import sentence  # noqa: PLC0415

    for kind in UserError.__subclasses__():
        assert sentence.dispatch(kind) is not sentence.dispatch(object), kind
