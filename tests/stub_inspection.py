"""An answer about a picture in milliseconds: its first letter says what comes of it."""

import sys

from training.protocol.inspection import (
    QUESTION,
    Answer,
    Classified,
    Classify,
    Confusion,
    Guess,
    MistakesFound,
    Obstacle,
    Obstructed,
)

SEEN = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1"
    b"H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)


def mistakes(*, dark: bool) -> Answer:
    """The same for every job."""
    pairs = (Confusion(truth="4", said="<9>", count=14),)
    wrong = 14 if dark else 0
    return MistakesFound(tested=1000, wrong=wrong, pairs=pairs if wrong else (), sheet=SEEN)


def answer(content: bytes) -> Answer:
    """Which answer a picture gets."""
    if content.startswith(b"<"):
        return Obstructed(obstacle=Obstacle.NO_PICTURE)
    shares = {"7": 0.9, "1": 0.08, "<9>": 0.02}
    guesses = tuple(Guess(label=label, share=share) for label, share in shares.items())
    return Classified(guesses=guesses, seen=SEEN)


def main() -> None:
    """Answer what stands on standard input."""
    question = QUESTION.validate_json(sys.stdin.buffer.read())
    if not question.job.is_dir():
        sys.exit("there is no such job")
    is_picture = isinstance(question, Classify)
    said = answer(question.picture) if is_picture else mistakes(dark=question.dark)
    sys.stdout.write(said.model_dump_json())


if __name__ == "__main__":
    main()
