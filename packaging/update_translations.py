"""Brings every string that is shown into app/translations/*.ts, where what is new waits to be translated.

    .venv/bin/python packaging/update_translations.py        (Windows: .venv\\Scripts\\python packaging\\...)

Strings are the calls of translate (app/translation.py) and what OtoscribeErrors say where they are raised. Qt's own
pyside6-lupdate merges them into the files: it keeps translations, offers what it knows for text that is alike, and
drops what is gone. It is given the strings in C++, since it reads no Python call with arguments by name.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "app" / "translations"
PACKAGES = ("app", "adaptation", "speech")
PROBLEMS = "Problems"
LANGUAGES = ("en", "de", "zh_CN")


@dataclass(frozen=True, order=True)
class Shown:
    """One string that is shown."""

    context: str
    text: str
    comment: str = ""
    is_plural: bool = False


class NotLiteralError(Exception):
    """A call of translate that no tool can read, with its place."""


def main() -> int:
    """Updates the files; returns the exit status."""
    found = find_all(REPOSITORY)
    return merge(found, FOLDER)


def find_all(repository: Path) -> list[Shown]:
    """All strings that are shown, sorted. Raises NotLiteralError."""
    found: set[Shown] = set()
    for package in PACKAGES:
        for path in sorted((repository / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.update(calls_of_translate(tree, str(path.relative_to(repository))))
            found.update(Shown(PROBLEMS, text) for text in texts_of_problems(tree))
    return sorted(found)


def calls_of_translate(tree: ast.Module, name: str) -> Iterator[Shown]:
    """The strings of all calls of translate in a module."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate"):
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        named = {each.arg: each.value for each in node.keywords}
        comment = named.get("comment", ast.Constant(""))
        if len(texts) != 2 or len(node.args) != 2 or not isinstance(comment, ast.Constant):
            raise NotLiteralError(f"{name}:{node.lineno}: translate needs a literal context and a literal text")
        yield Shown(texts[0], texts[1], str(comment.value), "n" in named)


def texts_of_problems(tree: ast.Module) -> Iterator[str]:
    """What the errors of a module say: both arguments of calls such as `ExportError(what, next_step)`, f-strings
    with a {name} for each value, names where they stand for a text of the module."""
    known = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node.func).endswith("Error") and len(node.args) == 2:
            for argument in node.args:
                for text in _texts(argument, known):
                    if any(letter.isalpha() for letter in _without_values(text)):
                        yield text


def _texts(node: ast.expr, known: dict[str, ast.expr]) -> Iterator[str]:
    """The texts that an expression can give."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield _filled(node, known)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, known)
        yield from _texts(node.orelse, known)
    elif isinstance(node, ast.Name) and node.id in known:
        yield from _texts(known[node.id], {})


def _filled(node: ast.JoinedStr, known: dict[str, ast.expr]) -> str:
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            constant = known.get(part.value.id) if isinstance(part.value, ast.Name) else None
            if isinstance(constant, ast.Constant):
                text += str(constant.value)
            else:
                text += f"{{{_fresh(_value_name(part.value), text)}}}"
    return text


def _fresh(name: str, text: str) -> str:
    """A name that the text does not have yet."""
    number, made = 1, name
    while f"{{{made}}}" in text:
        number += 1
        made = f"{name}{number}"
    return made


def _value_name(node: ast.expr) -> str:
    """A word for the translator: the last name of the first thing in the expression."""
    named = (each for each in ast.walk(node) if isinstance(each, ast.Name | ast.Attribute))
    return next(map(_name_of, named), "value")


def _without_values(text: str) -> str:
    outside, depth = "", 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        outside += letter if depth == 0 else ""
    return outside


def _name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def merge(found: list[Shown], folder: Path) -> int:
    """Runs pyside6-lupdate over the strings; returns its exit status."""
    program = Path(sys.executable).parent / "pyside6-lupdate"
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "strings.cpp"
        source.write_text("\n".join(map(_in_cpp, found)), encoding="utf-8")
        for language in LANGUAGES:
            options = ["-locations", "none", "-no-obsolete", "-sort-messages", "-source-language", "en", "-silent"]
            options += ["-target-language", language, *(["-pluralonly"] if language == "en" else [])]
            target = folder / f"otoscribe_{language}.ts"
            done = subprocess.run([str(program), str(source), *options, "-ts", str(target)])
            if done.returncode != 0:
                return done.returncode
    return 0


def _in_cpp(shown: Shown) -> str:
    texts = (json.dumps(each, ensure_ascii=False) for each in (shown.context, shown.text, shown.comment))
    return f"QCoreApplication::translate({', '.join(texts)}{', n' if shown.is_plural else ''});"


if __name__ == "__main__":
    sys.exit(main())
