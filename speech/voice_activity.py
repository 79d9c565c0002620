"""P(speech) of each 32 ms of a stream, by Silero's detector (snakers4/silero-vad, MIT), as many at once as are there.

The network is data/voice-activity/silero.onnx, made by packaging/build_voice_activity.py.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from speech.errors import OtoscribeError
from speech.resources import shipped

if TYPE_CHECKING:
    import onnxruntime

CHUNK = 512  # samples at 16 kHz
_BEFORE = 64  # samples of the chunk before are heard again
_FILE = "voice-activity/silero.onnx"
_SHA256 = "80828e6326af641c531b28756260b731b04c8cc8ebd4ae365abe004ab156d3d4"


class VoiceActivity:
    """The detector over one stream. OtoscribeError when its file is missing or damaged."""

    def __init__(self) -> None:
        self._network = _network()
        self._before = np.zeros(_BEFORE, np.float32)
        self.reset()

    def reset(self) -> None:
        """Begins afresh, as with a new stream."""
        self._state = np.zeros((2, 1, 128), np.float32)

    def judge(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """samples[n · CHUNK] between -1 and 1, which follow those of the last call → P(speech) of each chunk."""
        heard = np.concatenate([self._before, samples])
        chunks = np.ascontiguousarray(sliding_window_view(heard, _BEFORE + CHUNK)[::CHUNK])
        probabilities, self._state = self._network.run(None, {"chunks": chunks, "state": self._state})
        self._before = heard[-_BEFORE:].copy()
        return np.asarray(probabilities)


@cache
def _network() -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        graph = shipped(_FILE).read_bytes()
    except OSError as error:
        raise _damaged() from error
    if hashlib.sha256(graph).hexdigest() != _SHA256:
        raise _damaged()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _damaged() -> OtoscribeError:
    return OtoscribeError("The detector of speech is missing or damaged", "Install Otoscribe again to restore it.")
