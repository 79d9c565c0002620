"""Written medical English as it is said in a dictation: the way back of what formatting makes of said words.

Letters that are said one by one stand as capitals of their own (B I D), everything else as words; marks stay where one
pauses for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from adaptation.lexicon.numbers import cardinal, roman
from adaptation.synthesis import number_words
from adaptation.synthesis.number_words import say_number
from adaptation.synthesis.spoken_units import UNITS, say_unit

_Match = re.Match[str]
_MOST_CHARACTERS = 1000
_MONTH = (
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul"
    r"|Aug|Sept|Sep|Oct|Nov|Dec)"
)
_YEAR = r"((?:19|20)\d\d)"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<!\d)\.\d+"
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_BEFORE_UNIT = rf" ?(?:{_UNIT})(?![\w°%])"
_PER = rf"(?:/(?:(?:{_UNIT})(?![\w°%])|[a-z]{{3,}}))*"
_NUMBERED = (
    r"stages?|CN|grades?|types?|class(?:es)?|factors?|nerves?|phase|levels?|leads?|angiotensin|bipolar|Mobitz|Le Fort"
    r"|Chiari|Garden|axis|Bosniak|Killip|Forrest|Schatzker|Gustilo|Fitzpatrick|Mallampati|Billroth"
)
_ROMANS = r"[IVX]+[A-DFa-df]?\b"
_FORM = re.compile(r" (?:tablets?|capsules?|pills?|patch(?:es)?|vials?|doses?|injections?)\b")
_IDENTIFIERS = r"room|bed|extension|pager|MRN|phone number|fax|account|accession|code"
_STOPPED = {
    "b.i.d.": "B I D", "t.i.d.": "T I D", "q.i.d.": "Q I D", "q.d.": "Q D", "q.o.d.": "Q O D", "q.h.s.": "Q H S",
    "p.r.n.": "P R N", "p.o.": "P O", "n.p.o.": "N P O", "a.m.": "A M", "p.m.": "P M", "i.v.": "I V", "i.m.": "I M",
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "approx.": "approximately",
    "Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missus",
}  # fmt: skip
_SIGNS = {
    "+/-": "plus or minus", "±": "plus or minus", "->": "to", "→": "to", "<=": "less than or equal to",
    ">=": "greater than or equal to", "≤": "less than or equal to", "≥": "greater than or equal to",
    "<": "less than", ">": "greater than", "=": "equals", "&": "and", "~": "about", "@": "at", "#": "number",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "λ": "lambda", "ω": "omega", "²": "squared",
    "½": "one half", "¼": "one quarter", "¾": "three quarters", "%": "percent", "+": "plus",
}  # fmt: skip
# What nobody says as it is written: learned, it would make the model write what was not said.
_SHORTHAND = re.compile(
    r"(?<![\w/])(?:[cshwfyrbpd]/[oaupflrc]|w/|pts?|[hdtrsf]x|[ps]mhx|y\.o\.|yo|wks?|yrs?|mos|abx|resp|adm)(?![\w/])",
    re.I,
)
_LOOKS = str.maketrans(
    {"’": "'", "‘": "'", "–": "-", "—": "-", "\u00a0": " ", "μ": "µ", "“": " ", "”": " ", "½": " ½", "\u2011": "-"}
    | {chr(ord("₀") + digit): str(digit) for digit in range(10)}
)
_LAYOUT = re.compile(r'(?m)^\s*(?:#+|[-*•])\s+|[*_"`]|(?<=\s)-(?=\s)')
_SAID_AS_WORDS = frozenset(["AIDS", "COVID", "DEXA", "GERD", "LASIK", "MERS", "SARS", "STAT", "STEMI"])
_ROMAN = frozenset(["II", "III", "VI", "VII", "VIII", "IX", "XI", "XII"])  # IV is more often said letter by letter
_SPELLED = re.compile(r"([A-Z]{2,5})('?s)?$")
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")
_PIECE = re.compile(r"\d+|[A-Z](?![a-z]{2})|[A-Z]?[a-z]+|[^\W\d]")
_DIGIT = re.compile(r"[0-9]")
_UNSAYABLE = re.compile(r"[^A-Za-z\u00c0-\u024f'\s.,;:?!-]")
_SOUND = re.compile(r"[A-Za-z\u00c0-\u024f]")
_PLUS = {"+": "plus", "-": "minus"}
_RATIO_WORD = re.compile(r"\b(?:titers?|ratio|dilution|diluted|epinephrine|adrenaline)\b[^.]*$")


def say(written: str) -> str | None:
    """How the text is said; None where that is not known: another script, shorthand such as c/o, nothing to say."""
    if len(written) > _MOST_CHARACTERS or _SHORTHAND.search(written):
        return None
    if any(sign.isdecimal() and not sign.isascii() for sign in written):
        return None
    text = _lower_shouting(_LAYOUT.sub(" ", written.translate(_LOOKS)))
    for abbreviation, said in _STOPPED.items():
        text = re.sub(rf"(?<![\w.]){re.escape(abbreviation)}(\s*$)?", _with_stop(said), text)
    for pattern, function in _RULES:
        text = pattern.sub(function, text)
    for sign, said in _SIGNS.items():
        text = text.replace(sign, f" {said} ")
    text = " ".join(_say_word(word) for word in text.split())
    return _joined(text)


def _joined(text: str) -> str | None:
    """Brackets as pauses, marks close to their word, and no two of them together."""
    text = re.sub(r"\s*[(\[]", ", ", re.sub(r"[)\]]", ",", text))
    text = re.sub(r"\s+([.,;:?!])(?!\w)", r"\1", " ".join(text.split()))
    text = re.sub(r",+(?=[.,;:?!])|(?<=[.,;:?!]),+", "", text).strip(" ,")
    text = re.sub(r"(?:^|(?<=[.?!:] ))A(?= [a-z])", "a", text)  # an article, not the letter
    return text if _SOUND.search(text) and not _UNSAYABLE.search(text) else None


def _lower_shouting(text: str) -> str:
    """A sentence in capitals is said as words."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    return text.lower() if len(words) > 3 and all(word.isupper() for word in words) else text


def _with_stop(said: str) -> Callable[[_Match], str]:
    """The stop of an abbreviation that ends the text is the sentence's too."""
    return lambda match: said if match[1] is None else f"{said}."


def _date(match: _Match) -> str:
    year = f", {number_words.say_year(int(match[3]))}" if match[3] else ""
    return f"{match[1]} {number_words.say_ordinal(int(match[2]))}{year}"


def _slashed_date(match: _Match) -> str:
    year = number_words.say_year(int(match[3])) if len(match[3]) == 4 else say_number(match[3])
    return f"{say_number(match[1])} slash {say_number(match[2])} slash {year}"


def _year_first(match: _Match) -> str:
    """2024-03-15."""
    parts = [("oh " if part.startswith("0") else "") + cardinal(int(part)) for part in match.groups()[1:]]
    return " dash ".join((number_words.say_year(int(match[1])), *parts))


def _clock(match: _Match) -> str:
    hour, minute, hours = int(match[1]), int(match[2].replace(",", "")), match[3]
    if hour > 23 or minute > 59 or len(match[2]) != 2 or _RATIO_WORD.search(match.string[: match.start()]):
        return f"{say_number(match[1])} to {say_number(match[2])}{hours or ''}"
    military = hours is not None or (minute == 0 and (hour > 12 or match[1].startswith("0")))
    early = "oh " if match[1].startswith("0") and hour else ""
    return early + number_words.say_time(hour, minute, military=military) + (hours or "")


def _frequency(match: _Match) -> str:
    most = f" to {say_number(match[2])}" if match[2] else ""
    unit = {"h": "hours", "hr": "hours", "hrs": "hours", "min": "minutes"}.get(match[3], match[3])
    return f"Q {say_number(match[1])}{most} {unit}"


def _mixed_fraction(match: _Match) -> str:
    part = number_words.say_fraction(int(match[2]), int(match[3]))
    if part is None:
        return match[0]
    return f"{say_number(match[1])} and {'a' + part.removeprefix('one') if match[2] == '1' else part}"


def _fraction(match: _Match) -> str:
    """120/80, 5/10, 2/6, 1/2."""
    first, second = match[1], match[2]
    part = number_words.say_fraction(int(first), int(second)) if second != "7" else None
    if part is not None:
        return part
    if int(first) > 50 and int(second) >= 20:
        return f"{number_words.say_pressure(first)} over {number_words.say_pressure(second)}"
    link = "out of" if second in ("5", "10", "15", "30") else "over"
    return f"{say_number(first)} {link} {say_number(second)}"


def _roman(match: _Match) -> str:
    """stage IIIB, nerves II-XII, nerves III, IV and VI."""
    return match[1] + re.sub(r"([IVX]+)([A-DFa-df])?\b(-)?", _roman_number, match[2])


def _roman_number(match: _Match) -> str:
    number = roman(match[1])
    if number is None:
        return match[0]
    return cardinal(number) + (f" {match[2].upper()}" if match[2] else "") + (" through " if match[3] else "")


def _vertebrae(match: _Match) -> str:
    """L4-L5, L4/5; the slash is said."""
    parts = match[1], "slash" if match[2] == "/" else "", match[3] or ""
    return " ".join(" ".join(map(_letters_and_numbers, parts)).split())


def _letters_and_numbers(text: str) -> str:
    """P1213 as P one two one three where four figures stand together, else each number as such."""
    return re.sub(r"\d+", lambda digits: f" {_figures(digits[0])} ", text)


def _figures(digits: str) -> str:
    return cardinal(int(digits)) if len(digits) < 4 else " ".join(cardinal(int(digit)) for digit in digits)


def _identifier(match: _Match) -> str:
    digits = " ".join(cardinal(int(digit)) for digit in match[3] if digit.isdigit())
    return f"{match[1]}{match[2] or ''} {digits}"


def _counted(match: _Match) -> str:
    """67-year-old, 18-gauge, 5-mg."""
    return f"{say_number(match[1])} {say_unit(match[2], one=True).replace('-', ' ')}"


def _amount(match: _Match) -> str:
    """25 mg, 5 mcg/kg/min; a 12 mm polyp, where the unit is said as of one."""
    number, unit = match[1], match[2]
    before, after = match.string[: match.start()], match.string[match.end() :]
    is_one = number == "1" or bool(
        _FORM.match(after) or (re.search(r"\b[Aa]n? $", before) and re.match(r" [a-z]", after))
    )
    said = f"{say_number(number)} {say_unit(unit, one=is_one)}"
    return said + _say_per(match[3])


def _say_per(divisors: str) -> str:
    """/kg/min."""
    return "".join(f" per {say_unit(part, one=True)}" for part in divisors.split("/")[1:])


def _compiled(
    *rules: tuple[str, Callable[[_Match], str]],
) -> tuple[tuple[re.Pattern[str], Callable[[_Match], str]], ...]:
    return tuple((re.compile(pattern), function) for pattern, function in rules)


# In this order: what stands together is said before its parts are.
_RULES = _compiled(
    (rf"{_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? {_YEAR})?(?!\d|[,.:/]\d|{_BEFORE_UNIT})", _date),
    (rf"{_MONTH}( of)? {_YEAR}\b", lambda m: f"{m[1]}{m[2] or ''} {number_words.say_year(int(m[3]))}"),
    (r"(?<![.\d])(\d{1,2})/(\d{1,2})/((?:19|20)?\d\d)\b", _slashed_date),
    (r"\b((?:19|20)\d\d)-([01]\d)-([0-3]\d)\b", _year_first),
    (
        rf"(?i)\b(in|since|until|till|before|after|during|circa|early|late|mid) {_YEAR}\b(?![,.]\d|{_BEFORE_UNIT})",
        lambda m: f"{m[1]} {number_words.say_year(int(m[2]))}",
    ),
    (r"\b((?:19|20)?[2-9]0)'?s\b", lambda m: number_words.say_decade(int(m[1]))),
    (r"\b(\d{1,3}):(\d{1,3}(?:,\d{3})+|\d+)( hours\b)?(?!\d)", _clock),
    (r"\bCA (15|19|72)-([349])\b", lambda m: f"C A {say_number(m[1])} {say_number(m[2])}"),
    (r"\b[Qq](\d+)(?:-(\d+))?\s?(h|hrs?|hours?|min|days?|weeks?|months?)\b", _frequency),
    (r"\b(\d+) (\d)/(\d)\b(?!/)", _mixed_fraction),
    (
        rf"({_NUMBER})-({_NUMBER})/(5|10|15|30)\b",
        lambda m: f"{say_number(m[1])} to {say_number(m[2])} out of {say_number(m[3])}",
    ),
    (r"(?<![\w/.])(\d{1,3})/(\d{1,3})(?![\w/]|\.\d)", _fraction),
    (rf"(?i)\b((?:{_NUMBERED}) )(?-i:({_ROMANS}(?:(?:-|, |,? and | or | to ){_ROMANS})*))(?!\w)", _roman),
    (r"\b([CTLS]\d{1,2})(?:([-/])([CTLS]?\d{1,2}))?(?!\w|\.\d)", _vertebrae),
    (r"\b(G\d{1,2}P\d{4})\b", lambda m: _letters_and_numbers(m[1])),
    (r"\b(V\d)-(V\d)\b", lambda m: f"{_letters_and_numbers(m[1])} through {_letters_and_numbers(m[2])}"),
    (r"\b(\d)'\s?(\d{1,2})\b", lambda m: f"{say_number(m[1])} foot {say_number(m[2])}"),
    (
        rf"(?<=\d)\s?x\s?10\^(\d{{1,2}})({_PER})",
        lambda m: f" times ten to the {say_number(m[1])}{_say_per(m[2])}",
    ),
    (r"\b(\d{1,2})-0(?= [A-Za-z])", lambda m: f"{say_number(m[1])} oh"),
    (rf"(?i)\b({_IDENTIFIERS})( is| number)? (\d[\d-]*)", _identifier),
    (
        r"\b(\d{3})-(?:(\d{3})-)?(\d{4})\b",
        lambda m: " ".join(cardinal(int(digit)) for part in m.groups("") for digit in part),
    ),
    (rf"({_NUMBER})([+-])/(\d)\b", lambda m: f"{say_number(m[1])} {_PLUS[m[2]]} over {say_number(m[3])}"),
    (r"\b(\d+)- (?=(?:to|or|and) )", lambda m: f"{say_number(m[1])} "),
    (rf"({_NUMBER})\s?x\s?(?={_NUMBER})", lambda m: f"{say_number(m[1])} by "),
    (rf"(?<=\d)(\s?(?:{_UNIT}))\s?x\s?(?={_NUMBER})", lambda m: f"{m[1]} by "),
    (
        r"(?<!\w)x\s?(\d+)(?:-(\d+))?\b",
        lambda m: f"times {say_number(m[1])}" + (f" to {say_number(m[2])}" if m[2] else ""),
    ),
    (rf"(?<![\w.-])({_NUMBER})\s?-\s?(?=(?:{_NUMBER})(?!\d|-\d))", lambda m: f"{say_number(m[1])} to "),
    (r"\b(\d{1,3})(?:st|nd|rd|th)\b", lambda m: number_words.say_ordinal(int(m[1]))),
    (r"\b(\d+)-([A-Za-z][A-Za-z-]*)", _counted),
    (rf"(?<![\w.])({_NUMBER})\s?({_UNIT})({_PER})(?![\w°%])", _amount),
    (rf"\$\s?({_NUMBER})", lambda m: f"{say_number(m[1])} dollars"),
    (rf"(?<![\w.])({_NUMBER})\+(?!\w)", lambda m: f"{say_number(m[1])} plus"),
    (rf"(?<![\w)])-(?={_NUMBER})", lambda m: "minus "),
    (rf"(?<![\w.])({_NUMBER})(?!\w|\.\d|-)", lambda m: say_number(m[1])),
    (rf"\b([a-z]{{4,}}s)({_PER.removesuffix('*')}+)(?![\w°%])", lambda m: m[1] + _say_per(m[2])),
    (r"(?<=[A-Za-z])/(?=[A-Za-z])", lambda m: " slash "),
)


def _say_word(word: str) -> str:
    """Abbreviations letter by letter, digits in names as numbers; all else as it stands."""
    match = re.fullmatch(r"(\W*)(.*?)(\W*)", word)
    before, core, after = match.groups() if match else ("", word, "")
    parts = core.split("-")
    if any(_is_spelled(part) for part in parts):
        return before + " ".join(_say_part(part) for part in parts if part) + after
    return word


def _is_spelled(part: str) -> bool:
    if len(part) < 2:
        return False
    return part.isupper() or bool(_SPELLED.match(part) or _DIGIT.search(part) or _CAPITAL_INSIDE.search(part))


def _say_part(part: str) -> str:
    """One of what hyphens join: COPD, MRIs, HbA1c, 19, non."""
    spelled = _SPELLED.fullmatch(part)
    if part in _SAID_AS_WORDS or (part.isalpha() and part.isupper() and len(part) > 5):
        return part.lower()
    if part in _ROMAN:
        return cardinal(roman(part) or 0)
    if spelled:
        return " ".join(spelled[1]) + ("'s" if spelled[2] else "")
    if not _is_spelled(part):
        return part
    pieces = _PIECE.findall(part)
    if not _DIGIT.search(part) and any(len(piece) > 2 for piece in pieces):
        return part  # a name such as EpiPen
    return " ".join(_say_piece(piece) for piece in pieces)


def _say_piece(piece: str) -> str:
    if _DIGIT.match(piece):
        return say_number(piece)
    return " ".join(piece.upper()) if len(piece) <= 2 else piece
