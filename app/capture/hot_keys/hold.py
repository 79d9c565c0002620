"""One key that is held to talk or pressed to begin and to end: which of both, the time tells."""

from __future__ import annotations

from enum import StrEnum

HOLD_S = 0.6


class Wish(StrEnum):
    """What the user wants by a key."""

    NOTHING = "nothing"
    BEGIN = "begin"
    END = "end"
    CANCEL = "cancel"


class HoldOrToggle:
    """Recording begins when the key goes down, so that no first word is lost. Whoever holds it for 0.6 s or longer ends
    by letting go; after a shorter press the next one ends. `at_s` is the time of the key itself, on any clock;
    `is_recording` says whether something is being recorded (or the microphone is being opened) at that moment.
    """

    def __init__(self) -> None:
        self._down_s: float | None = None
        self._has_begun = False

    def press(self, at_s: float, is_recording: bool) -> Wish:
        """The key goes down; told again while it is held, that counts for nothing."""
        if self._down_s is not None:
            return Wish.NOTHING
        self._down_s, self._has_begun = at_s, not is_recording
        return Wish.END if is_recording else Wish.BEGIN

    def release(self, at_s: float, is_recording: bool) -> Wish:
        """The key comes up."""
        down_s, self._down_s = self._down_s, None
        if down_s is None or not self._has_begun or not is_recording:
            return Wish.NOTHING
        return Wish.END if at_s - down_s >= HOLD_S else Wish.NOTHING

    def cancel(self, is_recording: bool) -> Wish:
        """Escape, which counts only while the key that began the recording is held."""
        if self._down_s is None or not self._has_begun:
            return Wish.NOTHING
        self._has_begun = False
        return Wish.CANCEL if is_recording else Wish.NOTHING
