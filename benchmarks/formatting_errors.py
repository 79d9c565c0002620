"""Word error rate (medwer) of the same recognition without and with the formatting rules of the default settings.

python benchmarks/formatting_errors.py MANIFEST [--clips N]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import medwer

from adaptation.corpus import read_manifest
from app.dictation import write_transcript
from app.paths import models_folder
from app.settings import Settings
from speech.recognizer import Recognizer
from speech.store import DEFAULT_MODEL, ModelStore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--clips", type=int, help="only the first of the manifest")
    arguments = parser.parse_args()
    clips = [clip for clip in read_manifest(arguments.manifest) if clip.text][: arguments.clips]
    recognizer = Recognizer.open(ModelStore(models_folder()).open(DEFAULT_MODEL))
    references = [clip.text for clip in clips]
    heard = [recognizer.transcribe(clip.audio) for clip in clips]
    written = [write_transcript(each, Settings().formatting_options).text for each in heard]
    score = medwer.Scorer().corpus
    for name, texts in (("without", [each.text for each in heard]), ("with", written)):
        result = score(references, texts)
        print(f"{name:<8}WER {result['wer']:.4f}  medical WER {result['medical_wer']:.4f}")
    pairs = [
        [score([reference], [text])["wer"] for text in (each.text, better)]
        for reference, each, better in zip(references, heard, written, strict=True)
    ]
    print(f"{sum(after < before for before, after in pairs)} clips better, ", end="")
    print(f"{sum(after > before for before, after in pairs)} worse, of {len(pairs)}")


if __name__ == "__main__":
    main()
