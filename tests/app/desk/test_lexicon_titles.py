"""The lists that ship, named in the interface's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adaptation.lexicon import Scope
from app.desk.lexicon_titles import titled
from app.desk.lexicons import open_store
from app.translation import language_in_use, use_language


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    before = language_in_use()
    yield
    use_language(before)


def test_every_list_that_ships_has_its_title_in_every_language() -> None:
    listed = open_store().listed()
    use_language("en")
    assert titled(listed) == tuple(listed)
    for language in ("de", "zh"):
        use_language(language)
        assert not {each.title for each in listed} & {each.title for each in titled(listed)}


def test_what_a_site_calls_its_own_list_stays() -> None:
    use_language("de")
    own = [replace(each, scope=Scope.SITE) for each in open_store().listed()]
    assert titled(own) == tuple(own)
