"""From what the model says of its words to the probability that a word is right.

A logistic regression over what is known of each word once its utterance is decoded (`speech.evidence`), learned for
each model by benchmarks/calibrate_confidence.py and kept as data/calibration/MODEL.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from speech.resources import shipped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEATURES = (
    "logit of the mean token",
    "logit of the least likely token",
    "mean log-probability of the utterance",
    "signal-to-noise ratio in tens of dB",
    "logarithm of letters and digits",
    "logarithm of tokens",
    "logit of the neighbours' mean",
    "logit of the less likely neighbour",
    "duration in s, up to 1",
    "logarithm of seconds for a letter",
)
_SCHEMA = 1
_FALLBACK = "whisper-base"


class WordJudge(Protocol):
    """Turns what is known of words into confidences."""

    def judge(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[words, features] as `speech.evidence.word_features` gives them → P(right) of each word."""
        ...


@dataclass(frozen=True)
class Calibration:
    """A judge with learned weights, and the confidence below which a word is marked as doubtful.

    `weights` has one more than there are features: the last is the intercept. `learned_from` says on what, in words.
    """

    model: str
    weights: tuple[float, ...]
    threshold: float
    learned_from: str = ""

    def judge(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np  # not with the module: the window's start needs the threshold alone

        weights = np.array(self.weights)
        return np.asarray(1 / (1 + np.exp(-(features @ weights[:-1] + weights[-1]))))

    def to_json(self) -> str:
        """The text of a calibration file."""
        value = {
            "schema": _SCHEMA,
            "model": self.model,
            "learned_from": self.learned_from,
            "threshold": round(self.threshold, 3),
            "weights": {name: round(weight, 5) for name, weight in zip(FEATURES, self.weights, strict=False)},
            "intercept": round(self.weights[-1], 5),
        }
        return json.dumps(value, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """What `to_json` wrote; ValueError when it is something else or was learned for other features."""
        try:
            value = json.loads(text)
            weights = (*(float(value["weights"][name]) for name in FEATURES), float(value["intercept"]))
            if value["schema"] != _SCHEMA or len(value["weights"]) != len(FEATURES):
                raise ValueError("other features")
            return cls(value["model"], weights, float(value["threshold"]), value["learned_from"])
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"not a calibration ({error!r})") from error


@cache
def load_calibration(model: str) -> Calibration:
    """The calibration that ships for a model; for one without its own that of whisper-base, which is roughly right."""
    for name in (model, _FALLBACK):
        path = _file_of(name)
        if path is not None:
            return Calibration.from_json(path.read_text(encoding="utf-8"))
    raise FileNotFoundError(_FALLBACK)


def _file_of(model: str) -> Path | None:
    try:
        return shipped(f"calibration/{model.replace('/', '--')}.json")
    except FileNotFoundError:
        return None
