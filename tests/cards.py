"""Graphics cards for machines that have none."""

from __future__ import annotations

from dataclasses import replace

import onnxruntime
import pytest

from speech.backends.providers import PROVIDERS

# a real provider that every onnxruntime for the processor has; it leaves all of our operators to the processor
WORKING_CARD = replace(PROVIDERS["cuda"], name="AzureExecutionProvider", keeps=None)

# onnxruntime says this where it was not built for the card, and nothing where the card's libraries are missing
silent = pytest.mark.filterwarnings("ignore:Specified provider")


def offer_broken_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """CUDA as onnxruntime-gpu offers it without NVIDIA's libraries: listed, and quietly not used by any session."""
    offered = [*onnxruntime.get_available_providers(), "CUDAExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
