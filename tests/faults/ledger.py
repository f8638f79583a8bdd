"""The books: what was said, done, written down and told must agree, job by job."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import create_engine, select
from sqlalchemy.engine import Row

from bot.job import Job
from bot.messages import titles
from bot.messages.markup import plain
from bot.messages.repeats import maybe_a_repeat
from bot.store import schema
from bot.store.cards import Card
from bot.store.outbox import SendState
from emulator.objects import Message
from tests.faults.job_books import ENDS, job_problems, timeline
from tests.faults.job_phases import all_events
from tests.faults.person import Person, Said, mark_of
from tests.faults.scene import Scene
from training.protocol.folder import JobFolder

MARK = plain(maybe_a_repeat(""))


@dataclass
class Books:
    """What was found.

    Attributes:
        problems: a sentence for each thing that is not as it must be.
        repeats: messages that stand in the chat twice, the second one marked.
    """

    jobs: int = 0
    notifications: int = 0
    repeats: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, other: "Books") -> None:
        """Take in what another scene gave."""
        self.jobs += other.jobs
        self.notifications += other.notifications
        self.repeats += other.repeats
        self.problems += other.problems


def audit(
    scene: Scene,
    person: Person,
    since: int = 0,
    deaths: Sequence[int] = (),
    silent_deaths: Mapping[int, Collection[int]] | None = None,
    replies: Collection[str] = (),
) -> Books:
    """Compare chat, store and event logs, when all is settled and the bot has stopped.

    Args:
        since: messages up to this number are not looked at.
        deaths: the number of the last message in the chat at each kill of the bot.
        silent_deaths: by job, the runs that were killed under a living bot.
        replies: first words of answers, which are not owed and may come again.
    """
    store = scene.open_store()
    with store.transaction() as tx:
        jobs = tx.jobs.latest(1_000_000)[::-1]
        cards = [card for job in jobs if (card := tx.cards.find(job.id)) is not None]
        epochs = {job.id: [record.epoch for record in tx.jobs.epochs(job.id)] for job in jobs}
    store.close()
    outbox = _outbox(scene)
    books = Books(jobs=len(jobs), notifications=len(outbox))
    books.problems += [*_store_set_aside(scene), *_jobs(person.said, jobs)]
    old_cards: dict[str, int] = {}
    for job in jobs:
        owed = [row for row in outbox if row.job_id == job.id]
        events = all_events(JobFolder.of(scene.settings.work, job.id))
        command = next((c for c in person.said if c.mark == mark_of(job.spec)), None)
        killed = (silent_deaths or {}).get(job.id, ())
        books.problems += job_problems(job, epochs[job.id], events, owed, command, killed)
        # Whoever resumes a job that had ended gets a new card; the old one stays.
        old_cards[titles.title(job)] = timeline(events, killed).count(ENDS) - 1
    chat = [
        message
        for message in scene.from_bot()
        if message.message_id > since and not message.body.text.startswith(tuple(replies))
    ]
    notified = {plain(row.text).strip() for row in outbox}
    chat = list(_without_old_cards(chat, cards, notified, old_cards))
    _chat(books, chat, outbox, cards, deaths)
    return books


def _store_set_aside(scene: Scene) -> Iterator[str]:
    """No kill damages the store; a bot that takes it for damaged would begin a new one."""
    if any(scene.settings.work.glob("*.damaged-*")):
        said = [line for line in scene.output.read_text().splitlines() if "is damaged" in line]
        yield f"the store was taken for damaged: {said}"


def _outbox(scene: Scene) -> list[Row]:
    engine = create_engine(f"sqlite:///{scene.settings.store_path}")
    with engine.connect() as connection:
        rows = list(connection.execute(select(schema.outbox).order_by(schema.outbox.c.id)))
    engine.dispose()
    return rows


def _jobs(said: Sequence[Said], jobs: Sequence[Job]) -> Iterator[str]:
    """Each command has one job, each job one command, in the order of the commands.

    An /unzip looks into the data folders first, and nobody waits for it: it may be overtaken.
    """
    marks = [mark_of(job.spec) for job in jobs]
    counted = Counter(marks)
    for command in said:
        if counted[command.mark] != 1:
            yield f"{counted[command.mark]} jobs of {command.text}"
    if len(marks) != len(said):
        yield f"{len(marks)} jobs of {len(said)} commands"
    in_turn = [command.mark for command in said if not command.text.startswith("/unzip")]
    if [mark for mark in marks if mark in in_turn] != in_turn:
        yield "the jobs are not in the order in which they were asked for"


def _without_old_cards(
    chat: Sequence[Message],
    cards: Sequence[Card],
    notified: Collection[str],
    old_cards: dict[str, int],
) -> Iterator[Message]:
    """The chat but for the cards that have a successor."""
    present = {card.message_id for card in cards}
    for message in chat:
        title = _title(message)
        is_card = message.message_id not in present and _unmarked(message) not in notified
        if is_card and old_cards.get(title, 0):
            old_cards[title] -= 1
        else:
            yield message


def _chat(
    books: Books,
    chat: list[Message],
    outbox: list[Row],
    cards: list[Card],
    deaths: Sequence[int],
) -> None:
    """Each notification and each card stands there, in order; what stands twice is marked."""
    by_id = {message.message_id: message for message in chat}
    confirmed = {row.message_id: row for row in outbox}
    of_cards = {card.message_id: card for card in cards}
    for row in outbox:
        found = by_id.get(row.message_id)
        if row.state != SendState.SENT.value or found is None:
            books.problems.append(f"notification {row.id} never arrived ({row.state})")
        elif _unmarked(found) != plain(row.text).strip():
            books.problems.append(f"notification {row.id} says something else in the chat")
    for card in cards:
        if card.message_id not in by_id or not card.final:
            books.problems.append(f"the card of job {card.job_id} is not there, or not final")
    orphans = [m for m in chat if m.message_id not in confirmed and m.message_id not in of_cards]
    _repeats(books, orphans, outbox, cards, by_id)
    _order(books, chat, confirmed, outbox)
    lives = Counter(bisect_left(deaths, orphan.message_id) for orphan in orphans)
    for life, count in lives.items():
        if count > 1:
            books.problems.append(f"{count} repeats after kill {life + 1}")


def _repeats(
    books: Books,
    orphans: list[Message],
    outbox: list[Row],
    cards: list[Card],
    by_id: dict[int, Message],
) -> None:
    """Whatever stands there without the store's knowing came again, and says so."""
    rows = {plain(row.text).strip(): row for row in outbox}
    for orphan in orphans:
        row = rows.get(_unmarked(orphan))
        there = [card for card in cards if card.message_id in by_id]
        card = next((c for c in there if _title(orphan) == _title(by_id[c.message_id])), None)
        again = by_id.get(row.message_id if row is not None else card.message_id if card else 0)
        books.repeats += 1
        if again is None:
            books.problems.append(f"a message that nobody owed: {orphan.body.text[:80]!r}")
        elif not again.body.text.startswith(MARK):
            books.problems.append(f"a repeat without its mark: {again.body.text[:80]!r}")


def _order(books: Books, chat: list[Message], confirmed: dict[int, Row], outbox: list[Row]) -> None:
    rows = {plain(row.text).strip(): row.id for row in outbox}
    in_chat = [
        confirmed[message.message_id].id if message.message_id in confirmed else rows[text]
        for message in chat
        if message.message_id in confirmed or (text := _unmarked(message)) in rows
    ]
    if in_chat != sorted(in_chat):
        books.problems.append("notifications are out of order")


def _unmarked(message: Message) -> str:
    return message.body.text.removeprefix(MARK).strip()


def _title(message: Message) -> str:
    return _unmarked(message).partition("\n")[0]
