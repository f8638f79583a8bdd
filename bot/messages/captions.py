"""The words under a picture of curves."""

from bot.messages import figures, titles
from bot.messages.curves import Runs
from bot.messages.markup import bold, command, escaped, shortened
from bot.messages.translation import say

FIGURES_LIMIT = 120


def caption(runs: Runs, other: int | None = None) -> str:
    """Under the picture: each job with its latest figures.

    Args:
        other: a job that has curves as well, to be shown beside the only one here.
    """
    lines = []
    for job, records in runs:
        latest = records[-1]
        title = bold(titles.title(job))
        lines.append(say("{title}, epoch {epoch}", title=title, epoch=latest.epoch))
        lines.append(escaped(shortened(figures.metrics(latest.metrics), FIGURES_LIMIT)))
    if len(runs) == 1 and other is not None:
        both = command(f"/plot {runs[0][0].id} {other}")
        lines.append(say("{both} puts two jobs into one picture.", both=both))
    return "\n".join(lines)
