"""Which microphones there are."""

import re
from collections import Counter
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from app.capture.errors import CaptureError
from app.capture.sound_library import reread_devices, sound_library

# ALSA numbers its cards by the order in which they were found, which changes from one start to the next.
_ALSA_CARD_NUMBER = re.compile(r"\s*\(hw:\d+,\d+\)$")


@dataclass(frozen=True)
class Microphone:
    """An input device. `id` stays the same when the program is started again or other devices come and go."""

    id: str
    name: str
    channels: int
    default_sample_rate_hz: int
    is_default: bool

    @property
    def is_named(self) -> bool:
        """Whether the name says which one it is: ALSA calls whatever the system takes "default"."""
        return self.name != "default"


def microphones() -> list[Microphone]:
    """List the input devices as they are now, the default one first; empty when there are none.

    While something is recorded or played, the list is that of before. Raises CaptureError without PortAudio.
    """
    reread_devices()
    return [microphone for microphone, _ in _known_microphones()]


def device_index(microphone_id: str | None) -> tuple[Microphone, int]:
    """The microphone with this id (None: the default one) and PortAudio's number for it. Raises CaptureError."""
    wanted = _find(microphone_id)
    if wanted is None:
        reread_devices()
        wanted = _find(microphone_id)
    if wanted is not None:
        return wanted
    if microphone_id is None or not _known_microphones():
        raise CaptureError(
            "No microphone was found", "Plug one in or allow it in the system's privacy settings, then record again."
        )
    name = microphone_id.partition("/")[2] or microphone_id
    raise CaptureError(f"The microphone {name} is not there", "Plug it in or choose another, then record again.")


def _find(microphone_id: str | None) -> tuple[Microphone, int] | None:
    known = _known_microphones()
    if microphone_id is None:
        return known[0] if known else None
    return next((entry for entry in known if entry[0].id == microphone_id), None)


def _known_microphones() -> list[tuple[Microphone, int]]:
    sounddevice = sound_library()
    host_api = _host_api(sounddevice)
    if host_api is None:
        return []
    seen: Counter[str] = Counter()
    found = []
    for index in host_api["devices"]:
        device = sounddevice.query_devices(index)
        if device["max_input_channels"] == 0:
            continue
        name = _ALSA_CARD_NUMBER.sub("", device["name"])
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        microphone = Microphone(
            id=f"{host_api['name']}/{name}",
            name=name,
            channels=device["max_input_channels"],
            default_sample_rate_hz=round(device["default_samplerate"]),
            is_default=index == host_api["default_input_device"],
        )
        found.append((microphone, index))
    return sorted(found, key=lambda entry: not entry[0].is_default)


def _host_api(sounddevice: ModuleType) -> dict[str, Any] | None:
    """The one sound system whose devices are shown, since on Windows each device is listed once for every system.

    WASAPI where there is one, because the default there (MME) cuts names off after 31 characters.
    """
    host_apis: tuple[dict[str, Any], ...] = sounddevice.query_hostapis()
    if not host_apis:
        return None
    default = sounddevice.default.hostapi
    wasapi = (api for api in host_apis if api["name"] == "Windows WASAPI" and api["default_input_device"] >= 0)
    return next(wasapi, host_apis[default])
