"""Which microphones there are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Microphone:
    """An input device. `id` stays the same when the program is started again or other devices come and go."""

    id: str
    name: str
    channels: int
    default_sample_rate_hz: int
    is_default: bool


def microphones() -> list[Microphone]:
    """List the input devices as they are now, the default one first; empty when there are none."""
    raise NotImplementedError
