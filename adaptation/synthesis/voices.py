"""Voices that speak on this machine: packages that carry their model, and Piper's model files."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from adaptation.synthesis.piper_phonemes import to_piper
from speech.audio import SAMPLE_RATE_HZ
from speech.errors import OtoscribeError

if TYPE_CHECKING:
    from hibari import Hibari
    from onnxruntime import InferenceSession

DEFAULT_VOICE = "hibari-tts"
_INSTALL = 'Install with: pip install "otoscribe[voices]"'
# The letter A; in small letters it is the article. What stands in brackets is hibari's way to give a pronunciation.
_LETTER_A = re.compile(r"\bA\b(?!')")
_CHOLANG = re.compile(r"\bchol(?=ang)", re.I)  # which hibari reads with the ch of cheese, other words of the kind not


class VoiceError(OtoscribeError):
    """A voice that is not installed, cannot be read, or is not of a kind that is known."""


@dataclass(frozen=True)
class Manner:
    """How a text is spoken: `speed` 1 is the voice's own pace, `noise` 1 its own liveliness, `seed` of its noise."""

    speed: float
    noise: float
    seed: int


class Voice(Protocol):
    """Something that speaks English."""

    name: str

    def speak(self, spoken: str, manner: Manner) -> NDArray[np.float32]:
        """The text in `adaptation.synthesis.spoken_text`'s form as samples at 16 kHz; none where it has no sound."""
        ...


def open_voice(name: str) -> Voice:
    """The voice of a package's name, or of the path of a Piper model (.onnx, with its .onnx.json beside it).

    VoiceError when it is not there or of an unknown kind, with what to do.
    """
    path = Path(name)
    if path.suffix == ".onnx":
        return PiperVoice(path, path.stem)
    try:
        files = importlib.metadata.files(name) or []
    except importlib.metadata.PackageNotFoundError:
        raise VoiceError(f"There is no voice {name}", _how_to_get(name)) from None
    if name == DEFAULT_VOICE:
        return HibariVoice()
    models = [file for file in files if file.name.endswith(".onnx") and file.with_name(f"{file.name}.json") in files]
    if len(models) != 1:
        raise VoiceError(
            f"The package {name} holds no Piper voice", "Give a package with one .onnx and its .onnx.json."
        )
    return PiperVoice(Path(str(models[0].locate())), name)


def _how_to_get(name: str) -> str:
    if name == DEFAULT_VOICE:
        return _INSTALL
    return "Give an installed package that carries a voice, or the path of a Piper voice's .onnx file."


def _load_hibari() -> Hibari:
    if importlib.util.find_spec("hibari") is None:
        raise VoiceError("Speaking needs hibari-tts, which this installation lacks", _INSTALL)
    from hibari import Hibari

    import speech.backends.onnx  # noqa: F401  # which keeps onnxruntime from reporting its use

    return Hibari()  # its voice "heart", the one that the package carries; the others would be downloaded


def _respell(spoken: str) -> str:
    return _LETTER_A.sub("[A](/ˈA/)", _CHOLANG.sub("kol", spoken))


class HibariVoice:
    """The American voice inside the package hibari-tts."""

    def __init__(self) -> None:
        self._engine = _load_hibari()
        self.name = DEFAULT_VOICE

    def speak(self, spoken: str, manner: Manner) -> NDArray[np.float32]:
        """See `Voice`; its liveliness cannot be changed."""
        sound = self._engine(_respell(spoken), speed=manner.speed, seed=manner.seed)
        return _resampled(sound, self._engine.sample_rate)


class PiperVoice:
    """A voice of the Piper project, pronounced by hibari's rules, as Piper's own (espeak-ng) are under the GPL.

    Its noise is drawn inside its graph: each opened voice says the same texts in the same order the same way, whatever
    the seed, and a text said twice a little differently.
    """

    def __init__(self, model: Path, name: str) -> None:
        self.name = name
        self._session, self._config = _read_piper(model)
        self._pronunciation = _load_hibari()

    def speak(self, spoken: str, manner: Manner) -> NDArray[np.float32]:
        """See `Voice`."""
        drawn = self._config["inference"]
        scales = [drawn["noise_scale"] * manner.noise, drawn["length_scale"] / manner.speed, drawn["noise_w"]]
        parts = [np.zeros(0, np.float32)]
        for phonemes in self._pronunciation.phonemize(_respell(spoken)):
            ids = np.array([self._ids(to_piper(phonemes))], np.int64)
            feed = {"input": ids, "input_lengths": np.array([ids.size]), "scales": np.array(scales, np.float32)}
            parts.append(np.asarray(self._session.run(None, feed)[0], np.float32).ravel())
        return _resampled(np.concatenate(parts), self._config["audio"]["sample_rate"])

    def _ids(self, phonemes: str) -> list[int]:
        """Piper's input: each phoneme's numbers, padded, between marks of the start and the end."""
        table, pad = self._config["phoneme_id_map"], self._config["phoneme_id_map"]["_"]
        ids = [*table["^"], *pad]
        for phoneme in phonemes:
            if phoneme in table:
                ids += [*table[phoneme], *pad]
        return [*ids, *table["$"]]


def _read_piper(model: Path) -> tuple[InferenceSession, dict[str, Any]]:
    """The model and its settings, of one English speaker. VoiceError else."""
    settings = model.with_name(f"{model.name}.json")
    try:
        content, config = model.read_bytes(), json.loads(settings.read_text(encoding="utf-8"))
        session = _open_graph(content)
        inputs = {each.name for each in session.get_inputs()}
        known = (
            inputs == {"input", "input_lengths", "scales"}
            and {"^", "_", "$"} <= config["phoneme_id_map"].keys()
            and {"noise_scale", "length_scale", "noise_w"} <= config["inference"].keys()
            and config["audio"]["sample_rate"] > 0
        )
        english = config["espeak"]["voice"].startswith("en")
    except OSError as error:
        raise VoiceError(
            f"The voice {error.filename or model} cannot be read ({error.strerror})",
            "A Piper voice is two files, NAME.onnx and NAME.onnx.json beside it.",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        known = english = False
    if not (known and english):
        raise VoiceError(
            f"{model} is no English Piper voice of one speaker", "Give the .onnx file of one, with its .onnx.json."
        )
    return session, config


def _open_graph(content: bytes) -> InferenceSession:
    """ValueError when it is no graph."""
    import onnxruntime

    from speech.backends.onnx import OnnxBackend

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    onnxruntime.set_seed(0)  # taken by what draws inside a graph when the session is made
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except OnnxBackend.failures as error:
        raise ValueError("no graph") from error


def _resampled(sound: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    import soxr

    return np.asarray(soxr.resample(np.asarray(sound, np.float32), rate_hz, SAMPLE_RATE_HZ), np.float32)
