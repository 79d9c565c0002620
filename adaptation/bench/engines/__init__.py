"""The engines that `otoscribe bench` can run: each is one module with a function `load` and one line in `PEERS`.

An engine's module imports the engine itself, so that only what is asked for is loaded, in a process of its own.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORT_S = 30.0  # sound that Whisper takes at once; engines write no time stamps up to here, and cut by them beyond


class Engine(Protocol):
    """A loaded engine: greedy first, with its makers' own fallbacks, in one language."""

    description: str
    """Its version and the precision that it computes in, such as "faster-whisper 1.2.1, int8"."""

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        """The text of a 16 kHz mono recording of any length."""


@dataclass(frozen=True)
class Setup:
    """What an engine's `load` is given: where its weights lie, how many threads it may use, what is spoken."""

    weights: Path
    threads: int
    language: str


@dataclass(frozen=True)
class EngineKind:
    """How an engine is found: `module` of this package, the `package` that it needs, and of what `form` of
    `speech.export` its weights are (None: a model's folder in the store)."""

    name: str
    module: str
    package: str
    install: str
    form: str | None

    @property
    def is_installed(self) -> bool:
        return importlib.util.find_spec(self.package) is not None


OURS = EngineKind("otoscribe", "otoscribe", "speech", "otoscribe", None)
PEERS = {
    kind.name: kind
    for kind in (
        EngineKind("faster-whisper", "faster_whisper", "faster_whisper", "faster-whisper", "ctranslate2"),
        EngineKind("faster-whisper-batched", "batched", "faster_whisper", "faster-whisper", "ctranslate2"),
        EngineKind("blocks-of-15-s", "blocks", "speech", "otoscribe", None),
        EngineKind("whisper.cpp", "whisper_cpp", "pywhispercpp", "pywhispercpp", "ggml"),
        EngineKind("transformers", "transformers", "transformers", "transformers torch", "safetensors"),
    )
}
