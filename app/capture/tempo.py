"""Speech slower or faster at the same pitch, by FFmpeg's atempo, which overlaps waveforms where they are alike."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import AudioFrame
    from av.filter import Graph

SLOWEST, FASTEST = 0.5, 2.0


class Tempo:
    """Changes the tempo of PCM16 in blocks; `speed` 0.5 takes twice as long. At 1.0 the sound stays as it is."""

    def __init__(self, sample_rate_hz: int, channels: int, speed: float) -> None:
        self._sample_rate_hz = sample_rate_hz
        self._channels = channels
        self._layout = "mono" if channels == 1 else f"{channels}c"
        self._read = 0
        self._graph: Graph | None = None if speed == 1.0 else self._make_graph(speed)

    def change(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """int16 of shape (frames, channels) to what of its sound is ready, in the same form."""
        if self._graph is None:
            return samples
        from av import AudioFrame

        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=self._layout)
        frame.sample_rate = self._sample_rate_hz
        frame.time_base = Fraction(1, self._sample_rate_hz)
        frame.pts = self._read
        self._read += len(samples)
        self._graph.push(frame)
        return self._ready(self._graph)

    def finish(self) -> NDArray[np.int16]:
        """What was still held back."""
        if self._graph is None or not self._read:
            return np.empty((0, self._channels), np.int16)
        self._graph.push(None)
        return self._ready(self._graph)

    def _ready(self, graph: Graph) -> NDArray[np.int16]:
        parts = [np.empty((0, self._channels), np.int16)]
        parts += [np.asarray(frame.to_ndarray(), np.int16).reshape(-1, self._channels) for frame in _pull(graph)]
        return np.concatenate(parts)

    def _make_graph(self, speed: float) -> Graph:
        from av.filter import Graph

        graph = Graph()
        source = graph.add_abuffer(
            sample_rate=self._sample_rate_hz,
            format="s16",
            layout=self._layout,
            time_base=Fraction(1, self._sample_rate_hz),
        )
        tempo = graph.add("atempo", f"tempo={speed}")
        sink = graph.add("abuffersink")
        source.link_to(tempo)
        tempo.link_to(sink)
        graph.configure()
        return graph


def _pull(graph: Graph) -> Iterator[AudioFrame]:
    from av import AudioFrame
    from av.error import BlockingIOError, EOFError

    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):  # nothing yet, or nothing more
            return
        assert isinstance(frame, AudioFrame), "only sound was put in"
        yield frame
