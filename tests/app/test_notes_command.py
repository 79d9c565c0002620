import json
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import docx
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from app import paths, settings
from app.commands.notes import command
from app.export import ExportError
from app.records import AuditAction, NoteNotFoundError, RecordsError, RecordStore, SignedNoteError
from speech.errors import OtoscribeError
from speech.transcript import Transcript


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OTOSCRIBE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def store() -> Iterator[RecordStore]:
    with RecordStore.open() as store:
        store.create_note("Chest pain", "Smith, John", author="Dr. A", text="Atorvastatin 40 mg.\n\nReview in May.")
        store.create_note("Verlauf", "Müller, Anna", author="Dr. B", text="Kopfschmerz seit drei Tagen.")
        yield store


def run(*arguments: str) -> str:
    result = call(*arguments)
    if result.exception:
        raise result.exception
    return result.output


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), prog_name="otoscribe notes")


def run_json(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


def test_an_empty_record_says_so() -> None:
    assert run("list") == "There are no notes.\n"
    assert run_json("list") == {"notes": []}


def test_list_has_the_newest_first(store: RecordStore) -> None:
    lines = run("list").splitlines()
    assert "Müller, Anna · Verlauf" in lines[0] and lines[0].split()[0] == "2"
    assert "Kopfschmerz" in lines[1]
    notes = run_json("list", "--limit", "1")["notes"]
    assert [(note["id"], note["patient"], note["status"]) for note in notes] == [(2, "Müller, Anna", "draft")]
    assert run_json("list", "--offset", "1")["notes"][0]["id"] == 1


def test_search_takes_what_is_typed(store: RecordStore) -> None:
    assert [note["id"] for note in run_json("search", "statin", "smith")["notes"]] == [1]
    assert [note["id"] for note in run_json("search", "muller")["notes"]] == [2]
    assert run_json("search", "mg 40")["notes"] == []
    assert run_json("search", "mg", "40")["notes"][0]["snippet"] == "Atorvastatin 40 mg. Review in May."
    assert "Kopfschmerz" in run("search", "kopf")
    assert run("search", '"*(', "NEAR") == "No note has all of these words.\n"


def test_show_prints_the_note_and_its_recordings(store: RecordStore, tmp_path: Path) -> None:
    audio = tmp_path / "take.wav"
    with wave.open(str(audio), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 16000)
    transcript = Transcript("take.wav", "whisper-base", "onnx-cpu-int8", "en", 1.0, 0.1, ())
    recording = store.attach_recording(1, audio, transcript=transcript, adapter="mine")
    text = run("show", "1")
    assert "Atorvastatin 40 mg.\n\nReview in May." in text and "Smith, John" in text and "DRAFT" in text
    assert f"Recording (1.0 s): {recording.path}" in text
    shown = run_json("show", "1")
    assert shown["text"] == "Atorvastatin 40 mg.\n\nReview in May." and shown["version"] == 1
    assert shown["recordings"][0]["sha256"] == recording.sha256
    assert shown["recordings"][0]["transcript"] == transcript.to_json()
    assert (shown["recordings"][0]["model"], shown["recordings"][0]["adapter"]) == ("whisper-base", "mine")


def test_earlier_versions_can_be_seen(store: RecordStore) -> None:
    store.save(1, text="Changed.", author="Dr. C")
    versions = run_json("versions", "1")["versions"]
    assert [(v["number"], v["author"]) for v in versions] == [(1, "Dr. A"), (2, "Dr. C")]
    assert len(run("versions", "1").splitlines()) == 2
    assert run("show", "1", "--version", "1") == "Atorvastatin 40 mg.\n\nReview in May.\n"
    assert run_json("show", "1", "--version", "2")["text"] == "Changed."
    with pytest.raises(RecordsError, match="no version 3"):
        run("show", "1", "--version", "3")


def test_signing_needs_a_name_and_happens_once(store: RecordStore) -> None:
    with pytest.raises(RecordsError, match="needs a name"):
        run("sign", "1")
    settings.save(settings.Settings(author="Dr. Settings"))
    assert "Signed by Dr. Settings on 20" in run("sign", "1")
    assert run("sign", "2", "--author", "Dr. Given").startswith("Note 2: Signed by Dr. Given on 20")
    with pytest.raises(SignedNoteError):
        run("sign", "1")
    assert store.get_note(1).signed_by == "Dr. Settings"


def test_a_note_with_open_fields_is_signed_only_when_told_so(store: RecordStore) -> None:
    note = store.create_note(author="Dr. A", text="Pain in the [side: left | right] knee.")
    with pytest.raises(OtoscribeError, match="not filled"):
        run("sign", str(note.id), "--author", "Dr. A")
    assert store.get_note(note.id).signed_by is None
    assert "Signed by Dr. A" in run("sign", str(note.id), "--author", "Dr. A", "--with-open-fields")


def test_export_writes_each_format(store: RecordStore, tmp_path: Path) -> None:
    for name in ("docx", "pdf", "text"):
        output = tmp_path / f"letter-{name}"
        assert run("export", "1", "--format", name, "--output", str(output), "--author", "Dr. E") == f"{output}\n"
    assert "Atorvastatin 40 mg." in [p.text for p in docx.Document(str(tmp_path / "letter-docx")).paragraphs]
    assert "Atorvastatin 40 mg." in PdfReader(tmp_path / "letter-pdf").pages[0].extract_text()
    assert "Atorvastatin 40 mg." in (tmp_path / "letter-text").read_text()
    exported = [event for event in store.audit(1) if event.action is AuditAction.EXPORTED]
    assert [(event.author, event.detail) for event in exported] == [
        ("Dr. E", "docx"),
        ("Dr. E", "pdf"),
        ("Dr. E", "text"),
    ]


def test_export_takes_the_format_from_the_name_and_has_a_place_of_its_own(store: RecordStore, tmp_path: Path) -> None:
    run("export", "1", "--output", str(tmp_path / "letter.PDF"))
    assert (tmp_path / "letter.PDF").read_bytes().startswith(b"%PDF")
    output = run("export", "2").strip()
    assert Path(output).parent == paths.documents_folder() and output.endswith("note-2.docx")


def test_export_with_a_template_of_ones_own(store: RecordStore, tmp_path: Path) -> None:
    word = docx.Document()
    for text in ("Our clinic", "{{body}}", "{{status}}"):
        word.add_paragraph(text)
    word.save(str(tmp_path / "ours.docx"))
    run("export", "2", "--template", str(tmp_path / "ours.docx"), "--output", str(tmp_path / "out.docx"))
    made = [paragraph.text for paragraph in docx.Document(str(tmp_path / "out.docx")).paragraphs]
    assert made == ["Our clinic", "Kopfschmerz seit drei Tagen.", "DRAFT – not signed"]
    assert call("export", "2", "--format", "pdf", "--template", str(tmp_path / "ours.docx")).exit_code == 2


def test_what_cannot_be_written_is_not_in_the_audit_trail(store: RecordStore, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="not there"):
        run("export", "1", "--output", str(tmp_path / "missing" / "letter.docx"))
    assert AuditAction.EXPORTED not in [event.action for event in store.audit(1)]


def test_an_unknown_number_is_an_error_of_one_line(store: RecordStore) -> None:
    for arguments in (["show", "9"], ["versions", "9"], ["sign", "9", "--author", "A"], ["export", str(10**30)]):
        with pytest.raises(NoteNotFoundError) as caught:
            run(*arguments)
        assert "\n" not in str(caught.value) and "otoscribe notes list" in str(caught.value)


def test_the_program_itself_says_it_in_one_line_and_exits_with_1(store: RecordStore) -> None:
    command_line = [sys.executable, "-m", "app", "notes", "show", "9"]
    result = subprocess.run(command_line, capture_output=True, text=True, timeout=240)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines() == ["There is no note 9. otoscribe notes list shows the notes."]


def test_wrong_usage_is_exit_2(store: RecordStore) -> None:
    for arguments in (
        ["show"],
        ["show", "one"],
        ["search"],
        ["export", "1", "--format", "odt"],
        ["list", "--limit", "0"],
    ):
        assert call(*arguments).exit_code == 2


def test_control_characters_do_not_reach_the_terminal(store: RecordStore) -> None:
    note = store.create_note("\x1b[2Jtitle\nmore", "\x07patient", author="A", text="\x1b]0;evil\x07 text")
    for output in (run("list"), run("show", str(note.id)), run("search", "evil"), run("versions", str(note.id))):
        assert not any(character in output for character in "\x1b\x07")


def test_every_command_has_help_with_an_example() -> None:
    assert isinstance(command, click.Group)
    assert set(command.commands) == {"list", "show", "search", "export", "sign", "versions"}
    assert "Example" in call("--help").output
    for name in command.commands:
        assert f"otoscribe notes {name}" in call(name, "--help").output
