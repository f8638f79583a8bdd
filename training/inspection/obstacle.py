"""What is in the way of an answer, raised from wherever it is noticed."""

from training.protocol.inspection import Obstacle


class InTheWay(Exception):
    """There can be no answer, for a reason that the user understands."""

    def __init__(self, obstacle: Obstacle, detail: str = "") -> None:
        super().__init__(obstacle, detail)
        self.obstacle = obstacle
        self.detail = detail
