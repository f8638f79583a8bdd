"""Lines that keep things safe, each with what breaks it and the tests that must notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """A safety line, broken.

    Attributes:
        what: what is done to it.
        file: where it is, from the top of the repository.
        old, new: the text that stands there once, and what is put in its place.
        tests: what must fail then.
    """

    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


SYNCED = ("tests/unit/test_synced.py",)
KILLS = ("tests/faults/test_kills.py",)
RUNNER = ("tests/contract/test_runner.py",)

BREAKS = (
    Break(
        "replace a file without syncing it",
        "training/protocol/folder.py",
        "            sync_file(file.fileno())\n        aside.replace(path)",
        "        aside.replace(path)",
        SYNCED,
    ),
    Break(
        "do not sync the folder after a rename",
        "training/protocol/folder.py",
        "        raise\n    sync_folder(path.parent)",
        "        raise",
        SYNCED,
    ),
    Break(
        "do not sync the event log",
        "training/protocol/event_log.py",
        "            os.fsync(self._descriptor)",
        "            pass",
        SYNCED,
    ),
    Break(
        "do not sync a checkpoint's files",
        "training/checkpoint.py",
        "                os.fsync(self._file.fileno())",
        "                pass",
        SYNCED,
    ),
    Break(
        "read a checkpoint without comparing its sums",
        "training/checkpoint.py",
        "            _verify(checkpoint)\n            position",
        "            position",
        ("tests/training/test_checkpoint.py",),
    ),
    Break(
        "drop the checkpoint before the newest",
        "training/checkpoint.py",
        "kept = {newest, self._good}",
        "kept = {newest}",
        ("tests/training/test_checkpoint.py",),
    ),
    Break(
        "go on from the beginning of an epoch instead of the step",
        "training/trainer.py",
        "self._step = snapshot.step",
        "self._step = 0",
        ("tests/training/test_resume.py",),
    ),
    Break(
        "take the same order of samples in each epoch",
        "training/data.py",
        "np.random.default_rng([seed, epoch])",
        "np.random.default_rng(seed)",
        ("tests/training/test_data.py",),
    ),
    Break(
        "believe an event line whatever its checksum",
        "training/protocol/sealed.py",
        "if zlib.crc32(body) != int(found[1], 16):",
        "if False:",
        ("tests/unit/test_event_log.py",),
    ),
    Break(
        "read a torn last line",
        "training/protocol/event_log.py",
        'complete = content[: content.rfind(b"\\n") + 1]',
        "complete = content",
        ("tests/unit/test_event_log.py",),
    ),
    Break(
        "take in an event that was taken in before",
        "bot/job_watcher.py",
        "if event.seq <= job.last_seq:",
        "if False:",
        ("tests/integration/test_damaged_log.py",),
    ),
    Break(
        "send before the store knows that a message may arrive",
        "bot/sender.py",
        "        tx.outbox.attempting(notification, hushed=hushed)\n",
        "",
        (*KILLS, "tests/integration/test_sending.py"),
    ),
    Break(
        "write down that a message was sent before it is",
        "bot/sender.py",
        "tx.outbox.attempting(notification, hushed=hushed)",
        "tx.outbox.sent(notification, 0, self._now())",
        ("tests/integration/test_sending.py",),
    ),
    Break(
        "send what may have arrived without marking it",
        "bot/sender.py",
        "if notification.state is SendState.ATTEMPTING:",
        "if False:",
        ("tests/integration/test_sending.py",),
    ),
    Break(
        "ignore retry_after",
        "bot/sender.py",
        "backoff.next_s() if after_s is None else after_s",
        "backoff.next_s()",
        ("tests/integration/test_sending.py",),
    ),
    Break(
        "let a shorter wait end a longer one",
        "bot/pace.py",
        "chat.blocked_until = max(chat.blocked_until, self._clock() + seconds)",
        "chat.blocked_until = self._clock() + seconds",
        ("tests/unit/test_pace.py",),
    ),
    Break(
        "ask a chat that is shut again and again",
        "bot/sender.py",
        "self._pace.shut(chat_id, SHUT_PAUSE_S)",
        "self._pace.shut(chat_id, 0.0)",
        ("tests/integration/test_sending.py",),
    ),
    Break(
        "call a message lost whose answer never came",
        "bot/delivery.py",
        "return NotNow(None, str(error)) if _known_not_taken(error) else Uncertain(str(error))",
        "return NotNow(None, str(error))",
        ("tests/integration/test_delivery.py",),
    ),
    Break(
        "put up a card before the store knows that it may arrive",
        "bot/cards.py",
        "        self._save(attempted, card)\n        delivery",
        "        delivery",
        (*KILLS, "tests/integration/test_sending.py"),
    ),
    Break(
        "skip the gate: keep and handle what strangers write",
        "bot/inbox.py",
        "update.effective_user is None or not self._admitted(update)",
        "update.effective_user is None",
        ("tests/integration/test_strangers.py",),
    ),
    Break(
        "let every role do everything",
        "bot/commands/registry.py",
        "        if role < needed:",
        "        if False:",
        ("tests/integration/test_presses.py",),
    ),
    Break(
        "let every role press every button",
        "bot/commands/buttons.py",
        "elif role < (needed := action.needed(update)):",
        "elif False:",
        ("tests/integration/test_presses.py",),
    ),
    Break(
        "let two presses of a question count",
        "bot/store/database.py",
        "if origin.question is not None and not self.buttons.close(origin.question):",
        "if False:",
        ("tests/integration/test_presses.py",),
    ),
    Break(
        "carry out an update that was carried out before",
        "bot/store/database.py",
        "return origin.update_id is None or self.inbox.take(origin.update_id)",
        "return True",
        ("tests/integration/test_presses.py",),
    ),
    Break(
        "acknowledge an update without storing it",
        "bot/inbox.py",
        "return tx.inbox.put(update.update_id, user_id, content, self._now())",
        "return True",
        ("tests/integration/test_slow_drive.py",),
    ),
    Break(
        "carry out a command that arrives late",
        "bot/commands/registry.py",
        "        if self.changes_work and late.is_late(update, context):",
        "        if False:",
        ("tests/integration/test_late_commands.py",),
    ),
    Break(
        "find a process by its number alone",
        "bot/runners/local_process.py",
        "same = abs(_started_at(process) - handle.started_at) < SAME_START_S",
        "same = True",
        RUNNER,
    ),
    Break(
        "begin before the handle is written down",
        "training/__main__.py",
        'if options.wait_for_go and sys.stdin.readline() != "go\\n":',
        "if False:",
        ("tests/contract/test_job_process.py",),
    ),
    Break(
        "let two runs work in one folder",
        "training/__main__.py",
        "        return EXIT_ALREADY_RUNNING\n",
        "        pass\n",
        ("tests/contract/test_job_process.py",),
    ),
    Break(
        "hand the bot's secrets on to jobs",
        "bot/runners/local_process.py",
        "if not any(secret in name.upper() for secret in",
        "if True or any(secret in name.upper() for secret in",
        RUNNER,
    ),
    Break(
        "leave the token in the log",
        "bot/logs.py",
        '.replace(self._secret, "<token>")',
        "",
        ("tests/unit/test_logs.py",),
    ),
    Break(
        "start a lost job again for ever",
        "bot/job_manager.py",
        "if not self._auto_resume or lost.fruitless_runs >= MOST_FRUITLESS_RUNS:",
        "if not self._auto_resume:",
        ("tests/integration/test_life_of_a_job.py",),
    ),
    Break(
        "believe a damaged store",
        "bot/store/sums.py",
        "        if changed := connection.exec_driver_sql(query).scalar_one():\n",
        "        if changed := 0:\n",
        ("tests/unit/test_store_sums.py",),
    ),
    Break(
        "open a store from a newer version",
        "bot/store/database.py",
        "> schema.SCHEMA_VERSION:",
        "> 1_000_000:",
        ("tests/integration/test_damaged_store.py",),
    ),
    Break(
        "copy to home without reading back",
        "bot/vault/unit.py",
        "        self._compare(aside, entry)\n",
        "",
        ("tests/unit/test_copies.py",),
    ),
    Break(
        "copy to a folder that Drive is not mounted on",
        "bot/vault/home.py",
        "        if not (self.path / MARKER).exists():\n            raise",
        "        if False:\n            raise",
        ("tests/integration/test_home_trouble.py",),
    ),
    Break(
        "copy over what a newer launch has copied",
        "bot/vault/lease.py",
        "if newest is not None and newest > Claim(generation, launch.id):",
        "if False:",
        ("tests/integration/test_two_launches.py",),
    ),
    Break(
        "unpack outside the folder",
        "training/archives/names.py",
        'if ".." in parts or len',
        "if len",
        ("tests/training/unzip/test_unzip_hostile.py",),
    ),
    Break(
        "tell an alert again that was told",
        "bot/alert_watch.py",
        "            tx.alerts.met(alert, record.epoch)\n",
        "",
        ("tests/unit/test_alerts.py", "tests/integration/test_alerts_and_notes.py"),
    ),
    Break(
        "ring in a quiet chat",
        "bot/sender.py",
        "silent=notification.silent or quiet",
        "silent=notification.silent",
        ("tests/integration/test_noise.py", "tests/faults/test_quiet_hours.py"),
    ),
    Break(
        "forget what came without its sound",
        "bot/sender.py",
        "(notification, hushed=hushed)",
        "(notification, hushed=False)",
        ("tests/integration/test_noise.py", "tests/faults/test_quiet_hours.py"),
    ),
    Break(
        "sum up again what was summed up",
        "bot/store/outbox.py",
        ".where(*hushed).values(hushed=False)",
        ".where(*hushed).values(hushed=True)",
        ("tests/unit/test_noise.py",),
    ),
    Break(
        "forget from which epoch on a learning rate counted",
        "training/protocol/control.py",
        "return taken[-1].learning_rate if taken else None",
        "return None",
        ("tests/training/test_learning_rate.py",),
    ),
    Break(
        "lose a cancellation that comes with news",
        "bot/waiting.py",
        "        async with asyncio.timeout(seconds):\n            await news.wait()",
        "        await asyncio.wait_for(news.wait(), seconds)",
        ("tests/unit/test_waiting.py",),
    ),
    Break(
        "show what lies outside the data folders",
        "bot/data_folders.py",
        "            raise OutsideDataFolders(str(path), self.names)",
        "            pass",
        ("tests/integration/test_files.py",),
    ),
    Break(
        "take a part of a sent file for the whole",
        "bot/commands/telegram_files.py",
        "if len(content) in (file.file_size, sent.size_bytes):",
        "if content:",
        ("tests/integration/test_received_files.py",),
    ),
    Break(
        "take files from users who may only look",
        "bot/commands/receiving.py",
        "    if role < Role.OPERATOR:",
        "    if role < Role.VIEWER:",
        ("tests/integration/test_received_files.py",),
    ),
    Break(
        "write a sent file over another",
        "bot/received_files.py",
        "                if not os.path.lexists(target):\n                    break",
        "                break",
        ("tests/unit/test_received_files.py",),
    ),
    Break(
        "keep a sent file under the name it came with",
        "bot/received_files.py",
        "        name = safe_name(name)\n        with self._lock:",
        "        with self._lock:",
        ("tests/unit/test_received_files.py",),
    ),
)
