"""Every form in which users have their terms, and what becomes of each row."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from adaptation.lexicon import LexiconError, Outcome, Reading, Term, read_lexicon

Write = Callable[[str, str | bytes], Path]


def written(reading: Reading) -> list[str]:
    return [term.written for term in reading.lexicon.terms]


def refused(reading: Reading) -> dict[int, str]:
    return {row.line: row.reason for row in reading.report.rows if row.outcome is Outcome.REFUSED}


def test_a_table_gives_every_column(write: Write) -> None:
    path = write(
        "terms.csv",
        "written,spoken,category,weight,context\n"
        'HbA1c,h b a one c|glycated haemoglobin,lab,2.5,"diabetes, follow-up"\n'
        "metformin,,drug,,\n",
    )
    reading = read_lexicon(path)
    assert reading.lexicon.name == "terms"
    assert reading.lexicon.terms == (
        Term("HbA1c", ("h b a one c", "glycated haemoglobin"), "lab", 2.5, "diabetes, follow-up", "terms.csv:2"),
        Term("metformin", (), "drug", 1.0, "", "terms.csv:3"),
    )
    assert (reading.report.form, reading.report.encoding, reading.report.delimiter) == ("table", "utf-8", ",")
    assert not reading.report.encoding_guessed


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_and_the_order_of_columns_are_found(write: Write, delimiter: str) -> None:
    rows = [["Weight", "Department", "Written"], ["2,5" if delimiter == ";" else "2.5", "ward 3", "Dupuytren"]]
    reading = read_lexicon(write("list.csv", "\r\n".join(delimiter.join(row) for row in rows)))
    assert [(term.written, term.weight) for term in reading.lexicon.terms] == [("Dupuytren", 2.5)]
    assert reading.report.delimiter == delimiter
    assert reading.report.notes == ("Columns that are not used: department.",)


def test_only_written_is_needed_and_commas_belong_to_a_single_column(write: Write) -> None:
    reading = read_lexicon(write("list.csv", 'written\ncarcinoma, basal cell\n"quoted, too"\n'))
    assert written(reading) == ["carcinoma, basal cell", "quoted, too"]


def test_excels_note_on_the_delimiter_is_passed_over(write: Write) -> None:
    reading = read_lexicon(write("list.csv", "sep=;\nwritten;category\nangina;diagnosis\n"))
    assert written(reading) == ["angina"]
    assert reading.lexicon.terms[0].origin == "list.csv:3"


def test_a_word_list_takes_each_line(write: Write) -> None:
    reading = read_lexicon(write("words.txt", "Nuss procedure\n\n  pectus  excavatum \n# a comment\n"))
    assert written(reading) == ["Nuss procedure", "pectus excavatum"]
    assert refused(reading) == {4: "a comment"}


def test_dragon_lists_have_spoken_forms_and_commands(write: Write) -> None:
    text = "@Version=Plato-UTF8\nHbA1c\\h b a one c\nSjögren\n\\New-Line\\new line\n"
    reading = read_lexicon(write("dragon.txt", text))
    assert reading.report.form == "dragon"
    assert [(term.written, term.spoken) for term in reading.lexicon.terms] == [
        ("HbA1c", ("h b a one c",)),
        ("Sjögren", ()),
    ]
    assert refused(reading) == {4: "a command of Dragon, not a term"}


def test_hunspell_flags_are_left_and_wrong_words_refused(write: Write) -> None:
    write("de.aff", "SET ISO8859-1\nFORBIDDENWORD d\nONLYINCOMPOUND x\n")
    path = write("de.dic", "5\nÖdem/NS\nthrombo/x\nAortaa/d\nmg\\/dl\nAngina/N\tpo:noun\n".encode("latin-1"))
    reading = read_lexicon(path)
    assert (reading.report.form, reading.report.encoding) == ("hunspell", "iso8859-1")
    assert written(reading) == ["Ödem", "mg/dl", "Angina"]
    assert refused(reading) == {3: "marked as a part of compounds only", 4: "marked as a wrong word"}


def test_transcribe_tables_give_what_is_shown_and_how_it_is_said(write: Write) -> None:
    text = (
        "Phrase\tSoundsLike\tIPA\tDisplayAs\n"
        "Los-Angeles\t\t\t\n"
        "E.K.G.\t\t\tEKG\n"
        "C.L.I.\t\t\t\n"
        "etcetera\tet-set-er-uh\t\t\n"
    )
    reading = read_lexicon(write("vocabulary.txt", text))
    assert reading.report.form == "transcribe"
    assert [(term.written, term.spoken) for term in reading.lexicon.terms] == [
        ("Los Angeles", ()),
        ("EKG", ("E K G",)),
        ("CLI", ("C L I",)),
        ("etcetera", ("et set er uh",)),
    ]
    assert "The column IPA is not used: spoken forms are words." in reading.report.notes


# encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "cp1252"])
def test_western_encodings(write: Write, encoding: str) -> None:
    terms = ["Sjögren", "Ménière's disease", "Löffler", "café-au-lait spot"]
    content = "\r\n".join(["written", *terms]).encode(encoding)
    assert written(read_lexicon(write("terms.csv", content))) == terms


@pytest.mark.parametrize(
    ("encoding", "terms"),
    [
        ("gb18030", ["高血压", "糖尿病", "冠状动脉粥样硬化性心脏病", "心房颤动", "急性心肌梗死", "慢性阻塞性肺疾病"]),
        ("cp1251", ["гипертония", "сахарный диабет", "инфаркт миокарда", "фибрилляция предсердий"]),
        ("shift_jis", ["高血圧", "糖尿病", "心筋梗塞", "ネフローゼ症候群", "アトピー性皮膚炎"]),
    ],
)
def test_other_encodings_are_guessed_and_said_to_be(write: Write, encoding: str, terms: list[str]) -> None:
    reading = read_lexicon(write("terms.txt", "\n".join(terms).encode(encoding)))
    assert written(reading) == terms
    assert reading.report.encoding_guessed
    assert any("guessed" in note for note in reading.report.notes)


def test_mixed_encodings_name_the_odd_lines(write: Write) -> None:
    content = "Sjögren\nMénière\nBehçet\n".encode() + "Löffler\n".encode("cp1252") + b"Graves\n"
    reading = read_lexicon(write("terms.txt", content))
    assert written(reading) == ["Sjögren", "Ménière", "Behçet", "Löffler", "Graves"]
    assert any("lines 4" in note for note in reading.report.notes)


def test_one_bad_byte_leaves_a_list_in_utf_8(write: Write) -> None:
    reading = read_lexicon(write("terms.txt", "Ösophagus\n".encode() + b"L\xf6ffler\nGraves\n"))
    assert written(reading) == ["Ösophagus", "Löffler", "Graves"]


def test_right_to_left_and_combining_characters(write: Write) -> None:
    arabic, joined = "التهاب المفاصل", "می\u200cگرن"
    text = f"\u202b{arabic}\u202c\n{joined}\nSjo\u0308gren\nad\u00adeno\u200bma\n"
    assert written(read_lexicon(write("terms.txt", text))) == [arabic, joined, "Sjögren", "adenoma"]


# rows


def test_every_refused_row_says_where_why_and_what_to_do(write: Write) -> None:
    text = "\n".join(
        [
            "written,spoken,weight",
            "angina,,1",
            ",spoken only,",
            "x" * 500 + ",,",
            "nul\x00inside,,",
            "-- --,,",
            "heavy,,a lot",
            "infinite,,inf",
            '"never closed,,',
            "too,many,1,cells",
            "mute,!!|okay,",
        ]
    )
    reading = read_lexicon(write("terms.csv", text))
    assert written(reading) == ["angina"]
    reasons = refused(reading)
    assert sorted(reasons) == list(range(3, 12))
    assert "no written form" in reasons[3]
    assert "500 characters" in reasons[4]
    assert "U+0000" in reasons[5]
    assert "neither a letter nor a digit" in reasons[6]
    assert "weight" in reasons[7] and "weight" in reasons[8]
    assert "not closed" in reasons[9]
    assert "4 cells where the header has 3" in reasons[10]
    assert all(row.mend for row in reading.report.rows if row.outcome is Outcome.REFUSED)


def test_an_open_quotation_mark_swallows_nothing(write: Write) -> None:
    reading = read_lexicon(write("terms.csv", 'written,spoken\n"open,\nangina,\nasthma,\n'))
    assert written(reading) == ["angina", "asthma"]


def test_duplicates_are_merged_with_both_spoken_forms(write: Write) -> None:
    text = "written,spoken,weight,category\nTaVNS,tavns,1,\nother,,,\ntavns,t a v n s,3,device\n"
    reading = read_lexicon(write("terms.csv", text))
    assert reading.lexicon.terms[0][:4] == ("TaVNS", ("tavns", "t a v n s"), "device", 3.0)
    merged = [row for row in reading.report.rows if row.outcome is Outcome.MERGED]
    assert [row.line for row in merged] == [4]
    assert "line 2" in merged[0].reason and "both are kept" in merged[0].reason and "'TaVNS'" in merged[0].reason


def test_short_forms_that_differ_in_capitals_stay_apart(write: Write) -> None:
    assert written(read_lexicon(write("terms.txt", "mg\nMg\nPE\npe\n"))) == ["mg", "Mg", "PE", "pe"]


def test_a_spoken_form_of_two_terms_is_told(write: Write) -> None:
    reading = read_lexicon(write("terms.csv", "written,spoken\nileum,ilium\nilium,ilium\n"))
    assert reading.report.notes == ("Lines 2 and 3 have the spoken form 'ilium' in common.",)


# whole files


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", "", "is empty"),
        ("blank.csv", " \n\n \n", "is empty"),
        ("header.csv", "written,spoken\n", "a header and no terms"),
        ("nothing.csv", "written,spoken\n,,\n , \n", "no row"),
        ("allbad.csv", "written,weight\nangina,x\nasthma,y\n", "2 rows refused"),
        ("noheader.csv", "angina,diagnosis\nasthma,diagnosis\ngout,diagnosis\n", "no column 'written'"),
        ("report.pdf", b"%PDF-1.7\n...", "a PDF"),
        ("noise.txt", bytes(range(256)) * 40, "not text"),
    ],
)
def test_files_that_hold_no_terms_are_refused_in_one_line(
    write: Write, name: str, content: str | bytes, told: str
) -> None:
    with pytest.raises(LexiconError, match=told) as caught:
        read_lexicon(write(name, content))
    assert caught.value.next_step and "\n" not in str(caught.value)


def test_a_workbook_is_recognised_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("terms.xlsx", "terms.csv"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
        with pytest.raises(LexiconError, match="CSV UTF-8"):
            read_lexicon(tmp_path / name)


def test_a_folder_a_missing_file_and_a_wild_name_are_told(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="is a folder"):
        read_lexicon(tmp_path)
    with pytest.raises(LexiconError, match="cannot be read"):
        read_lexicon(tmp_path / "missing.csv")
    with pytest.raises(LexiconError, match="cannot be read"):
        read_lexicon(Path("nul\x00.csv"))


def test_two_million_lines_are_refused_soon_and_in_little_memory(write: Write) -> None:
    path = write("long.txt", b"term number\n" * 2_000_000)
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(LexiconError, match="2,000,000 lines"):
        read_lexicon(path)
    took = time.process_time() - began
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 20  # half a second here; it would be a minute if each line were looked at
    assert most < 60e6


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)  # sparse
    with pytest.raises(LexiconError, match="3,000 MB"):
        read_lexicon(path)
