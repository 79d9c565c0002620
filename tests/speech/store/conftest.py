"""The tiny Whisper, and loopback servers that hand it out as a package registry or as a hub does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Hub, LoopbackServer, Registry
from tiny_whisper import tiny_checkpoint

from speech.store import ModelStore
from speech.weights import write_checkpoint

NETWORK_VARIABLES = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_PROXY",
    "PIP_CERT",
    "HF_ENDPOINT",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_TOKEN",
)


@pytest.fixture(autouse=True)
def own_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that this machine says about proxies, mirrors and certificates reaches these tests."""
    for name in NETWORK_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    running = LoopbackServer()
    yield running
    running.close()


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny Whisper as a folder in Hugging Face form."""
    folder = tmp_path_factory.mktemp("tiny")
    write_checkpoint(tiny_checkpoint(), folder)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """An empty store with the shipped catalogue."""
    return ModelStore(tmp_path / "models")


@pytest.fixture
def registry(server: LoopbackServer, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry that PIP_INDEX_URL points at."""
    offered = Registry(server, tiny_folder, tmp_path / "catalogue.json")
    monkeypatch.setenv("PIP_INDEX_URL", offered.index)
    return offered


@pytest.fixture
def registry_store(registry: Registry, tmp_path: Path) -> ModelStore:
    """An empty store whose catalogue is that of the loopback registry."""
    return ModelStore(tmp_path / "models", registry.catalogue)


@pytest.fixture
def hub(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub that HF_ENDPOINT points at."""
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    return Hub(server)


@pytest.fixture
def tiny_files(tiny_folder: Path) -> dict[str, bytes]:
    """The tiny Whisper's files by name."""
    return {path.name: path.read_bytes() for path in tiny_folder.iterdir()}
