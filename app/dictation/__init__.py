"""Spoken to written medical text: pure functions, with the rules as data for each language."""

from app.dictation.edits import Edit
from app.dictation.formatting import FormattedText, format_text
from app.dictation.language import languages
from app.dictation.options import PUNCTUATIONS, RULES, FormattingOptions, UnknownRuleError
from app.dictation.seams import fit_between, has_stop_too_many, is_within_sentence
from app.dictation.transcripts import WrittenTranscript, WrittenWord, write_transcript
from app.dictation.unsafe import Flag, flag_unsafe_abbreviations

__all__ = [
    "PUNCTUATIONS",
    "RULES",
    "Edit",
    "Flag",
    "FormattedText",
    "FormattingOptions",
    "UnknownRuleError",
    "WrittenTranscript",
    "WrittenWord",
    "fit_between",
    "flag_unsafe_abbreviations",
    "format_text",
    "has_stop_too_many",
    "is_within_sentence",
    "languages",
    "write_transcript",
]
