"""Windows, keyboard and clipboard of real other programs on a real X server with a window manager."""

from __future__ import annotations

import pytest
from other_program import OtherProgram, other_program, wait_for

from app.transfer import Target, TransferError, go_to, require_ours, type_out
from app.transfer.x11 import X11System

pytestmark = pytest.mark.slow

TEXT = 'Größe 3 µg/l, "Ptosis" links (≥ 2 mm)\nŁódź → 中文 2,5 mg'


def test_the_watch_tells_who_has_the_focus_and_what_was_shown_when_it_was_left(
    system: X11System, record: OtherProgram
) -> None:
    told: list[Target] = []
    system.watch(told.append)
    wait_for(lambda: told[-1:] == [Target(record.window, "Record of A")])
    record.ask("title", "Record of B")
    with other_program("Letter") as letter:
        system.activate(Target(letter.window, "Letter"))
        wait_for(lambda: told[-1:] == [Target(letter.window, "Letter")])
    shown = [target.title for target in told if target.id == record.window]
    assert shown[-1] == "Record of B"


def test_the_focus_goes_back_to_the_window_that_was_left(
    system: X11System, record: OtherProgram, mail: OtherProgram
) -> None:
    go_to(system, Target(record.window, "Record of A"))
    assert system.focused().id == record.window


def test_a_window_that_shows_another_patient_by_now_is_refused(
    system: X11System, record: OtherProgram, mail: OtherProgram
) -> None:
    record.ask("title", "Record of B")
    with pytest.raises(TransferError, match="something else"):
        go_to(system, Target(record.window, "Record of A"))
    assert system.focused().id == mail.window


def test_a_window_that_was_closed_is_refused(system: X11System, mail: OtherProgram) -> None:
    with other_program("Record of A") as record:
        left = Target(record.window, "Record of A")
    wait_for(lambda: system.find(left.id) is None)
    with pytest.raises(TransferError, match="closed"):
        go_to(system, left)


def test_typed_text_arrives_whole_with_characters_that_no_key_has(system: X11System, record: OtherProgram) -> None:
    type_out(system, Target(record.window, "Record of A"), f"{TEXT}\tend")
    wait_for(lambda: record.text.endswith("end"))
    assert record.text == f"{TEXT} end"


def test_typing_stops_where_the_focus_goes_elsewhere(
    system: X11System, record: OtherProgram, mail: OtherProgram
) -> None:
    with pytest.raises(TransferError, match="0 of 4 characters"):
        type_out(system, Target(record.window, "Record of A"), "text")
    assert (record.text, mail.text) == ("", "")


def test_more_kinds_of_characters_than_keys_are_refused_before_any_is_typed(
    system: X11System, record: OtherProgram
) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(300))
    with pytest.raises(TransferError, match="too few free keys"):
        type_out(system, Target(record.window, "Record of A"), text)
    assert record.text == ""


def test_what_others_put_into_the_clipboard_is_never_taken_for_ours(system: X11System, record: OtherProgram) -> None:
    record.ask("copy", "of another patient")
    with pytest.raises(TransferError, match="filled the clipboard"):
        require_ours(system, Target(record.window, "Record of A"), "application/x-otoscribe-transfer", b"mark")
    assert system.clipboard_mark("UTF8_STRING") == b"of another patient"


def test_a_clipboard_whose_owner_hangs_is_not_waited_for(system: X11System, record: OtherProgram) -> None:
    record.ask("copy", "text")
    assert system.can_read_clipboard()
    record.send("freeze", "3")
    assert not system.can_read_clipboard()
