"""otoscribe format: dictated words in their written form."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from app.dictation.options import PUNCTUATIONS, RULES

if TYPE_CHECKING:
    from app.dictation import FormattingOptions

_RULES = "\n  ".join(f"{name:<14}{help}" for name, help in RULES.items())


@click.command(epilog="\b\nRules:\n  " + _RULES)
@click.argument("text", required=False)
@click.option("--language", default="en", show_default=True, help="Language of the text: en, de or zh.")
@click.option(
    "--off",
    multiple=True,
    type=click.Choice(list(RULES)),
    metavar="RULE",
    help="Leave a rule out; can be given several times.",
)
@click.option(
    "--punctuation",
    type=click.Choice(PUNCTUATIONS),
    default="both",
    show_default=True,
    help="Whose marks count: those said, those the recogniser set, or both.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each result as a JSON string, so that line ends survive.")
def command(text: str | None, language: str, off: tuple[str, ...], punctuation: str, as_json: bool) -> None:
    """Write TEXT as medicine writes it; without TEXT, each line of the standard input.

    \b
    Examples:
      otoscribe format "metoprolol twenty five milligrams b i d period"
      otoscribe format --json < dictated.txt
      otoscribe format --off roman --off capitals "stage three"
    """
    from app.dictation import FormattingOptions, UnknownRuleError
    from app.dictation.language import load_language

    options = FormattingOptions(frozenset(off), punctuation)
    try:
        load_language(language)
    except UnknownRuleError as error:
        raise click.BadParameter(str(error), param_hint="--language") from error
    for line in [text] if text is not None else _lines():
        _print(line, language, options, as_json)


def _print(text: str, language: str, options: FormattingOptions, as_json: bool) -> None:
    from app.dictation import format_text

    # an argument may hold bytes of a file name that are no text
    readable = text.encode("utf-8", "replace").decode()
    written = format_text(readable, language, options).text
    click.echo(json.dumps(written, ensure_ascii=False) if as_json else written)


def _lines() -> Iterator[str]:
    """The standard input's lines as they come, without their ends; bytes that are no UTF-8 are replaced."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
