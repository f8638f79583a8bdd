"""Command line: ``python -m bot run | demo | say | doctor``."""

import asyncio
import gc
import os
import signal
import sys
import webbrowser
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn

import typer

from bot.app import Coltrain, FolderInUse, utc_now
from bot.conversation import TokenRefused
from bot.finding import Mark
from bot.launcher import Launcher, print_line
from bot.logs import start_logging
from bot.messages import doctor as doctor_words
from bot.settings import Settings, SettingsError, load_settings
from bot.stalls import watched_loop
from bot.stand_in import TOKEN, EmulatorFailed, emulator, settings_for
from bot.stand_in import say as say_commands
from bot.store import StoreError
from bot.vault.opening import HomeUnavailable

EXIT_TROUBLE = 1
EXIT_BAD_SETTINGS = 2
DEMO_PORT = 8081

app = typer.Typer(
    name="coltrain",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables could show the token
    help="Train Keras models from a Telegram chat.",
)


def main() -> None:
    """Run the command line."""
    # How long to wait after a 429 then comes as a timedelta, without a warning each time.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    app()


@app.command()
def run(
    launched: Annotated[
        bool, typer.Option(help="Tell the launcher's cell what it needs, in lines of JSON.")
    ] = False,
) -> None:
    """Serve a Telegram bot until Ctrl-C. Needs TELEGRAM_BOT_TOKEN."""
    try:
        settings = load_settings()
    except SettingsError as error:
        _leave(str(error), EXIT_BAD_SETTINGS)
    token = settings.telegram_bot_token.get_secret_value()
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        start_logging(settings.work, token, to_terminal=True)
    except OSError as error:
        _leave(
            f"COLTRAIN_WORK is {settings.work}, and nothing can be written there"
            f" ({error.strerror}). Make room, or set it to another folder.",
            EXIT_TROUBLE,
        )
    _guarded(_serve(settings, launched))


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(help="Port of the chat page; 0 finds a free one.")
    ] = DEMO_PORT,
    browser: Annotated[bool, typer.Option(help="Open the chat page in a browser.")] = True,
) -> None:
    """Open a chat with a bot in the browser: no token, no Telegram."""
    _guarded(_demo(port, browser))


@app.command()
def say(
    commands: Annotated[list[str], typer.Argument(help='What to say, such as "/train epochs=12".')],
) -> None:
    """Say commands to a bot and print the chat until the jobs have ended.

    Exits with 0 when every job succeeded, 1 when one did not, 2 when a command was refused.
    """
    from rich.console import Console  # noqa: PLC0415 - the bot itself does without

    from bot.transcript import Transcript  # noqa: PLC0415

    async def conversation() -> int:
        interrupted = asyncio.Event()
        _on_signals(interrupted.set)
        return await say_commands(commands, Transcript(Console(highlight=False)), interrupted)

    start_logging(settings_for("http://127.0.0.1").work, TOKEN, to_terminal=False)
    sys.exit(_guarded(conversation()))


@app.command()
def doctor() -> None:
    """Look whether a bot can work here: settings, token, network, folders, GPU, versions.

    Exits with 0 when it can, 1 when something is in the way.
    """
    from bot.doctor.checks import diagnose  # noqa: PLC0415 - only looked at here

    marks = []
    for finding in diagnose():
        marks.append(finding.mark)
        for line in doctor_words.lines(finding):
            print_line(line)
    print_line(doctor_words.verdict(marks.count(Mark.BAD), marks.count(Mark.WARNING)))
    sys.exit(EXIT_TROUBLE if Mark.BAD in marks else 0)


async def _serve(settings: Settings, launched: bool) -> None:
    stop = asyncio.Event()
    _on_signals(stop.set)
    coltrain = Coltrain(settings)
    # What was imported stays for good. To look through it for what nobody needs any more would
    # hold up a reply for 60 ms now and then, and for twice that beside a training.
    gc.freeze()
    launcher = Launcher(coltrain.store, utc_now, lambda: coltrain.access.owner_id)
    say = launcher.say if launched else print_line

    def ready(name: str) -> None:
        launcher.ready(name)
        say(
            f"Ready: https://t.me/{name}. "
            + ("■ ends" if launched else "Ctrl-C ends")
            + " the bot."
        )
        if coltrain.access.code is not None:
            launcher.invite(f"https://t.me/{name}?start={coltrain.access.code}", plain=not launched)

    await coltrain.run(stop, ready, launcher.run if launched else None)
    say("The bot has stopped. Jobs that were running go on; the next start takes them up.")
    if launched and coltrain.released:
        launcher.release()


async def _demo(port: int, browser: bool) -> None:
    stop = asyncio.Event()
    _on_signals(stop.set)
    with emulator(port) as url:
        settings = settings_for(url)
        start_logging(settings.work, TOKEN, to_terminal=True)

        def ready(name: str) -> None:
            print_line(f"Chat with your bot at {url} (Ctrl-C ends it). Try: /train epochs=1")
            if browser:
                webbrowser.open(url)

        await Coltrain(settings).run(stop, ready)


def _on_signals(act: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, act)


def _guarded(work: Coroutine[Any, Any, int | None]) -> int | None:
    """Run to the end; what the user can mend is said in a sentence, without a traceback."""
    try:
        with asyncio.Runner(loop_factory=watched_loop) as runner:
            return runner.run(work)
    except TokenRefused:
        _leave(
            "Telegram does not know this token. Get it from @BotFather and set"
            " TELEGRAM_BOT_TOKEN to it.",
            EXIT_BAD_SETTINGS,
        )
    except (StoreError, FolderInUse, EmulatorFailed, HomeUnavailable) as error:
        _leave(str(error), EXIT_TROUBLE)


def _leave(sentence: str, exit_code: int) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
