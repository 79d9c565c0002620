"""Where Whisper's encoder keeps what it needs everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from adaptation.training.network import Network
from adaptation.training.registers import find_registers
from speech.audio import SAMPLE_RATE_HZ, load_audio
from speech.context import positions_of, sparse
from speech.features import log_mel
from speech.store import InstalledModel
from speech.weights import read_checkpoint


@pytest.mark.slow
def test_with_registers_little_silence_sounds_like_all_of_it(base_model: InstalledModel, short_sample: Path) -> None:
    network = Network(read_checkpoint(base_model.checkpoint_folder)).eval()
    registers = find_registers(network, 80)
    assert 20 < len(registers) < 300
    samples = load_audio(short_sample).samples
    errors = []
    for seconds in (1.0, 1.7, 2.9):
        sound = samples[: round(seconds * SAMPLE_RATE_HZ)]
        positions = positions_of(seconds + 0.1)
        with torch.no_grad():
            whole = network.encode(torch.from_numpy(log_mel(sound, 80)))[0, : positions - 1]
            for places in (registers, ()):
                mel = torch.from_numpy(log_mel(sound, 80, 2 * positions))
                heard = network.encode(mel, sparse(positions, places))[0, : positions - 1]
                errors.append(float((heard - whole).square().sum() / whole.square().sum()))
    known, unknown = np.array(errors).reshape(-1, 2).T
    assert known.max() < 0.04 and known.mean() < 0.6 * unknown.mean()
