from app.dictation import Edit, format_text


def test_edits_name_the_rule_and_both_spans() -> None:
    done = format_text("give five milligrams period")
    assert done.text == "Give 5 mg."
    assert [(edit.rule, edit.spoken, edit.written) for edit in done.edits] == [
        ("capitals", "give", "Give"),
        ("units", "five milligrams", "5 mg"),
        ("punctuation", " period", "."),
    ]
    assert done.edits[1] == Edit("units", 5, 20, 5, 9, "five milligrams", "5 mg")


def test_what_stays_has_no_edit() -> None:
    assert format_text("No change here.").edits == ()
    assert format_text("").edits == ()


def test_a_capital_on_what_a_rule_wrote_belongs_to_that_edit() -> None:
    done = format_text("stable period e coli omega three")
    assert done.text == "Stable. E. coli omega-3"
    assert [edit.rule for edit in done.edits] == ["capitals", "punctuation", "names", "names"]


def test_an_edit_can_be_taken_back() -> None:
    done = format_text("pulse seventy two period")
    number = next(edit for edit in done.edits if edit.rule == "numbers")
    undone = done.text[: number.written_start] + number.spoken + done.text[number.written_end :]
    assert undone == "Pulse seventy two."
