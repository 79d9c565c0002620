"""All lexicons of this machine: the shipped ones, the site's, and what users have imported."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from adaptation.lexicon import switches as switches_file
from adaptation.lexicon.files import writing_explained
from adaptation.lexicon.readers import name_from, read_lexicon
from adaptation.lexicon.shipped import shipped_folder
from adaptation.lexicon.stored import SUFFIX, read_head, read_stored, write_stored
from adaptation.lexicon.switches import Switches
from adaptation.lexicon.terms import Lexicon, LexiconError, Scope, Term, identity
from adaptation.lexicon.usage import Usage, UsageCounters

_LOCK_TIMEOUT_S = 20.0
_NAME = re.compile(r"[^\W_][\w.-]{0,63}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*\.")  # by Windows
_READABLE = {".csv", ".tsv", ".txt", ".dic"}


@dataclass(frozen=True)
class Listed:
    """A lexicon as a list shows it. `problem` says why it cannot be used, `terms` counts those that hold."""

    name: str
    title: str
    scope: Scope
    terms: int
    taken_back: int
    on: bool
    source: str
    licence: str
    problem: str | None = None


class LexiconStore:
    """Lexicons by name, across all scopes.

    Own ones lie in `folder`, one file each and replaced as a whole, so that a reader sees the old lexicon or the new
    one. The site's are any readable files in a folder of the admin's; they are compiled into `folder` when they have
    changed. Of both, and of the shipped ones, terms are taken back without touching the files.
    """

    def __init__(self, folder: Path, *, site: Path | None = None, shipped: Path | None = None) -> None:
        self._folder = folder
        self._site = site
        self._shipped = shipped or shipped_folder()
        self._switches = folder / "switches.json"
        self._usage = UsageCounters(folder / "usage.db")
        self._lock = FileLock(folder / ".lock", timeout=_LOCK_TIMEOUT_S)

    def listed(self) -> list[Listed]:
        """All lexicons, the user's own first."""
        switches = switches_file.load(self._switches)
        listed = [self._describe(name, scope, path, switches) for name, (scope, path) in self._places().items()]
        return sorted(listed, key=lambda item: (list(Scope).index(item.scope), item.name))

    def load(self, name: str) -> Lexicon:
        """The lexicon less the terms taken back. Raises LexiconError where it is not there or damaged."""
        taken_back = switches_file.load(self._switches).taken_back.get(name, frozenset())
        return self._read(name).without(taken_back)

    def active(self, patient: str | None = None) -> list[Lexicon]:
        """The lexicons that are on, the nearest scope first, with that of the patient whose lexicon is named.

        A lexicon that cannot be read is left out; `listed` says what is wrong with it.
        """
        lexicons = []
        for item in self.listed():
            if item.problem is None and (item.name == patient if item.scope is Scope.PATIENT else item.on):
                lexicons.append(self.load(item.name))
        return lexicons

    def stamp(self, name: str) -> tuple[int, int]:
        """Changes whenever the lexicon's file does: a session compares it to see that it holds an old one."""
        status = self._place(name)[1].stat()
        return status.st_mtime_ns, status.st_size

    def search(self, text: str, limit: int = 100) -> list[tuple[str, Term]]:
        """Terms whose written or spoken form holds the text, in any capitals, with the names of their lexicons."""
        wanted = unicodedata.normalize("NFC", text).casefold().strip()
        found: list[tuple[str, Term]] = []
        for item in self.listed():
            for term in self.load(item.name).terms if item.problem is None else ():
                if len(found) == limit:
                    return found
                if wanted in term.written.casefold() or any(wanted in form.casefold() for form in term.spoken):
                    found.append((item.name, term))
        return found

    def add(self, lexicon: Lexicon, *, replacing: bool = False) -> None:
        """Stores a lexicon whole. Raises LexiconError for a name that is taken (unless `replacing` an own one) or
        that cannot be one, and where it cannot be written; nothing is changed then."""
        if not _NAME.fullmatch(lexicon.name) or _RESERVED.fullmatch(lexicon.name):
            raise LexiconError(
                f"{lexicon.name!r} cannot be a lexicon's name", "Use small letters, digits, hyphens; at most 64."
            )
        if lexicon.name != lexicon.name.casefold():
            raise LexiconError("A lexicon's name is written in small letters", f"Use {lexicon.name.casefold()}.")
        if not lexicon.scope.changeable:
            raise LexiconError(f"The scope {lexicon.scope} cannot be imported into", "Use user, department or patient.")
        with self._locked():
            if lexicon.name in self._places():
                self._require_own(lexicon.name)
                if not replacing:
                    raise LexiconError(
                        f"There is a lexicon {lexicon.name} already", "Give another name, or replace it with --replace."
                    )
            write_stored(lexicon, self._own_file(lexicon.name))

    def remove(self, name: str) -> None:
        """Deletes an own lexicon and what was counted of it. Raises LexiconError for shipped and site ones."""
        with self._locked():
            path = self._require_own(name)
            with writing_explained(path):
                path.unlink()
            self._change(lambda switches: switches.with_taken_back(name, frozenset()).forgotten(name))
            self._usage.forget(name)

    def switch(self, name: str, *, on: bool) -> None:
        """Switches a lexicon on or off."""
        with self._locked():
            self._place(name)
            self._change(lambda switches: switches.switched(name, on))

    def add_term(self, name: str, term: Term) -> None:
        """Adds a term, or replaces the one of the same identity; in an own lexicon, made as the user's if there is
        none, while of site and shipped ones only a term taken back returns."""
        with self._locked():
            wanted = identity(term.written)
            if name not in self._places():
                self.add(Lexicon(name, (term,), source="added by hand"))
                return
            taken_back = switches_file.load(self._switches).taken_back.get(name, frozenset())
            if not self._place(name)[0].changeable and wanted not in taken_back:
                self._require_own(name)
            if wanted in taken_back:
                self._change(lambda switches: switches.with_taken_back(name, taken_back - {wanted}))
            else:
                lexicon = self._read(name)
                kept = tuple(other for other in lexicon.terms if identity(other.written) != wanted)
                write_stored(replace(lexicon, terms=(*kept, term)), self._own_file(name))

    def take_back(self, name: str, written: str) -> Term:
        """Takes one term out, for good: an own lexicon loses it, of others it is left out whatever update comes.

        Returns the term. Raises LexiconError where the lexicon does not hold it.
        """
        with self._locked():
            wanted = identity(" ".join(unicodedata.normalize("NFC", written).split()))
            lexicon = self.load(name)
            term = next((term for term in lexicon.terms if identity(term.written) == wanted), None)
            if term is None:
                raise LexiconError(
                    f"The lexicon {name} holds no such term", f"See its terms with: otoscribe lexicon show {name}"
                )
            if lexicon.scope.changeable:
                write_stored(lexicon.without(frozenset({wanted})), self._own_file(name))
            else:
                before = switches_file.load(self._switches).taken_back.get(name, frozenset())
                self._change(lambda switches: switches.with_taken_back(name, before | {wanted}))
            return term

    def record_heard(self, name: str, written: str, count: int = 1) -> None:
        """Counts that Otoscribe wrote the term."""
        self._usage.add(name, written, Usage(heard=count))

    def record_corrected(self, name: str, written: str, count: int = 1) -> None:
        """Counts that the user put the term where Otoscribe had written something else."""
        self._usage.add(name, written, Usage(corrected=count))

    def record_rejected(self, name: str, written: str, count: int = 1) -> None:
        """Counts that the user took the term out of the text."""
        self._usage.add(name, written, Usage(rejected=count))

    def usage(self, name: str) -> dict[str, Usage]:
        """The counters of a lexicon's terms, by `identity(term.written)`; terms never met are not in it."""
        return self._usage.of(name)

    # where lexicons lie

    def _places(self) -> dict[str, tuple[Scope, Path]]:
        """Names and files. Where an update or an admin brings a name that is there already, the nearer scope's lexicon
        holds: nothing that a user has imported disappears."""
        places = {path.stem: (Scope.SHIPPED, path) for path in sorted(self._shipped.glob(f"*{SUFFIX}"))}
        if self._site and self._site.is_dir():
            for path in sorted(self._site.iterdir()):
                if path.suffix.lower() in _READABLE | {SUFFIX}:
                    places[name_from(path)] = (Scope.SITE, path)
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            places[path.stem] = (Scope.USER, path)
        return places

    def _place(self, name: str) -> tuple[Scope, Path]:
        place = self._places().get(name)
        if place is None:
            raise LexiconError("There is no lexicon of that name", "See the names with: otoscribe lexicon list")
        return place

    def _own_file(self, name: str) -> Path:
        return self._folder / f"{name}{SUFFIX}"

    def _require_own(self, name: str) -> Path:
        scope, path = self._place(name)
        if scope.changeable:
            return path
        belongs = "the site's, and its admin's to change" if scope is Scope.SITE else "shipped with Otoscribe"
        raise LexiconError(
            f"The lexicon {name} is {belongs}",
            f"Switch it off with: otoscribe lexicon off {name}, or take back single terms with remove --term.",
        )

    # reading

    def _read(self, name: str) -> Lexicon:
        scope, path = self._place(name)
        if path.suffix != SUFFIX:
            path = self._compiled(name, path)
        lexicon = read_stored(path)
        nearest = lexicon.scope if scope is Scope.USER and lexicon.scope.changeable else scope
        return replace(lexicon, name=name, scope=nearest)

    def _describe(self, name: str, scope: Scope, path: Path, switches: Switches) -> Listed:
        on = switches.on.get(name, scope is not Scope.SHIPPED)
        try:
            head = read_head(path if path.suffix == SUFFIX else self._compiled(name, path))
            if scope is Scope.USER and head["scope"] in list(Scope):
                scope = Scope(head["scope"])
        except LexiconError as error:
            return Listed(name, name, scope, 0, 0, on, "", "", problem=str(error))
        taken_back = len(switches.taken_back.get(name, ()))
        total = int(head.get("terms", 0))
        source, licence = str(head.get("source", "")), str(head.get("licence", ""))
        return Listed(name, head["title"] or name, scope, total - taken_back, taken_back, on, source, licence)

    def _compiled(self, name: str, path: Path) -> Path:
        """The stored form of a site's file, made anew when the file has changed."""
        try:
            status = path.stat()
        except OSError as error:
            raise LexiconError(f"{path} cannot be read ({error.strerror})", "Ask your IT to mend it.") from error
        with writing_explained(self._folder):
            (self._folder / "site").mkdir(exist_ok=True)
        compiled = self._folder / "site" / f"{name}.{status.st_mtime_ns:x}-{status.st_size:x}{SUFFIX}"
        if not compiled.exists():
            lexicon = replace(read_lexicon(path, name).lexicon, scope=Scope.SITE)
            write_stored(lexicon, compiled)
            for other in compiled.parent.glob(f"{name}.*{SUFFIX}"):
                if other != compiled:
                    with contextlib.suppress(OSError):  # Windows keeps files that another session is reading
                        other.unlink()
        return compiled

    # changing

    def _change(self, change: Callable[[Switches], Switches]) -> None:
        switches_file.save(change(switches_file.load(self._switches)), self._switches)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with writing_explained(self._folder), self._lock:
                if self._lock.lock_counter == 1:  # the outermost: whoever left these was killed while writing
                    for unfinished in self._folder.glob(".*.tmp"):
                        unfinished.unlink(missing_ok=True)
                yield
        except Timeout as error:
            raise LexiconError(
                "Another program has been changing the lexicons for 20 s", "Close it and try again."
            ) from error
