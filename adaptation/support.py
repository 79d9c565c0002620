"""How far the sound speaks for an author's words: the model's own measure of a correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from adaptation.corrections import Change, apply
from speech.rescoring import Rescorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from speech.recognizer import Recognizer


def measure_support(
    recognizer: Recognizer,
    samples: NDArray[np.float32],
    words: Sequence[str],
    changes: Sequence[Change],
    language: str = "en",
) -> list[float]:
    """For each change of a clip, in nats, by how much the sound speaks for the words after it rather than before.

    log p(after | sound) / p(before | sound) less the same of silence as long, teacher-forced: what of the model's
    preference comes from its habits of language, which rare words have against them, is taken out (pointwise mutual
    information). `samples` are the clip's, up to 30 s.
    """
    if not changes:
        return []
    vocabulary, backend = recognizer.vocabulary, recognizer.backend
    texts = [apply(words, ()), *(apply(words, [change]) for change in changes)]
    wordings = [[*vocabulary.encode(f" {text}"), vocabulary.end_of_text] for text in texts]
    sound, silence = (
        np.array([float(scores.sum()) for scores in rescorer.score(0, wordings)])
        for rescorer in (
            Rescorer(backend, recognizer.encode(heard), vocabulary.prompt(language), ())
            for heard in (samples, np.zeros_like(samples))
        )
    )
    supported = sound - silence
    return [float(value) for value in supported[1:] - supported[0]]
