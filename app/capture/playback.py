"""A recording to the loudspeaker."""

from collections.abc import Callable
from pathlib import Path

from speech.errors import OtoscribeError


class Player:
    """Plays a WAV file (PCM16) of any length from any position.

    `on_position` gets seconds about 20 times a second, `on_end` is called when the end was reached, `on_problem` when
    the loudspeaker failed midway; all from a thread of the player's own. Going on after pause() is
    play(player.position_s).
    """

    def __init__(
        self,
        path: Path,
        on_position: Callable[[float], None],
        on_end: Callable[[], None],
        on_problem: Callable[[OtoscribeError], None] | None = None,
    ) -> None:
        raise NotImplementedError

    @property
    def position_s(self) -> float:
        raise NotImplementedError

    def play(self, from_s: float = 0.0) -> None:
        raise NotImplementedError

    def pause(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError
