"""A live session at the pace of speech: how soon words come, how much they change, what it costs.

    python benchmarks/live_latency.py MANIFEST... [--clips 30] [--session 10] [--pause 0.6] [--threads 2] [--json]
    python benchmarks/live_latency.py MANIFEST... --hours 4

The first clips of each manifest are played one after the other, each with the silence that it has and a pause behind
it, and for comparison written down as files. With --hours, which plays as fast as it can, the sessions are repeated
behind silence until so much has been heard, and only memory is measured.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from adaptation.corpus import Clip
    from speech.recognizer import Recognizer
    from speech.streaming import Final, Partial

RATE_HZ = 16_000
BLOCK = 512
TARGETS = {
    "first_partial_p95_s": 0.6,
    "final_p95_s": 0.35,
    "processor_share": 0.6,
    "wer_above_file": 0.01,
}


@dataclass(frozen=True)
class Session:
    """Clips one after the other; `speech_s` is where speech begins and ends in each."""

    samples: NDArray[np.float32]
    text: str
    speech_s: list[tuple[float, float]]


@dataclass
class Figures:
    """What was measured, in seconds unless the name says otherwise."""

    first_partial_s: list[float] = field(default_factory=list)
    final_s: list[float] = field(default_factory=list)
    shown_words: int = 0
    changed_words: int = 0
    stable_words: int = 0
    unkept_words: int = 0
    processor_s: float = 0.0
    played_s: float = 0.0
    references: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


class Playing:
    """A session's sound at its own pace, in blocks of what is due."""

    def __init__(self, samples: NDArray[np.float32]) -> None:
        self._samples = samples
        self._started = 0.0

    @property
    def now_s(self) -> float:
        return time.perf_counter() - self._started

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        self._started = time.perf_counter()
        given = 0
        while given < len(self._samples):
            time.sleep(max(0.0, min(given + BLOCK, len(self._samples)) / RATE_HZ - self.now_s))
            until = max(given + BLOCK, round(self.now_s * RATE_HZ) // BLOCK * BLOCK)
            yield self._samples[given:until]
            given = until


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", nargs="+", type=Path)
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clips", type=int, default=30, help="of each manifest")
    parser.add_argument("--session", type=int, default=10, help="clips in one session")
    parser.add_argument("--pause", type=float, default=0.6, help="seconds behind each clip")
    parser.add_argument("--hours", type=float, help="measure memory over so many hours instead")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    recognizer = open_recognizer(arguments.model, arguments.threads)
    for manifest in arguments.manifests:
        sessions = list(join_clips(side_by_side.clips_with_text([manifest])[: arguments.clips], arguments))
        if arguments.hours is not None:
            measure_memory(recognizer, sessions, arguments.hours)
            continue
        figures = Figures()
        for session in sessions:
            play(recognizer, session, figures)
        tell(manifest.parent.name or str(manifest), summarize(figures), as_json=arguments.json)


def open_recognizer(model: str, threads: int) -> Recognizer:
    """The installed model, warmed up by a second of silence."""
    from app.paths import models_folder
    from speech.recognizer import Recognizer
    from speech.store import ModelStore

    recognizer = Recognizer.open(ModelStore(models_folder()).open(model), threads=threads)
    recognizer.encode(np.zeros(RATE_HZ, np.float32))
    return recognizer


def join_clips(clips: list[Clip], arguments: argparse.Namespace) -> Iterator[Session]:
    """Sessions of some clips each, in which every clip keeps its own silences."""
    from speech.audio import load_audio
    from speech.segmenting import find_utterances

    random = np.random.default_rng(0)
    for first in range(0, len(clips), arguments.session):
        parts: list[NDArray[np.float32]] = []
        speech_s: list[tuple[float, float]] = []
        length = 0
        for clip in clips[first : first + arguments.session]:
            samples = load_audio(clip.audio).samples
            room = random.normal(0, 0.0003, round(arguments.pause * RATE_HZ)).astype(np.float32)
            utterances = list(find_utterances([samples]))
            if utterances:
                begin_s, end_s = utterances[0].speech_start_s, utterances[-1].speech_end_s
                speech_s.append((length / RATE_HZ + begin_s, length / RATE_HZ + end_s))
            parts += [samples, room]
            length += len(samples) + len(room)
        texts = [clip.text or "" for clip in clips[first : first + arguments.session]]
        yield Session(np.concatenate(parts), " ".join(texts), speech_s)


def play(recognizer: Recognizer, session: Session, figures: Figures) -> None:
    """Plays a session, adds what came of it, and writes the same sound down as a file."""
    from speech.audio import Waveform
    from speech.streaming import Final

    playing = Playing(session.samples)
    before_s = time.process_time()
    events: list[tuple[float, Partial | Final]] = []
    for event in recognizer.listen(playing):
        events.append((playing.now_s, event))
    figures.processor_s += time.process_time() - before_s
    figures.played_s += len(session.samples) / RATE_HZ
    for begin_s, end_s in session.speech_s:
        came = [at_s for at_s, event in events if begin_s - 0.1 <= event.start_s <= end_s]
        if came:
            figures.first_partial_s.append(came[0] - begin_s)
    figures.final_s += [at_s - event.end_s for at_s, event in events if isinstance(event, Final)]
    count_changes([event for _, event in events], figures)
    figures.references.append(session.text)
    figures.live.append(" ".join(event.text for _, event in events if isinstance(event, Final)))
    figures.whole.append(recognizer.transcribe(Waveform(session.samples)).text)


def count_changes(events: list[Partial | Final], figures: Figures) -> None:
    """Words that the next event of the same utterance shows otherwise, and stable ones that the final does not keep."""
    from speech.streaming import Final

    before: list[str] = []
    stable: list[str] = []
    for event in events:
        words = [word.strip(".,?!…").lower() for word in event.text.split()]
        after = words[: len(before)] + [""] * (len(before) - len(words))
        figures.changed_words += sum(a != b for a, b in zip(before, after, strict=True))
        if isinstance(event, Final):
            figures.shown_words += len(words)
            figures.stable_words += len(stable)
            kept = words[: len(stable)] + [""] * (len(stable) - len(words))
            figures.unkept_words += sum(a != b for a, b in zip(stable, kept, strict=True))
            before, stable = [], []
        else:
            before = words
            stable = [word.strip(".,?!…").lower() for word in event.text[: event.stable].split()]


def summarize(figures: Figures) -> dict[str, float]:
    import medwer

    scorer = medwer.Scorer()
    live, whole = (scorer.corpus(figures.references, texts)["wer"] for texts in (figures.live, figures.whole))
    return {
        "utterances": len(figures.final_s),
        "played_s": figures.played_s,
        "first_partial_p50_s": float(np.percentile(figures.first_partial_s, 50)),
        "first_partial_p95_s": float(np.percentile(figures.first_partial_s, 95)),
        "final_p50_s": float(np.percentile(figures.final_s, 50)),
        "final_p95_s": float(np.percentile(figures.final_s, 95)),
        "changed_words_per_word": figures.changed_words / max(1, figures.shown_words),
        "stable_words_not_kept": figures.unkept_words / max(1, figures.stable_words),
        "live_wer": live,
        "file_wer": whole,
        "wer_above_file": live - whole,
        "processor_share": figures.processor_s / figures.played_s,
    }


def tell(title: str, values: dict[str, float], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"title": title, **values}))
        return
    print(title)
    for name, value in values.items():
        target = f"   target {TARGETS[name]:g}" if name in TARGETS else ""
        print(f"  {name:24} {value:9.3f}{target}")


def measure_memory(recognizer: Recognizer, sessions: list[Session], hours: float) -> None:
    """Resident memory after the first tenth of the time and at its end."""
    import psutil

    heard_s = 0.0
    resident: list[tuple[float, float]] = []

    def blocks() -> Iterator[NDArray[np.float32]]:
        nonlocal heard_s
        nothing = np.zeros(RATE_HZ, np.float32)
        while heard_s < hours * 3600:
            session = sessions[len(resident) % len(sessions)].samples
            for block in (*np.array_split(session, len(session) // (4 * BLOCK)), *([nothing] * 300)):
                yield block
                heard_s += len(block) / RATE_HZ
            resident.append((heard_s, psutil.Process().memory_info().rss / 2**20))

    events = sum(1 for _ in recognizer.listen(blocks()))
    early = next(mib for at_s, mib in resident if at_s >= hours * 360)
    print(
        f"{heard_s / 3600:.1f} hours, {events} events: {early:.0f} MiB after a tenth, {resident[-1][1]:.0f} at the end"
    )


if __name__ == "__main__":
    sys.exit(side_by_side.run(main))
