"""Which font of a PDF shows which character, so that none disappears.

Latin, Greek, Cyrillic and symbols are set in DejaVu Sans, which is embedded. Chinese, Japanese and Korean are set in
the fonts that every PDF viewer brings for them (Adobe's CID fonts), which are not embedded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from speech.resources import shipped

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
# Beyond it reportlab writes a wrong character into the text that a reader copies or searches.
_LAST_OF_BASIC_PLANE = 0xFFFF
# Each CID font shows what its script's own character set holds; the first that holds a character is taken. Kana and
# hangul are asked for first, because the Chinese set holds kana too.
_CID_FONTS = (("HeiseiMin-W3", "shift_jis", "\u3040", "\u30ff"), ("HYSMyeongJo-Medium", "cp949", "\uac00", "\ud7a3"))
_CID_FALLBACKS = (("STSong-Light", "gbk"), ("HeiseiMin-W3", "shift_jis"), ("HYSMyeongJo-Medium", "cp949"))


@cache
def register_fonts() -> None:
    """Makes the fonts known to reportlab, once."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(shipped(f"fonts/{name}.ttf")), shapable=False))
    for name, _ in _CID_FALLBACKS:
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def split_by_font(text: str, main_font: str) -> Iterator[tuple[str, str]]:
    """The text as (font, piece) in order; a character that no font shows stands as its number, such as [U+0E01]."""
    register_fonts()
    named = ((_font_of(character, main_font), character) for character in unicodedata.normalize("NFC", text))
    for font, characters in groupby(named, key=lambda pair: pair[0]):
        piece = "".join(character for _, character in characters)
        if font is None:
            yield main_font, "".join(f"[U+{ord(character):04X}]" for character in piece)
        else:
            yield font, piece


def is_right_to_left(text: str) -> bool:
    """Whether the text holds letters written from right to left, which the PDF would show in the wrong order."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


@cache
def _font_of(character: str, main_font: str) -> str | None:
    if ord(character) > _LAST_OF_BASIC_PLANE:
        return None
    if ord(character) in pdfmetrics.getFont(main_font).face.charToGlyph:
        return main_font
    if ord(character) in pdfmetrics.getFont(REGULAR).face.charToGlyph:
        return REGULAR
    for font, character_set, first, last in _CID_FONTS:
        if first <= character <= last and _holds(character_set, character):
            return font
    return next((font for font, character_set in _CID_FALLBACKS if _holds(character_set, character)), None)


def _holds(character_set: str, character: str) -> bool:
    try:
        character.encode(character_set)
    except UnicodeEncodeError:
        return False
    return True
