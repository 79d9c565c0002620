"""What the fixture `random_whisper` hands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from speech.weights import Checkpoint


@dataclass(frozen=True)
class RandomWhisper:
    """Two layers, two heads, random weights, the real tokenizer: `folder` in Hugging Face form, `graphs` in fp32."""

    checkpoint: Checkpoint = field(repr=False)
    folder: Path
    graphs: Path
