"""What a recorder told, for tests to look at."""

import threading
import time
from dataclasses import dataclass, field

from speech.errors import OtoscribeError


@dataclass
class Heard:
    """What a recorder told."""

    levels_dbfs: list[float] = field(default_factory=list)
    problems: list[OtoscribeError] = field(default_factory=list)
    told: threading.Event = field(default_factory=threading.Event)
    told_at: float = 0.0

    def on_problem(self, problem: OtoscribeError) -> None:
        self.problems.append(problem)
        self.told_at = time.monotonic()
        self.told.set()
