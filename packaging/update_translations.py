"""Brings every string that is shown into app/translations/*.ts, where what is new waits to be translated.

    .venv/bin/python packaging/update_translations.py        (Windows: .venv\\Scripts\\python packaging\\...)

Strings are the calls of translate (app/translation.py) and what OtoscribeErrors say where they are raised. Qt's own
pyside6-lupdate merges them into the files: it keeps translations, offers what it knows for text that is alike, and
drops what is gone. It is given the strings in C++, since it reads no Python call with arguments by name.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "app" / "translations"
PACKAGES = ("app", "adaptation", "speech")
PROBLEMS = "Problems"
# Where problems come from that the window can meet. What only the command line reaches is told in English.
PROBLEMS_OF = (
    *("app/adapted", "app/capture/", "app/desk/", "app/dictation/", "app/export/", "app/files", "app/paths", "app/x11"),
    *("app/records/", "app/settings", "app/transfer/", "app/ui/", "adaptation/adapter_store", "adaptation/learning"),
    *("adaptation/lexicon/", "speech/audio", "speech/backends/o", "speech/recognizer"),
    *("speech/store/disk", "speech/store/download", "speech/store/network", "speech/store/registry"),
    "speech/store/store",
)
# Rooms whose other sentences are shown: what is found in a list of terms, what a measurement came to, what a rule does.
PHRASES_OF = (
    *("adaptation/gate", "adaptation/lexicon/cells", "adaptation/lexicon/merging", "app/desk/marks"),
    *("app/dictation/fields", "app/dictation/templates"),
)
RULES_OF = "app/dictation/options"
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
    paths = [path for package in PACKAGES for path in sorted((repository / package).rglob("*.py"))]
    trees = {path.relative_to(repository).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    constants = _assigned(node for tree in trees.values() for node in tree.body)
    constants = {name: value for name, value in constants.items() if name.isupper()}
    found: set[Shown] = set()
    for name, tree in trees.items():
        found.update(calls_of_translate(tree, name))
        phrases: set[str] = set()
        if name.startswith(PROBLEMS_OF):
            phrases.update(texts_of_problems(tree, constants))
        if name.startswith(PHRASES_OF):
            phrases.update(sentences(tree))
        if name.startswith(RULES_OF):
            phrases.update(rules(tree))
        found.update(Shown(PROBLEMS, text) for text in phrases)
    unsafe = tomllib.loads((repository / "data" / "languages" / "en.toml").read_text(encoding="utf-8"))["unsafe"]
    found.update(Shown(PROBLEMS, entry["reason"]) for entry in unsafe)
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


def texts_of_problems(tree: ast.Module, constants: dict[str, ast.expr]) -> Iterator[str]:
    """What the errors of a module say: both arguments of calls such as `ExportError(what, next_step)`, f-strings
    with a {name} for each value, names where they stand for a text of the module or for a constant."""
    known = {**constants, **_assigned(ast.walk(tree))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node.func).endswith("Error") and len(node.args) == 2:
            for argument in node.args:
                yield from filter(_is_phrase, _texts(argument, known))


def sentences(tree: ast.Module) -> Iterator[str]:
    """All texts of a module with two words or more, but for its docstrings."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Expr) for part in
              ast.iter_child_nodes(node)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in inside:
            yield from filter(_is_phrase, _texts(node, {}))


def rules(tree: ast.Module) -> Iterator[str]:
    """The names of the formatting rules with what they do, as the window shows them."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and _name_of(node.target) == "RULES" and node.value is not None:
            for name, help in ast.literal_eval(node.value).items():
                yield f"{name.capitalize()}: {help}"


def _texts(node: ast.expr, known: dict[str, ast.expr]) -> Iterator[str]:
    """The texts that an expression can give; none with braces of its own, for they could not be told from values."""
    if any(isinstance(part, ast.Constant) and "{" in str(part.value) for part in ast.walk(node)):
        return
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
    """A word for the translator: the last name of the first thing in the expression that is no function."""
    if isinstance(node, ast.Call):
        inner = [node.func.value] if isinstance(node.func, ast.Attribute) and not node.args else node.args
        return _value_name(inner[0]) if inner else "value"
    if isinstance(node, ast.Name | ast.Attribute):
        return _name_of(node).strip("_").lower()
    return next((_value_name(each) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)), "value")


def _is_phrase(text: str) -> bool:
    """Whether there are words in it, and it is no part that something else is put before."""
    words = re.sub(r"\{\w+\}", "", text)
    is_whole = re.match(r"[\w{]", text) is not None and not text.endswith(" ")
    return is_whole and " " in words.strip() and re.search("[a-z]{2}", words) is not None


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    """What is assigned to names."""
    return {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


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
