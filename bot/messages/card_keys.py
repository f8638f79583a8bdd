"""The buttons under a card: what they say and what they mean. They work as long as the job does."""

from bot.button import Button
from bot.job import Ending, Job, JobState
from bot.messages.translation import marked, say
from training.protocol.control import StopMode

ASK, BACK, AFTER, NOW = "card_ask", "card_back", "card_after", "card_now"
PLOT, LOGS, MORE, LESS = "card_plot", "card_logs", "card_more", "card_less"

STOP_LABEL, AFTER_LABEL = marked("⏹ Stop"), marked("After this epoch")
NOW_LABEL, BACK_LABEL = marked("Now"), marked("Back")
PLOT_LABEL, LOGS_LABEL = marked("📈 Plot"), marked("📄 Logs")
MORE_LABEL, LESS_LABEL = marked("More"), marked("Less")
UNQUEUE_LABEL = marked("Take it out")
DRAWING = marked("Drawing …")


def rows(job: Job, *, asking: bool, more: bool, curves: bool) -> list[list[Button]]:
    """The buttons for a card as it stands; none once its job has ended.

    Args:
        asking: whether [Stop] was pressed and not answered yet.
        more: whether the card shows all there is.
        curves: whether there is an epoch to draw.
    """
    about = {"job": job.id}
    if job.state is JobState.ENDED:
        return []
    if asking and job.stop is not StopMode.NOW:
        return _answers(job)
    stop = [Button(say(STOP_LABEL), ASK, about)] if job.stop is not StopMode.NOW else []
    if job.state is JobState.QUEUED:
        return [stop]
    plot = [Button(say(PLOT_LABEL), PLOT, about)] if curves else []
    row = [*stop, *plot, Button(say(LOGS_LABEL), LOGS, about)]
    if job.spec.trains:
        label, action = (LESS_LABEL, LESS) if more else (MORE_LABEL, MORE)
        row.append(Button(say(label), action, about))
    return [row]


def _answers(job: Job) -> list[list[Button]]:
    about = {"job": job.id}
    back = Button(say(BACK_LABEL), BACK, about)
    if job.state is JobState.QUEUED:
        return [[Button(say(UNQUEUE_LABEL), NOW, about), back]]
    now = Button(say(NOW_LABEL), NOW, about)
    if job.epochs is not None and job.stop is None:
        # A row of its own: Telegram cuts a label that is longer than its button.
        return [[Button(say(AFTER_LABEL), AFTER, about)], [now, back]]
    return [[now, back]]


def stops(job: Job) -> str:
    """The toast after a press that stops a job; plain text."""
    if job.state is JobState.ENDED:
        taken_out = job.ending is Ending.STOPPED and job.run == 0
        return say("It is out of the queue.") if taken_out else over(job)
    if job.stop is StopMode.AFTER_EPOCH:
        return say("It stops after this epoch.")
    return say("It is stopping; what it has so far is saved.")


def over(job: Job) -> str:
    """The toast where a job has ended before somebody pressed; plain text."""
    return say("Job {number} has ended. /job {number} shows how.", number=job.id)
