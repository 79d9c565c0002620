"""Templates and short forms as text files that people write by hand.

    title: Discharge letter
    spoken: discharge letter | discharge summary
    typed: dl
    language: en
    specialty: general

    # Discharge letter
    Admitted on [date] with [reason for admission].

The head is a line for each of these keys, of which only the title is needed; a blank line ends it. All behind that is
the text. `typed` makes it a short form: .dl and a space write it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from app.dictation.fields import LONGEST_FIELD, read_field

LONGEST_BODY = 100_000  # characters
_LONGEST_NAME = 100
_KEYS = ("title", "spoken", "typed", "language", "specialty")
_KEY_LINE = re.compile(rf"({'|'.join(_KEYS)})[ \t]*:(.*)", re.IGNORECASE)
_ANY_KEY = re.compile(r"([^\W\d_][\w ]*?)[ \t]*:(.*)")
_TYPED = re.compile(r"[^\W\d_][\w-]{0,31}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
_LINE_END = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Tokens of a line: a whole pair of brackets, or a bracket that has no partner before the line or another one ends.
_BRACKETS = re.compile(r"\[([^\[\]]*)\]|\[[^\[\]]*")


@dataclass(frozen=True)
class Template:
    """A text with fields: found by its title and its `spoken` names, or written by its `typed` short form.

    `language` is a code, empty for a text that suits all.
    """

    title: str
    body: str
    spoken: tuple[str, ...] = ()
    typed: str = ""
    language: str = ""
    specialty: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line (counted from 1), why, and how to mend it. A fatal one makes the template unusable."""

    line: int
    found: str
    reason: str
    mend: str
    is_fatal: bool = False

    def __str__(self) -> str:
        found = f", “{self.found}”" if self.found else ""
        return f"Line {self.line}{found}: {self.reason}. {self.mend}"


@dataclass(frozen=True)
class TemplateReading:
    """What a file holds. What has a problem that is not fatal works in its safe form: as a field to fill by hand."""

    template: Template
    problems: tuple[Problem, ...] = ()

    @property
    def is_usable(self) -> bool:
        return not any(problem.is_fatal for problem in self.problems)


def read_template(text: str, name: str = "") -> TemplateReading:
    """Reads a template file's text; `name` is the title where the text has no head."""
    lines = _LINE_END.sub("\n", text.removeprefix("\ufeff")).split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    problems: list[Problem] = []
    values: dict[str, str] = {}
    start = first
    if first < len(lines) and _KEY_LINE.fullmatch(lines[first].strip()):
        head = list(takewhile(str.strip, lines[first:]))
        values, found = _read_head(head, first + 1)
        problems += found
        start = first + len(head)
    elif first < len(lines):
        problems.append(
            Problem(
                first + 1,
                "",
                "no line with a title, so the file's name is the title",
                "Begin the file with the line “title: …”.",
            )
        )
    body_lines = lines[start:]
    while body_lines and not body_lines[0].strip():
        body_lines.pop(0)
        start += 1
    body = "\n".join(line.rstrip() for line in body_lines).rstrip("\n")
    title = " ".join(values.get("title", "" if values else name).split())
    if not title:
        problems.append(Problem(first + 1, "", "the template has no title", "Begin with: title: …", is_fatal=True))
    problems += _check_body(body, min(start + 1, len(lines)))
    problems.sort(key=lambda problem: problem.line)
    spoken = tuple(part for part in (" ".join(each.split()) for each in values.get("spoken", "").split("|")) if part)
    template = Template(
        title,
        body,
        tuple(dict.fromkeys(spoken)),
        values.get("typed", ""),
        values.get("language", "").lower(),
        " ".join(values.get("specialty", "").split()),
    )
    return TemplateReading(template, tuple(problems))


def write_template(template: Template) -> str:
    """The file's text, which reads back the same."""
    values = {
        "title": template.title,
        "spoken": " | ".join(template.spoken),
        "typed": template.typed,
        "language": template.language,
        "specialty": template.specialty,
    }
    head = "".join(f"{key}: {value}\n" for key, value in values.items() if value)
    return f"{head}\n{template.body}\n"


def _read_head(head: list[str], first: int) -> tuple[dict[str, str], list[Problem]]:
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(head, start=first):
        match = _KEY_LINE.fullmatch(line.strip())
        if match is None:
            problems.append(_unknown_head_line(number, line))
            continue
        key, value = match.group(1).lower(), match.group(2).strip()
        fault = _check_value(key, value)
        if key in values:
            problems.append(Problem(number, key, "it stands twice in the head", "Keep one of the two lines."))
        elif fault is not None:
            problems.append(Problem(number, value[:40], *fault))
        else:
            values[key] = value
    return values, problems


def _unknown_head_line(number: int, line: str) -> Problem:
    keyed = _ANY_KEY.fullmatch(line.strip())
    known = ", ".join(_KEYS)
    if keyed is not None:
        return Problem(number, keyed.group(1), f"the head knows only {known}", "Take the line out.")
    # A text that follows the head without a blank line would be lost if this were only told.
    return Problem(number, "", "the text begins without a blank line before it", "Put a blank line first.", True)


def _check_value(key: str, value: str) -> tuple[str, str] | None:
    if len(value) > _LONGEST_NAME and key == "title":
        return f"the title is longer than {_LONGEST_NAME} characters", "Shorten it."
    if key == "typed" and value and not _TYPED.fullmatch(value):
        return "a short form is one word that begins with a letter", "Write, for example: typed: cbc"
    if key == "language" and value and not _LANGUAGE.fullmatch(value.lower()):
        return "this is no language code", "Write, for example: language: en"
    return None


def _check_body(body: str, first: int) -> list[Problem]:
    """Whatever stands in brackets must be a field or plainly none: an open field must not go unnoticed into a note."""
    if not body.strip():
        return [Problem(first, "", "the template has no text", "Write it below the head and a blank line.", True)]
    if len(body) > LONGEST_BODY:
        return [Problem(first, "", f"the text is longer than {LONGEST_BODY:,} characters", "Divide it.", True)]
    problems = []
    for number, line in enumerate(body.split("\n"), start=first):
        for match in _BRACKETS.finditer(line):
            problem = _check_bracket(match, number)
            if problem is not None:
                problems.append(problem)
    return problems


def _check_bracket(match: re.Match[str], number: int) -> Problem | None:
    found = match.group() if len(match.group()) <= 40 else f"{match.group()[:40]}…"
    if match.group(1) is None:
        return Problem(number, found.rstrip(), "the field does not end on its line", "Close it with ].", True)
    if len(match.group(1)) > LONGEST_FIELD:
        return Problem(number, found, f"the field is longer than {LONGEST_FIELD} characters", "Shorten it.", True)
    if not match.group(1).strip():
        return Problem(number, found, "the field has no name", "Write [free text], or what is to stand there.", True)
    _, fault = read_field(match.group(1))
    return Problem(number, found, fault.reason, fault.mend) if fault is not None else None
