"""Jobs to tap, where a command was given without a number."""

from collections.abc import Sequence

from pydantic import JsonValue

from bot.button import Button
from bot.job import Job
from bot.messages import cards, titles
from bot.messages.markup import shortened
from bot.messages.translation import say

PICK = "pick"
LABEL_LIMIT, MOST = 40, 8
A_ROW = 4


def jobs(command: str, found: Sequence[Job], behind: str = "") -> list[list[Button]]:
    """A button a job, each with what it is and how it stands.

    Args:
        behind: words that stand behind the number.
    """
    return [[_pick(_label(job), command, job.id, behind)] for job in found[:MOST]]


def others(command: str, job_ids: Sequence[int]) -> list[list[Button]]:
    """A row of other jobs, by their numbers; none where there are none."""
    row = [_pick(_numbered(job_id), command, job_id, "") for job_id in job_ids[:A_ROW]]
    return [row] if row else []


def _numbered(job_id: int) -> str:
    return say("Job {number}", number=job_id)


def _label(job: Job) -> str:
    return shortened(f"{titles.title(job)} · {cards.state(job)}", LABEL_LIMIT)


def _pick(label: str, command: str, job_id: int, behind: str) -> Button:
    words: dict[str, JsonValue] = {"b": behind} if behind else {}
    return Button(label, PICK, {"c": command, "j": job_id, **words})
