"""Whisper repositories on the Hugging Face hub or a mirror of it (HF_ENDPOINT).

huggingface_hub says what a repository holds and where; the files come through `speech.store.download`, because the
library (2.4) begins a broken-off file afresh and does not compare what arrives with the hub's hashes.
"""

from __future__ import annotations

import json
import os
import re
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import getproxies

from speech.errors import ModelError
from speech.store.download import RemoteFile, download
from speech.store.hashing import Fingerprint
from speech.store.network import (
    BUNDLE_INSTEAD,
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    certificate_problem,
    host_of,
    open_session,
    proxy_problem,
    status_problem,
    trusted_certificates,
    unreachable,
    without_password,
)
from speech.store.pip_settings import PipSettings, read_pip_settings
from speech.store.progress import Progress

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

_SMALL_FILES = (
    "config.json",
    "generation_config.json",
    "preprocessor_config.json",
    "tokenizer.json",
    "vocab.json",
    "merges.txt",
    "added_tokens.json",
)
_WEIGHTS = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_SHARD = re.compile(r"model-\d{5}-of-\d{5}\.safetensors")
_TRUE = ("1", "ON", "YES", "TRUE")
_ACCESS = "Check the name; for a private or gated repository set HF_TOKEN to a token that may read it."


@dataclass(frozen=True)
class HubModel:
    """What the hub says about a repository at one commit (`revision`)."""

    repository: str
    revision: str
    licence: str
    files: tuple[tuple[str, RemoteFile], ...]

    @property
    def size_bytes(self) -> int:
        """What all files together weigh; those that turn out not to be needed included."""
        return sum(file.size_bytes for _, file in self.files)


def look_up(repository: str) -> HubModel:
    """Asks the hub about ``owner/name``. ModelError when offline, unknown, private, or without safetensors weights."""
    _check_online()
    settings = read_pip_settings()
    info = _model_info(repository, settings)
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    if "config.json" not in siblings:
        raise ModelError(
            f"{repository} holds no model in Hugging Face form (it has no config.json)", "Choose a Whisper repository."
        )
    if info.sha is None:
        raise ModelError(f"The hub names no revision of {repository}", "Check HF_ENDPOINT and try again.")
    names = [name for name in _SMALL_FILES if name in siblings] + _weight_files(repository, siblings)
    files = tuple((name, _remote_file(repository, info.sha, siblings[name])) for name in names)
    return HubModel(repository, info.sha, _licence(info), files)


def fetch_from_hub(model: HubModel, folder: Path, progress: Progress) -> None:
    """Puts the files of a Whisper model into `folder`; config.json first, so that other architectures stop there."""
    done, total = 0, max(model.size_bytes, 1)
    names = {name for name, _ in model.files}
    for path in folder.iterdir():
        if path.name.removesuffix(".part") not in names:
            path.unlink()  # of another revision, left by a pull that was interrupted
    with open_session(read_pip_settings()) as session:
        for name, file in model.files:
            before, what = done, f"fetching {name}"

            def on_bytes(count: int, before: int = before, what: str = what) -> None:
                progress.report((before + count) / total, what)

            download(session, file, folder / name, on_bytes)
            done += file.size_bytes
            if name == "config.json":
                check_architecture(folder / name, model.repository)
            if name == _INDEX:
                _check_shards(folder / name, names)


def check_architecture(config: Path, model: str) -> None:
    """ModelError unless the config.json is that of a Whisper model."""
    try:
        values = json.loads(config.read_text(encoding="utf-8"))
        kind = values.get("model_type")
    except (ValueError, AttributeError) as error:
        raise ModelError(f"The config.json of {model} is damaged", "Choose another model.") from error
    if kind != "whisper":
        raise ModelError(
            f"{model} is a model of type {kind!r}", "Otoscribe runs Whisper models only; choose one of those."
        )


def _check_online() -> None:
    for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        if os.environ.get(variable, "").upper() in _TRUE:
            raise ModelError(
                f"{variable} is set, so nothing is fetched from the hub", f"Unset it and try again, {BUNDLE_INSTEAD}."
            )


def _endpoint() -> str | None:
    return (os.environ.get("HF_ENDPOINT") or "").rstrip("/") or None


def _token() -> str | bool:
    """HF_TOKEN or none; tokens that other programs stored on this machine are not used."""
    return os.environ.get("HF_TOKEN") or False


def _model_info(repository: str, settings: PipSettings) -> ModelInfo:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when the library is first imported
    import httpx2
    from huggingface_hub import HfApi, set_client_factory
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, HFValidationError, RepositoryNotFoundError

    certificates = trusted_certificates(settings)
    timeout = httpx2.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
    set_client_factory(
        lambda: httpx2.Client(
            follow_redirects=True,
            timeout=timeout,
            verify=certificates,
            proxy=None if getproxies() else settings.proxy,
        )
    )
    api = HfApi(endpoint=_endpoint(), token=_token(), library_name="otoscribe")
    host = host_of(api.endpoint)
    try:
        return api.model_info(repository, files_metadata=True, timeout=READ_TIMEOUT_S)
    except HFValidationError as error:
        raise ModelError(f"{repository!r} is not a name that the hub knows", "Write it as owner/name.") from error
    except GatedRepoError as error:
        raise ModelError(
            f"{repository} is open only to those whom its owners let in", "Ask for access on its page and set HF_TOKEN."
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(f"The hub at {host} has no {repository}, or it is private", _ACCESS) from error
    except HfHubHTTPError as error:
        raise status_problem(host, error.response.status_code, _ACCESS) from error
    except httpx2.ProxyError as error:
        raise proxy_problem(host, asks_password="407" in str(error)) from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{without_password(api.endpoint)} does not answer as a hub does", "Check HF_ENDPOINT and HTTPS_PROXY."
        ) from error
    except httpx2.HTTPError as error:
        raise _connection_problem(error, api.endpoint) from error


def _connection_problem(error: Exception, endpoint: str) -> ModelError:
    """A proxy that is not there looks like a hub that is not there, unless one knows that a proxy is asked."""
    from requests.utils import get_environ_proxies

    host = host_of(endpoint)
    if _is_about_certificates(error):
        return certificate_problem(host)
    if get_environ_proxies(endpoint):
        return proxy_problem(host, asks_password=False)
    return unreachable(host)


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _weight_files(repository: str, names: Collection[str]) -> list[str]:
    if _WEIGHTS in names:
        return [_WEIGHTS]
    shards = sorted(name for name in names if _SHARD.fullmatch(name))
    if _INDEX in names and shards:
        return [_INDEX, *shards]
    raise ModelError(
        f"{repository} has no safetensors weights",
        "Otoscribe never opens pickled weights (.bin, .pt), which can run programs; choose a repository with "
        "model.safetensors.",
    )


def _check_shards(index: Path, listed: set[str]) -> None:
    try:
        wanted = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The repository's {_INDEX} is damaged", "Choose another model.") from error
    if missing := sorted(wanted - listed):
        raise ModelError(f"The repository lacks {missing[0]}, which its {_INDEX} names", "Choose another model.")


def _remote_file(repository: str, revision: str, sibling: RepoSibling) -> RemoteFile:
    from huggingface_hub import hf_hub_url

    url = hf_hub_url(repository, sibling.rfilename, revision=revision, endpoint=_endpoint())
    token = _token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if sibling.lfs is not None:
        return RemoteFile(url, sibling.lfs.size, Fingerprint("sha256", sibling.lfs.sha256), _ACCESS, headers)
    if sibling.size is not None and sibling.blob_id is not None:
        return RemoteFile(url, sibling.size, Fingerprint("git-blob", sibling.blob_id), _ACCESS, headers)
    raise ModelError(
        f"{host_of(url)} states no size and hash for {sibling.rfilename}",
        "Set HF_ENDPOINT to a hub that does, so that what arrives can be checked.",
    )


def _licence(info: ModelInfo) -> str:
    for tag in info.tags or ():
        if tag.startswith("license:"):
            return str(tag.removeprefix("license:"))
    licence = getattr(info.card_data, "license", None)
    return str(licence) if licence else "not stated"
