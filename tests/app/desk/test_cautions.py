"""What could harm in another wording is named, whichever language the note is in."""

from __future__ import annotations

import pytest

from app.desk.cautions import Caution, cautions_about

NUMBER, DOSE, NEGATION, SIDE = Caution.NUMBER, Caution.DOSE, Caution.NEGATION, Caution.SIDE


@pytest.mark.parametrize(
    ("before", "after", "language", "named"),
    [
        ("coffee", "cough", "en", ()),
        ("fine", "five", "en", (NUMBER,)),
        ("five", "fine", "en", (NUMBER,)),
        ("500 mg", "900 mg", "en", (NUMBER, DOSE)),
        ("know", "no", "en", (NEGATION,)),
        ("no", "know", "en", (NEGATION,)),
        ("write", "right", "en", (SIDE,)),
        ("daily", "twice daily", "en", (DOSE,)),
        ("hypertension", "hypotension", "en", (Caution.OPPOSITE,)),
        ("febrile", "afebrile", "en", (Caution.OPPOSITE,)),
        ("hydralazine", "hydroxyzine", "en", (Caution.LOOK_ALIKE,)),
        ("Kinder", "keine", "de", (NEGATION,)),
        ("links", "rechts", "de-CH", (SIDE,)),
        ("fünf", "fein", "de", (NUMBER,)),
        ("Husten", "Kosten", "de", ()),
        ("又", "右", "zh", (SIDE,)),
        ("五", "无", "zh", (NUMBER, NEGATION)),
        ("3", "trois", "fr", (NUMBER,)),
    ],
)
def test_cautions(before: str, after: str, language: str, named: tuple[Caution, ...]) -> None:
    assert cautions_about(before, after, language) == named
