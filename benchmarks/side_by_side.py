"""What the measurements beside other engines share: their options, clips cut out of recordings, and the run.

Engines' processes import the script that started them. It therefore imports what is heavy inside its functions, or
that would count as every engine's memory.
"""

from __future__ import annotations

import argparse
import json
import sys
import wave
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from adaptation.bench.run import BenchReport
    from adaptation.corpus import Clip

LEFT_AROUND_SPEECH_S = 0.2


def parser(description: str | None, peers: str) -> argparse.ArgumentParser:
    """The options that all of these scripts take; `peers` are measured by default."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("manifests", nargs="+", type=Path)
    made.add_argument("--against", default=peers, help="engines divided by commas (default: %(default)s)")
    made.add_argument("--model", default="whisper-base")
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--json", action="store_true")
    return made


def run(main: Callable[[], None]) -> None:
    """Runs a script; what stands in its way becomes one line."""
    from speech.errors import OtoscribeError

    try:
        main()
    except OtoscribeError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Stopped.")


def clips_with_text(manifests: Iterable[Path]) -> list[Clip]:
    """The clips of all manifests in which something is said and known."""
    from adaptation.corpus import read_manifest

    return [clip for manifest in manifests for clip in read_manifest(manifest) if clip.text]


def cut_at_speech(clips: Iterable[Clip]) -> Iterator[tuple[Clip, NDArray[np.float32]]]:
    """Each clip in which speech is found, without the silence before and behind it (0.2 s are left)."""
    from speech.audio import SAMPLE_RATE_HZ, load_audio
    from speech.segmenting import find_utterances

    for clip in clips:
        samples = load_audio(clip.audio).samples
        utterances = list(find_utterances([samples]))
        if utterances:
            first = max(0.0, utterances[0].speech_start_s - LEFT_AROUND_SPEECH_S)
            last = utterances[-1].speech_end_s + LEFT_AROUND_SPEECH_S
            yield clip, samples[round(first * SAMPLE_RATE_HZ) : round(last * SAMPLE_RATE_HZ)]


def write_clip(samples: NDArray[np.float32], text: str, path: Path) -> Clip:
    """The samples as a 16 kHz WAV that says `text`."""
    import numpy as np

    from adaptation.corpus import Clip
    from speech.audio import SAMPLE_RATE_HZ

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return Clip(path.name, path, text)


def measure(clips: list[Clip], arguments: argparse.Namespace) -> BenchReport:
    """Otoscribe and the peers over the clips."""
    from adaptation.bench.engines import PEERS
    from adaptation.bench.run import BenchOptions, run_bench
    from app.paths import data_folder, models_folder
    from app.progress import progress_bar
    from speech.store import ModelStore

    peers = tuple(name for name in arguments.against.split(",") if name)
    if unknown := set(peers) - set(PEERS):
        sys.exit(f"Unknown engines: {', '.join(unknown)}. There are {', '.join(PEERS)}.")
    options = BenchOptions(peers, arguments.threads, arguments.rounds)
    model = ModelStore(models_folder()).open(arguments.model)
    with progress_bar() as show:
        return run_bench(model, clips, options, data_folder() / "peers", lambda share: show(share, "in turn"))


def tell(title: str, report: BenchReport, arguments: argparse.Namespace) -> None:
    """Prints a report under a title, as a table or as a line of JSON."""
    from adaptation.bench.table import render_table

    print(json.dumps({"title": title, **asdict(report)}) if arguments.json else f"{title}\n{render_table(report)}\n")
