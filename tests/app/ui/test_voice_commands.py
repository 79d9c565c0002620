"""Commands in the real window: what is said comes as a dictation's utterances do, and stands or happens in the note."""

from __future__ import annotations

from itertools import count

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot
from window_fixtures import DeskOpener, take_screenshot

from app.desk.live import LiveSound
from app.desk.live_utterances import LiveListener, LiveUtterances
from app.dictation import FormattingOptions
from app.dictation.commands import OwnPhrase
from app.records import RecordStore
from app.ui.features import VoiceCommandsFeature
from app.ui.models.dictation import Dictation
from app.ui.models.recognition import Listener
from app.ui.window import MainWindow
from speech.transcript import Segment, Word

pytestmark = pytest.mark.slow

NOTE = "Assessment:\n\nPlan:\nRest."


class Speaker:
    """Somebody who dictates into the note on show: in place of the model, and of nothing else."""

    def __init__(self, window: MainWindow, at: int | None = None, own: tuple[OwnPhrase, ...] = ()) -> None:
        session, note = window.session, window.session.notebook.current
        assert note is not None
        self.window = window
        self._now_s = count(1.0, 10.0)
        self._listener: Listener | None = None
        place = note.place_at(at)
        self.dictation = Dictation(
            session.desk,
            session.messages,
            self,  # type: ignore[arg-type]
            note,
            place,
            lambda *_: None,
            session.commands,
        )
        self.dictation.begin()
        assert self._listener is not None
        hears = LiveListener(self._listener.partial, self._listener.final, self._listener.order, self._listener.delay)
        self._utterances = LiveUtterances(FormattingOptions(frozenset({"ranges"})), hears, own)

    def listen(self, sound: LiveSound, listener: Listener) -> None:
        self._listener = listener

    def say(self, *utterances: str, confidence: float = 0.9) -> str:
        """The note's text afterwards."""
        for text in utterances:
            start_s = next(self._now_s)
            words = tuple(
                Word(word, start_s + 0.3 * number, start_s + 0.3 * number + 0.2, confidence)
                for number, word in enumerate(text.split())
            )
            self._utterances.take(Segment(start_s, words[-1].end_s, text, confidence, words), "en")
        return self.text

    def begin_to_say(self, text: str) -> str:
        """What is shown while it is said."""
        self._utterances.show(text, "en")
        return self.dictation.note.document.partial.text

    @property
    def text(self) -> str:
        return self.dictation.note.document.toPlainText()

    @property
    def told(self) -> str:
        """The line about the last command."""
        return self.window.feature(VoiceCommandsFeature).told.text()

    @property
    def selected(self) -> str:
        return self.window.note_page.editor.textCursor().selectedText()


@pytest.fixture
def window(home: object, open_desk: DeskOpener, qtbot: QtBot) -> MainWindow:
    store = RecordStore.open()
    note = store.create_note("Clinic", "Jane Roe", author="Dr. Ada Finch", text=NOTE)
    store.close()
    opened = open_desk()
    opened.session.notebook.open(note.id)
    qtbot.waitUntil(lambda: opened.session.notebook.current is not None)
    qtbot.waitUntil(lambda: bool(opened.session.templates.stored), timeout=20_000)
    return opened


def write_anew(window: MainWindow, text: str) -> None:
    """Another text in place of the note's."""
    cursor = QTextCursor(window.note_page.editor.document())
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(text)
    window.note_page.editor.moveCursor(QTextCursor.MoveOperation.End)


def test_utterances_are_taken_back_and_come_back(window: MainWindow) -> None:
    speaker = Speaker(window)
    assert speaker.say("No fever.", "She takes metformin five hundred") == NOTE + " No fever. She takes metformin 500"
    assert speaker.say("milligrams.") == NOTE + " No fever. She takes metformin 500 mg."
    assert speaker.begin_to_say("Scratch that.") == " ‹Scratch that›"
    assert speaker.text.endswith("500 mg.")
    assert speaker.say("Scratch that.") == NOTE + " No fever. She takes metformin 500"
    assert speaker.told == "Scratched: last utterance"
    take_screenshot(window, "voice-command")
    window.actions_.undo.trigger()
    assert speaker.text.endswith("500 mg.")
    assert speaker.say("Undo that.").endswith("metformin 500")
    assert speaker.say("Redo.").endswith("500 mg.")
    assert speaker.say("Scratch that.", "scratch that") == NOTE + " No fever."
    assert speaker.say("Scratch that.") == NOTE
    assert speaker.say("Scratch that.") == NOTE
    assert speaker.told == "There is nothing to scratch in this note."
    assert speaker.say("Well.") == NOTE + " Well."
    assert speaker.told == ""


def test_what_was_edited_since_is_not_scratched(window: MainWindow) -> None:
    speaker = Speaker(window)
    speaker.say("No fever.", "No cough.")
    place = window.note_page.editor.document().find("cough")
    place.insertText("rash")
    assert speaker.say("Scratch that.") == NOTE + " No fever. No rash."
    assert "was not scratched" in speaker.told


def test_a_dictation_into_a_selection_gives_it_back(window: MainWindow) -> None:
    speaker = Speaker(window)
    assert speaker.say("Select rest.") == NOTE and speaker.selected == "Rest"
    assert speaker.say("Bed rest.") == NOTE.replace("Rest.", "Bed rest.")
    assert speaker.say("Scratch that.") == NOTE


def test_words_are_found_before_the_place_or_are_text(window: MainWindow) -> None:
    write_anew(window, "Give 5 mg. Give 10 mg of Aspirin daily.")
    speaker = Speaker(window)
    speaker.say("Select five milligrams.")
    assert speaker.selected == "5 mg"
    assert speaker.say("2 mg").startswith("Give 2 mg. Give 10")
    speaker.say("Go to the end.", "Correct aspirin.")
    assert speaker.selected == "Aspirin"
    assert speaker.say("Ibuprofen.") == "Give 2 mg. Give 10 mg of ibuprofen daily."
    assert speaker.say("At night.") == "Give 2 mg. Give 10 mg of ibuprofen daily. At night."
    speaker.say("Correct daily.")
    assert speaker.say("Weekly.") == "Give 2 mg. Give 10 mg of ibuprofen weekly. At night."
    assert speaker.say("Correct position confirmed.").endswith("At night. Correct position confirmed.")
    assert speaker.told.startswith("Written as text")


def test_a_word_is_spelled_in_place_of_another(window: MainWindow) -> None:
    write_anew(window, "She takes Metoprolal daily.")
    speaker = Speaker(window)
    speaker.say("Correct metoprolal.", "Spell that.", "M-E-T-O", "Papa Romeo O L O L.")
    assert speaker.text == "She takes metoprolol daily."
    assert speaker.say("No cough.") == "She takes metoprolol daily. No cough."
    spoken = [word.heard.text for word in speaker.dictation.note.document.spoken_words()]
    assert "metoprolol" in [text.lower() for text in spoken]
    assert speaker.say("Scratch that.") == "She takes metoprolol daily."
    assert speaker.say("Scratch that.", "Scratch that.") == "She takes Metoprolal daily."


def test_sections_and_fields_are_gone_to(window: MainWindow) -> None:
    speaker = Speaker(window)
    assert speaker.say("Go to assessment.", "Stable angina.") == "Assessment:\nStable angina.\nPlan:\nRest."
    assert speaker.say("Go to plan.", "Aspirin.").endswith("Rest. Aspirin.")
    before = speaker.text
    assert speaker.say("Go to allergies.") == before
    assert speaker.told == "No heading called “allergies” in this note."
    assert speaker.say("Go to the emergency department.").endswith("Go to the emergency department.")
    write_anew(window, "Lungs: [lungs = clear]. Side: [side: left | right].")
    speaker.say("Next field.")
    assert speaker.selected == "[lungs = clear]"
    assert speaker.say("Crackles.", "Next field.") == "Lungs: Crackles. Side: [side: left | right]."
    assert speaker.selected == "[side: left | right]"
    assert speaker.say("Previous field.", "Left.", "Next field.") == "Lungs: Crackles. Side: left."
    assert speaker.told == "There is no open field in this note."
    assert speaker.say("Scratch that.") == "Lungs: Crackles. Side: [side: left | right]."


def test_templates_are_inserted_by_name_only(window: MainWindow) -> None:
    write_anew(window, "Note.")
    speaker = Speaker(window)
    assert speaker.say("Insert the catheter.") == "Note. Insert the catheter."
    assert speaker.say("Insert template no such thing.") == "Note. Insert the catheter."
    assert speaker.told == "No template called “no such thing”."
    stored = window.session.templates.find("discharge letter")
    assert stored is not None
    speaker.say(f"Insert {stored.template.title}.")
    assert speaker.told == f"Inserted: {stored.template.title}"
    assert speaker.text.startswith("Note. Insert the catheter.\n") and len(speaker.text) > 60
    speaker.say("Scratch that.")
    assert speaker.text.strip() == "Note. Insert the catheter."


def test_that_is_what_is_selected_or_was_said_last(window: MainWindow) -> None:
    write_anew(window, "See")
    speaker = Speaker(window)
    assert speaker.say("bennett fracture", "Capitalise that.") == "See Bennett fracture"
    speaker.say("Select bennett fracture.")
    assert speaker.say("Cap that.") == "See Bennett Fracture"
    assert speaker.say("today") == "See Bennett Fracture today"
    window.note_page.editor.setTextCursor(window.note_page.editor.document().find("Fracture"))
    assert speaker.say("All caps that.") == "See Bennett FRACTURE today"
    assert speaker.say("Undo.") == "See Bennett Fracture today"
    window.note_page.editor.setTextCursor(window.note_page.editor.document().find("Fracture"))
    assert speaker.say("Delete that.") == "See Bennett today"
    spoken = speaker.dictation.note.document.spoken_words()
    assert [word.heard.text.casefold() for word in spoken] == ["bennett", "today"]


def test_words_are_made_bold_and_go_on_being_heard(window: MainWindow) -> None:
    write_anew(window, "See")
    speaker = Speaker(window)
    speaker.say("bennett fracture", "Select fracture.")
    assert speaker.say("Bold that.") == "See bennett **fracture**"
    assert speaker.say("today") == "See bennett **fracture** today"
    assert speaker.say("Select fracture.", "Bold that.") == "See bennett fracture today"
    spoken = speaker.dictation.note.document.spoken_words()
    assert [word.heard.text.casefold() for word in spoken] == ["bennett", "fracture", "today"]


def test_commands_are_written_where_that_is_said_and_what_is_not_sure_is_text(window: MainWindow) -> None:
    write_anew(window, "")
    speaker = Speaker(window)
    assert speaker.say("Literal scratch that.") == "Scratch that."
    assert speaker.say("Type go to plan.") == "Scratch that. Go to plan."
    assert speaker.say("Scratch that.", "Undo.", confidence=0.2).endswith("Go to plan. Scratch that. Undo.")
    assert speaker.begin_to_say("She was told not to scratch that") == " She was told not to scratch that"


def test_phrases_of_ones_own(window: MainWindow) -> None:
    write_anew(window, "")
    own = (OwnPhrase(("my closing words",), text="Kind regards,\n[name]"), OwnPhrase(("strike it",), command="undo"))
    speaker = Speaker(window, own=own)
    assert speaker.say("Well.", "My closing words.") == "Well.\nKind regards,\n[name]"
    assert speaker.selected == "[name]"
    assert speaker.say("Ada Finch.") == "Well.\nKind regards,\nAda Finch."
    assert speaker.say("Strike it.").endswith("[name]")
