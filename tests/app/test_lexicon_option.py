"""--lexicon, as typed: terms that are written as listed, and lists that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine
from numpy.typing import NDArray

from adaptation.lexicon import Lexicon, Term
from app.desk.lexicons import open_corrector, open_store
from app.paths import compiled_lexicons_folder
from speech.audio import stream_audio
from speech.recognizer import Recognizer
from speech.store import InstalledModel
from speech.streaming import Final


@pytest.fixture
def clip(shared_data: Path) -> Path:
    """ "... recommended lithotripsy within the next 2 weeks"; the model writes lithotrypsy."""
    return shared_data / "terms-dev" / "audio" / "00004.flac"


@pytest.fixture
def own_terms(tmp_path: Path) -> Path:
    path = tmp_path / "Our terms.csv"
    path.write_text("written,spoken\nlithotripsy,\nlithotomy,\nNuss procedure,noose procedure\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_transcribe_and_eval_write_terms_as_listed(
    with_model: CommandLine, clip: Path, own_terms: Path, tmp_path: Path
) -> None:
    # which does not know the word; the student does
    said = with_model("transcribe", clip, "--model", "whisper-base", "--lexicon", own_terms, "--format", "json")
    assert said.status == 0 and said.err == ""
    words = [word for segment in json.loads(said.out)["segments"] for word in segment["words"] if word["term"]]
    assert [(word["term"], word["heard"]) for word in words] == [("lithotripsy", "lithotrypsy")]
    assert with_model("lexicon", "import", own_terms, "--name", "stones").status == 0
    manifest = tmp_path / "manifest.jsonl"
    row = {"audio": str(clip), "text": "recommended lithotripsy within the next 2 weeks", "terms": ["lithotripsy"]}
    manifest.write_text(json.dumps(row) + "\n", encoding="utf-8")
    for lexicon, recall in (((), 0.0), (("--lexicon", "stones"), 1.0)):
        measured = with_model("eval", manifest, "--model", "whisper-base", "--json", *lexicon)
        assert measured.status == 0 and json.loads(measured.out)["term_recall"] == recall


@pytest.mark.parametrize("command", ["transcribe", "eval", "live"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "There is neither a lexicon nor a file"),
        (b"PK\x03\x04\x14\0\0\0", ""),
        (b"", ""),
        (b"written;spoken\n\n", ""),
        (b"spoken,category\nfever,sign\n", ""),
    ],
)
def test_a_list_that_cannot_be_used_is_one_line(
    otoscribe: CommandLine, short_sample: Path, tmp_path: Path, command: str, content: bytes | None, told: str
) -> None:
    """Told before a model is looked for, and of the list by its name."""
    path = tmp_path / "wrong.csv"
    if content is not None:
        path.write_bytes(content)
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"audio": str(short_sample), "text": "A cough."}) + "\n", encoding="utf-8")
    given = {"transcribe": [short_sample], "eval": [manifest], "live": ["--input", short_sample]}[command]
    complaint = otoscribe(command, *given, "--lexicon", path).complaint
    assert told in complaint and "wrong.csv" in complaint and complaint.endswith((".", ")"))


def test_an_unknown_name_says_where_the_names_are(otoscribe: CommandLine, short_sample: Path) -> None:
    complaint = otoscribe("transcribe", short_sample, "--lexicon", "cardiologie").complaint
    assert "neither a lexicon nor a file cardiologie" in complaint and "otoscribe lexicon list" in complaint


@pytest.mark.slow
def test_a_lexicon_may_change_and_go_while_a_session_runs(base_model: InstalledModel, clip: Path) -> None:
    """The session keeps the one that it began with; the next one has what is there then."""
    store = open_store()
    store.add(Lexicon("stones", (Term("lithotripsy"),)))
    recognizer = Recognizer.open(base_model)
    recognizer.corrector = open_corrector(store)

    def blocks() -> Iterator[NDArray[np.float32]]:
        for number, block in enumerate(stream_audio(clip)):
            if number == 0:
                store.take_back("stones", "lithotripsy")
                store.add_term("stones", Term("lithotomy"))
            if number == 1:
                store.remove("stones")
                for compiled in compiled_lexicons_folder().iterdir():
                    compiled.unlink()
            yield block

    assert any("lithotripsy" in event.text for event in recognizer.listen(blocks()) if isinstance(event, Final))
    assert open_corrector(store) is None
    store.add(Lexicon("stones", (Term("lithotomy"),)))
    recognizer.corrector = open_corrector(store)
    assert "lithotripsy" not in recognizer.transcribe(clip).text
