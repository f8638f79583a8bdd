"""The table of /compare, whatever its jobs are doing."""

from dataclasses import replace
from unicodedata import east_asian_width

import pytest

from bot.job import Ending, Job, JobState
from bot.language import Language, speaking
from bot.messages import comparing
from bot.messages.comparing import Training
from tests.jobs import queued

PHONE, NAME = 31, 7
JOBS = [
    *(replace(queued(job_id=1), state=state) for state in JobState if state is not JobState.ENDED),
    *(replace(queued(job_id=1), state=JobState.ENDED, ending=ending) for ending in Ending),
]


def test_a_number_of_many_digits_is_cut_rather_than_glued_to_the_next() -> None:
    """Columns stay columns."""
    trainings = [Training(queued(job_id=10**8 + number), ()) for number in range(3)]
    heading = comparing.comparison(trainings).partition("<pre>")[2].splitlines()[0]
    assert len(heading.split()) == 3


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("job", JOBS, ids=lambda job: (job.ending or job.state).value)
def test_states_are_whole_words_with_a_blank_between(job: Job, language: Language) -> None:
    """Three columns of the same state: three words, in a line that fits a phone."""
    with speaking(language):
        text = comparing.comparison([Training(job, ())] * 3)
    line = text.partition("<pre>")[2].splitlines()[1]
    cells = sum(2 if east_asian_width(character) in "FW" else 1 for character in line)
    assert cells <= PHONE
    words = line.split()[-3:]
    assert len(set(words)) == 1
    with speaking(language):
        assert words[0] == comparing._state(job)
