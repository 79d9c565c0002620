"""Templates by name in three places: the user's own, the site's, and those that ship. Only the user's are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.dictation.templates import Problem, Template, TemplateReading, read_template, write_template
from app.files import replace_file
from speech.errors import OtoscribeError

SUFFIX = ".txt"
_LARGEST_FILE_BYTES = 1 << 20
_MOST_FILES = 2_000
_LONGEST_NAME = 64
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)  # by Windows


class TemplateError(OtoscribeError):
    """A template can't be read, kept or used."""


class Scope(StrEnum):
    """Whose a template is; of two with one name the first is meant."""

    USER = "user"
    SITE = "site"
    SHIPPED = "shipped"

    @property
    def changeable(self) -> bool:
        return self is Scope.USER


@dataclass(frozen=True)
class StoredTemplate:
    """A template in its place; `problems` as in TemplateReading."""

    name: str
    scope: Scope
    template: Template
    problems: tuple[Problem, ...] = ()

    @property
    def is_usable(self) -> bool:
        return not any(problem.is_fatal for problem in self.problems)


@dataclass(frozen=True)
class Incoming:
    """A file to be imported: `reading` is None where it can't be read, and `trouble` says why."""

    path: Path
    name: str
    reading: TemplateReading | None
    trouble: TemplateError | None = None

    @property
    def is_usable(self) -> bool:
        return self.reading is not None and self.reading.is_usable


class TemplateStore:
    """All templates of this machine and this user. Its methods read and write files: call them in a lane."""

    def __init__(self, folder: Path, shipped: Path, site: Path | None = None) -> None:
        self._folder = folder
        self._places = {Scope.USER: folder, Scope.SITE: site, Scope.SHIPPED: shipped}

    def listed(self) -> tuple[StoredTemplate, ...]:
        """All templates, also those that can't be used; the user's first, each place's by title. A user's template
        hides one of the same name further on.

        Raises TemplateError where a place can't be read.
        """
        found: dict[str, StoredTemplate] = {}
        for scope, folder in self._places.items():
            stored = [_read_stored(path, scope) for path in _files_in(folder)] if folder is not None else []
            for each in sorted(stored, key=lambda each: each.template.title.casefold()):
                found.setdefault(each.name.casefold(), each)
        return tuple(found.values())

    def get(self, name: str) -> StoredTemplate:
        """The template of a name. Raises TemplateError where there is none."""
        wanted = name.casefold()
        for each in self.listed():
            if wanted in (each.name.casefold(), each.template.title.casefold()):
                return each
        raise TemplateError(f"There is no template {name}", "See: otoscribe templates list")

    def own_names(self) -> frozenset[str]:
        """The names that the user's own folder holds, in small letters."""
        return frozenset(path.stem.casefold() for path in _files_in(self._folder))

    def save(self, name: str, template: Template) -> None:
        """Keeps a template among the user's own, in place of one with that name.

        Raises TemplateError where it has a fatal problem or can't be written; what was there is then kept.
        """
        self.save_all({name: template})

    def save_all(self, templates: Mapping[str, Template]) -> None:
        """Keeps all of these or none."""
        before: dict[Path, bytes | None] = {}
        for name, template in templates.items():
            _check(template, name)
        try:
            for path in map(self._path, templates):
                before[path] = path.read_bytes() if path.is_file() else None
            for name, template in templates.items():
                _write(self._path(name), write_template(template).encode())
        except OSError as error:
            for path, content in before.items():
                _put_back(path, content)
            raise TemplateError(
                f"The templates can't be kept in {self._folder} ({error.strerror or error})",
                "Free some space or make the folder writable; nothing has been changed.",
            ) from error

    def remove(self, name: str) -> Template:
        """Deletes one of the user's own, and returns it for an undo."""
        path = self._path(name)
        if not path.exists():
            raise TemplateError(f"You have no template {name} of your own", "Only your own templates can be deleted.")
        template = _read_stored(path, Scope.USER).template
        try:
            path.unlink()
        except OSError as error:
            raise TemplateError(
                f"The template {name} can't be deleted ({error.strerror or error})", "Make its folder writable."
            ) from error
        return template

    def _path(self, name: str) -> Path:
        if name != name_for(name):
            raise TemplateError(f"{name!r} can't be a template's name", f"Take {name_for(name)}, for example.")
        return next(
            (path for path in _files_in(self._folder) if path.stem.casefold() == name.casefold()),
            self._folder / f"{name}{SUFFIX}",
        )


def name_for(title: str) -> str:
    """The file name, without its ending, that a title suggests; a name is its own."""
    plain = unicodedata.normalize("NFC", title).casefold()
    words = re.sub(r"[^\w]+", "-", plain).strip("-_")[:_LONGEST_NAME].strip("-_") or "template"
    return f"{words}-1" if _RESERVED.fullmatch(words) else words


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the first one like it with a number that is not taken."""
    small = {each.casefold() for each in taken}
    number, free = 1, name
    while free.casefold() in small:
        number += 1
        free = f"{name[: _LONGEST_NAME - 4]}-{number}"
    return free


def read_incoming(path: Path) -> tuple[Incoming, ...]:
    """What would be imported from a file, or from all text files of a folder; nothing is kept.

    Raises TemplateError where there is nothing to read.
    """
    files = list(_files_in(path)) if path.is_dir() else [path]
    if not files:
        raise TemplateError(f"The folder {path} holds no text files", f"Templates are files that end in {SUFFIX}.")
    found: list[Incoming] = []
    for file in files:
        name = free_name(name_for(file.stem), [each.name for each in found])
        try:
            found.append(Incoming(file, name, read_template(_read_text(file), file.stem)))
        except TemplateError as error:
            if len(files) == 1:
                raise
            found.append(Incoming(file, name, None, error))
    return tuple(found)


def export_templates(templates: Sequence[StoredTemplate], folder: Path, *, replacing: bool = False) -> list[Path]:
    """Writes each as a text file into a folder. Raises TemplateError, before anything is written where a file of that
    name is there already and is not to be replaced."""
    paths = [folder / f"{each.name}{SUFFIX}" for each in templates]
    standing = [path.name for path in paths if path.exists()]
    if standing and not replacing:
        raise TemplateError(
            f"{folder} holds {standing[0]} already", "Choose another folder, or say that it is replaced."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, each in zip(paths, templates, strict=True):
            export_template(each.template, path)
    except OSError as error:
        raise TemplateError(f"{folder} can't be made ({error.strerror or error})", "Choose another folder.") from error
    return paths


def export_template(template: Template, path: Path) -> None:
    """Writes a template as a text file that import reads back the same. Raises TemplateError."""
    try:
        replace_file(path, lambda temporary: temporary.write_bytes(write_template(template).encode()))
    except OSError as error:
        raise TemplateError(f"{path} can't be written ({error.strerror or error})", "Choose another place.") from error


def _check(template: Template, name: str) -> None:
    fatal = [problem for problem in read_template(write_template(template)).problems if problem.is_fatal]
    if fatal:
        raise TemplateError(f"The template {name} can't be kept: {fatal[0].reason}", fatal[0].mend)


def _write(path: Path, content: bytes) -> None:
    replace_file(path, lambda temporary: temporary.write_bytes(content), private=True)


def _put_back(path: Path, content: bytes | None) -> None:
    """The state before; a file that is as it was is not touched, since the disk may be full."""
    if content is None and not path.is_dir():
        path.unlink(missing_ok=True)
    elif content is not None and (not path.exists() or path.read_bytes() != content):
        _write(path, content)


def _files_in(folder: Path) -> list[Path]:
    try:
        files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() == SUFFIX and path.name[0] != "."]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise TemplateError(
            f"The templates in {folder} can't be read ({error.strerror or error})", "Make the folder readable."
        ) from error
    return files[:_MOST_FILES]


def _read_stored(path: Path, scope: Scope) -> StoredTemplate:
    try:
        reading = read_template(_read_text(path), path.stem)
    except TemplateError as error:
        problem = Problem(1, "", error.what, error.next_step, is_fatal=True)
        return StoredTemplate(path.stem, scope, Template(path.stem, ""), (problem,))
    return StoredTemplate(path.stem, scope, reading.template, reading.problems)


def _read_text(path: Path) -> str:
    """A text in any encoding; what is no text is refused."""
    from adaptation.lexicon.encoding import decode

    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise TemplateError(
            f"{path.name} can't be read ({error.strerror or error})", "Check its name and that you may read it."
        ) from error
    if len(content) > _LARGEST_FILE_BYTES:
        raise TemplateError(f"{path.name} is larger than a megabyte", "Divide it into several templates.")
    text = "\n".join(decode(content).lines)
    if "\0" in text:
        raise TemplateError(f"{path.name} is no text file", "Save it as plain text.")
    return text
