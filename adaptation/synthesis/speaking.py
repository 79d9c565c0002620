"""Scripts to a folder of clips with a manifest; a run that was cut off goes on where it was."""

from __future__ import annotations

import hashlib
import io
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adaptation.corpus import CorpusError
from adaptation.lexicon.files import replace_bytes
from adaptation.synthesis.scripts import Script
from adaptation.synthesis.voices import Manner, Voice
from speech.audio import SAMPLE_RATE_HZ, measure_duration

MANIFEST = "manifest.jsonl"
_RUN = "speech.json"  # what the clips of the folder were made of
_AUDIO = "audio"
_SHORTEST_S, _LONGEST_S = 0.05, 29.0  # adaptation.finetune takes clips of 0.1 to 29.5 s


@dataclass(frozen=True)
class Dictation:
    """What was made: `clips` in the manifest, `duration_s` of all together, `left_out` in whole sentences."""

    manifest: Path
    clips: int
    duration_s: float
    left_out: tuple[str, ...]


def speak(
    scripts: Sequence[Script],
    voices: Sequence[Voice],
    folder: Path,
    seed: int,
    on_progress: Callable[[int, int, float], None] | None = None,
) -> Dictation:
    """Each script as a FLAC file (16 kHz, mono) in `folder`/audio, and `folder`/manifest.jsonl, written when all are.

    The voice, its pace and liveliness, the level and the pauses around are drawn for each clip from the seed. What a
    run that was cut off has made is kept. `on_progress` gets clips done, of how many, and the seconds that are left.
    CorpusError when the folder holds something else or cannot be written.
    """
    with _writing(folder):
        _begin(folder, scripts, voices, seed)
        lines: list[dict[str, Any]] = []
        left_out: list[str] = []
        started, spoken = time.monotonic(), 0
        for number, script in enumerate(scripts):
            name = f"{_AUDIO}/{number + 1:05d}.flac"
            draw = random.Random(f"{seed} {number} {script.text}")
            voice = draw.choice(list(voices))
            if not (folder / name).is_file():
                spoken += 1
                problem = _make_clip(script, voice, draw, folder / name)
                if problem:
                    left_out.append(f"Clip {number + 1} {problem}.")
                    continue
            lines.append(_line(name, script, voice, measure_duration(folder / name) or 0.0))
            if on_progress:
                each_s = (time.monotonic() - started) / max(1, spoken)
                on_progress(number + 1, len(scripts), each_s * (len(scripts) - number - 1))
        if not lines:
            raise CorpusError("The voice says nothing of this", "Try another voice: --voice")
        content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        replace_bytes(folder / MANIFEST, content.encode())
    return Dictation(folder / MANIFEST, len(lines), sum(line["seconds"] for line in lines), tuple(left_out))


def _begin(folder: Path, scripts: Sequence[Script], voices: Sequence[Voice], seed: int) -> None:
    """Makes the folder and notes what its clips are made of, or checks that they are made of the same."""
    made_of = json.dumps([[script.text, script.spoken] for script in scripts])
    names = [voice.name for voice in voices]
    run = {"schema": 1, "digest": hashlib.sha256(made_of.encode()).hexdigest(), "voices": names, "seed": seed}
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / _RUN).is_file():
        try:
            before = json.loads((folder / _RUN).read_bytes())
        except (ValueError, RecursionError):
            before = None
        if before != run:
            raise CorpusError(
                f"{folder} holds clips of another text, voice, count or seed",
                "Name another folder, or remove this one.",
            )
    elif any(folder.iterdir()):
        raise CorpusError(f"{folder} already holds other files", "Name a folder that is empty or not yet there.")
    (folder / _AUDIO).mkdir(exist_ok=True)
    replace_bytes(folder / _RUN, json.dumps(run).encode())


def _make_clip(script: Script, voice: Voice, draw: random.Random, path: Path) -> str | None:
    """Speaks the script into the file, or says why there is nothing to keep."""
    manner = Manner(draw.uniform(0.85, 1.2), draw.uniform(0.75, 1.15), draw.randrange(2**32))
    sound = voice.speak(script.spoken, manner)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max(initial=0.0))
    if len(loud) < _SHORTEST_S * SAMPLE_RATE_HZ:
        return "has no sound"
    said = sound[loud[0] : loud[-1] + 1]
    clip = np.concatenate([_pause(draw), said, _pause(draw)])
    if len(clip) > _LONGEST_S * SAMPLE_RATE_HZ:
        return f"is longer than {_LONGEST_S:.0f} s"
    level = 10 ** (draw.uniform(-30.0, -20.0) / 20) / float(np.sqrt(np.mean(said**2)))
    gain = np.float32(min(level, 0.97 / float(np.abs(clip).max())))
    replace_bytes(path, _flac(clip * gain))
    return None


def _pause(draw: random.Random) -> NDArray[np.float32]:
    return np.zeros(int(draw.uniform(0.15, 0.5) * SAMPLE_RATE_HZ), np.float32)


def _flac(samples: NDArray[np.float32]) -> bytes:
    """16-bit FLAC at 16 kHz."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE_HZ, layout="mono")
        numbers = np.round(samples * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(numbers[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _line(name: str, script: Script, voice: Voice, duration_s: float) -> dict[str, Any]:
    line: dict[str, Any] = {"audio": name, "text": script.text, "spoken": script.spoken, "speaker": voice.name}
    if script.terms:
        line["terms"] = list(script.terms)
    return line | {"domain": "synthetic", "seconds": round(duration_s, 2)}


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CorpusError(
            f"{error.filename or folder} cannot be written ({error.strerror or error})",
            "Make room or choose another folder; with the same command it goes on, and what is made is kept.",
        ) from error
