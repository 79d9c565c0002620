"""Dangerous abbreviations in any language."""

from __future__ import annotations

from app.desk.marks import unsafe_in


def test_dangerous_abbreviations_are_found_where_there_is_a_list() -> None:
    assert [flag.found.strip() for flag in unsafe_in("10 U daily, 5.0 mg", "en")] == ["U", "5.0"]
    assert [flag.found.strip() for flag in unsafe_in("10 U daily", "auto")] == ["U"]
    assert unsafe_in("10 U daily", "fr") == []
