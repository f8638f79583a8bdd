"""Copying to the home folder, over real files with a real child process."""

import hashlib

from bot.store import Store
from bot.vault.manifest import NAME, read_manifest
from emulator.client import ChatClient
from tests.stub_task import UNTIL_TOLD
from tests.vaults import SavingBot
from training.protocol.checkpoints import checkpoints_newest_first


async def test_an_ended_job_is_in_home_whole(saving_bot: SavingBot, chat: ChatClient) -> None:
    """Spec, log, newest checkpoint and results lie there, each as its manifest says."""
    await chat.say("/train epochs=3")
    await chat.sees("✅ finished", "saved ✓")
    await saving_bot.until(saving_bot.coltrain.settled)
    folder = saving_bot.home.job(1)
    manifest = read_manifest(folder / NAME)
    assert manifest is not None
    assert manifest.epoch == 3
    names = {entry.name for entry in manifest.files}
    assert {"spec.json", "event_log.jsonl", "log.txt", "artifacts/model.keras"} <= names
    assert "checkpoint/000003-epoch-3-step-0/variables.npys" in names
    assert "control.json" not in names
    for entry in manifest.files:
        content = (folder / entry.name).read_bytes()
        assert len(content) == entry.size_bytes
        assert hashlib.sha256(content).hexdigest() == entry.sha256
    local = saving_bot.folder(1).event_log.read_bytes()
    assert (folder / "event_log.jsonl").read_bytes() == local


async def test_the_card_says_how_far_the_copy_is(saving_bot: SavingBot, chat: ChatClient) -> None:
    """It names the epoch of the checkpoint that is in home, and in the end just that all is."""
    await chat.say(f"/train epochs=3 seed={UNTIL_TOLD}")
    for epoch in (1, 2):
        await saving_bot.until_job(1, lambda job: job.progress.run_at is not None)
        saving_bot.go_on(1, epoch)
        await chat.sees(f"saved ✓ epoch {epoch}")
    saving_bot.go_on(1, 3)
    await chat.sees("✅ finished")
    await saving_bot.until(saving_bot.coltrain.settled)
    card = next(m for m in await chat.messages() if not m["outgoing"])
    assert card["text"].splitlines()[-1] == "saved ✓"


async def test_old_checkpoints_leave_home(saving_bot: SavingBot, chat: ChatClient) -> None:
    """The newest and the one before stay, and what the manifest before names; older ones go."""
    await chat.say(f"/train epochs=5 seed={UNTIL_TOLD}")
    for epoch in range(1, 6):
        await saving_bot.until(saving_bot.folder(1).path.exists)
        saving_bot.go_on(1, epoch)
        await saving_bot.until_saved(1, epoch)
    await saving_bot.until(saving_bot.coltrain.settled)
    kept = checkpoints_newest_first(saving_bot.home.job(1) / "checkpoint")
    assert [path.name[:6] for path in kept] == ["000005", "000004", "000003"]


async def test_the_store_in_home_is_a_store(saving_bot: SavingBot, chat: ChatClient) -> None:
    """It opens by itself and knows the job, and that everything was said."""
    await chat.say("/train epochs=1")
    await chat.sees("✅ finished")
    await saving_bot.until(saving_bot.coltrain.settled)

    def owed_in_home() -> int | None:
        manifest = read_manifest(saving_bot.home.store / NAME)
        if manifest is None or manifest.open_jobs:
            return None
        copy = saving_bot.settings.work / "looked at.sqlite3"
        copy.write_bytes((saving_bot.home.store / "store.sqlite3").read_bytes())
        store = Store(copy)
        with store.transaction() as tx:
            owed = tx.outbox.owed()
            assert tx.jobs.get(1).ending is not None
        store.close()
        return owed

    await saving_bot.until(lambda: owed_in_home() == 0)


async def test_no_token_in_home(saving_bot: SavingBot, chat: ChatClient) -> None:
    """Nothing that is copied has it."""
    await chat.say("/train epochs=1")
    await saving_bot.until_job(1, lambda job: job.ending is not None)
    await saving_bot.until(saving_bot.coltrain.settled)
    token = saving_bot.settings.telegram_bot_token.get_secret_value().encode()
    for path in saving_bot.home.path.rglob("*"):
        assert not path.is_file() or token not in path.read_bytes()
