from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records import MATCH_CLOSES, MATCH_OPENS, RecordStore, without_marks
from app.records.search import SNIPPET_CHARACTERS, fold


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    store = RecordStore.open(tmp_path_factory.mktemp("filled") / "notes.db")
    store.create_note("Cardiology", "Smith, John", author="A", text="Continue atorvastatin 40 mg b.i.d.\n\nBP 120/80.")
    store.create_note("Gastro", "Jörg Ångström", author="A", text="Crohn’s disease, naïve to biologics — stable.")
    store.create_note("神经内科", "王小明", author="A", text="患者有慢性头痛三年，伴恶心。")
    store.create_note("Überweisung", "Łucja Strauß", author="A", text="Hüftgelenksendoprothese; Größe 5. C++ 100 %")
    yield store
    store.close()


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    with RecordStore.open(tmp_path_factory.mktemp("growing") / "notes.db") as store:
        yield store


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("statin", 1),
        ("ATORVA", 1),
        ("john smith", 1),
        ("Smith, John", 1),
        ("bp", 1),
        ("120/80", 1),
        ("b.i.d.", 1),
        ("40 cardio", 1),
        ('"40 mg"', 1),
        ('"b.i.d. BP"', 1),
        ("jorg angstrom", 2),
        ("crohn's", 2),
        ("crohn’s", 2),
        ("naive", 2),
        ("头痛", 3),
        ("慢性头痛", 3),
        ("痛", 3),
        ("王小明", 3),
        ("ｂｉｏｌｏｇｉｃｓ", 2),
        ("strauss", 4),
        ("endoprothese", 4),
        ("groesse", None),
        ("grosse", 4),
        ("uberweisung", 4),
        ("c++", 4),
        ("%", 4),
        ("statin crohn", None),
        ('"mg 40"', None),
        ("头疼", None),
        ("nothing-of-the-kind", None),
    ],
)
def test_what_a_clinician_types_finds_the_note(filled: RecordStore, query: str, number: int | None) -> None:
    found = [summary.id for summary in filled.search(query)]
    if number is None:
        assert found == []
    else:
        assert found[0] == number


def test_a_query_without_words_lists_all(filled: RecordStore) -> None:
    for query in ("", "   ", '"', '""', "\t\n"):
        assert [note.id for note in filled.search(query)] == [4, 3, 2, 1]
    assert len(filled.search("", limit=2)) == 2


@given(
    st.text(st.characters(), max_size=60)
    | st.text(st.characters(categories=["Cs", "Lo", "Po", "Cc"]))
    | st.text('"*()+-^:{}~ANDORNEAT aé头\0', max_size=40)
)
@settings(max_examples=300, deadline=None)
def test_no_query_crashes(filled: RecordStore, query: str) -> None:
    assert isinstance(filled.search(query), list)


def test_operators_are_words(filled: RecordStore) -> None:
    for query in ("john OR zzz", "NOT john", "john NEAR smith", "title:john"):
        assert filled.search(query) == []


def test_a_pasted_page_is_a_query(filled: RecordStore) -> None:
    assert filled.search("atorvastatin " * 5000)[0].id == 1
    assert filled.search(" ".join(f"word{index}" for index in range(5000))) == []
    assert filled.search("x" * 200_000) == []


@given(
    text=st.text("abcdéÉßİ头痛 \n’-", min_size=1, max_size=80),
    cut=st.tuples(st.integers(0, 80), st.integers(1, 20)),
)
@settings(max_examples=150, deadline=None)
def test_every_piece_of_a_text_finds_it_and_is_marked(growing: RecordStore, text: str, cut: tuple[int, int]) -> None:
    piece = text[cut[0] : cut[0] + cut[1]]
    if not fold(piece).strip():
        return
    note = growing.create_note(author="A", text=text)
    (found,) = [found for found in growing.search(f'"{piece}"', limit=1000) if found.id == note.id]
    assert MATCH_OPENS in found.snippet
    marked = found.snippet.split(MATCH_OPENS)[1].split(MATCH_CLOSES)[0]
    assert fold(piece).strip()[:1] in fold(marked)
    assert found.snippet.count(MATCH_OPENS) == found.snippet.count(MATCH_CLOSES)


def test_the_snippet_shows_the_text_as_written_around_the_match(store: RecordStore) -> None:
    text = "before " * 100 + "Étude of\nthe ÉTUDE here " + "after " * 100
    store.create_note(author="A", text=text)
    snippet = store.search("etude")[0].snippet
    assert f"{MATCH_OPENS}Étude{MATCH_CLOSES} of the {MATCH_OPENS}ÉTUDE{MATCH_CLOSES} here" in snippet
    assert snippet.startswith("…before ") and snippet.endswith("…")
    assert len(without_marks(snippet)) <= SNIPPET_CHARACTERS + 2


def test_a_mark_in_the_text_is_not_mistaken(store: RecordStore) -> None:
    store.create_note(author="A", text=f"odd {MATCH_OPENS}text{MATCH_CLOSES} here")
    assert store.search("here")[0].snippet == f"odd text {MATCH_OPENS}here{MATCH_CLOSES}"


def test_the_index_follows_every_change(store: RecordStore) -> None:
    note = store.create_note("first title", "first patient", author="A", text="first text")
    store.save(note.id, text="second text", author="A")
    store.save(note.id, title="second title", patient="second patient", author="A")
    assert store.search("first") == []
    assert store.search("second title")[0].id == note.id
    store.sign(note.id, "A")
    store.add_addendum(note.id, "addendum about warfarin", "A")
    found = store.search("warfarin")[0]
    assert found.id == note.id
    assert f"{MATCH_OPENS}warfarin{MATCH_CLOSES}" in found.snippet


def test_names_and_titles_come_before_text(store: RecordStore) -> None:
    in_title = store.create_note("Warfarin", author="A", text="unrelated " * 20)
    store.create_note("Other", author="A", text="warfarin among many other words " * 3 + "filler " * 200)
    assert store.search("warfarin")[0].id == in_title.id
    assert len(store.search("warfarin", limit=1)) == 1
