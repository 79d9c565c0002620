"""Connections through what a hospital puts in between (proxies, inspected TLS, mirrors), and words for what fails."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import requests.adapters
import truststore

from speech.errors import ModelError
from speech.store.pip_settings import PipSettings

CONNECT_TIMEOUT_S = 15.0
READ_TIMEOUT_S = 60.0
TIMEOUTS_S = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
PASSING_STATUS = (408, 425, 429, 500, 502, 503, 504)
WAITS_S = (0.5, 1.0, 2.0)  # before the second, third and fourth attempt
BUNDLE_INSTEAD = "or bring the model as an offline bundle: otoscribe models import FILE"
_UNUSABLE_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
)
_CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")

T = TypeVar("T")


def trusted_certificates(settings: PipSettings) -> ssl.SSLContext:
    """The operating system's trust, to which certificate files named by the environment or by pip's settings are added.

    The system's own store matters on Windows and macOS, where admins put the root of a TLS-inspecting proxy there.
    ModelError when a named file cannot be read.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    named = {variable: os.environ.get(variable) for variable in _CERTIFICATE_VARIABLES}
    named["pip's setting cert"] = settings.certificates
    for name, value in named.items():
        if not value:
            continue
        try:
            context.load_verify_locations(**{"capath" if Path(value).is_dir() else "cafile": value})
        except (OSError, ssl.SSLError) as error:
            raise ModelError(
                f"{name} names {value}, which is not a readable file of certificates",
                "Let it name the PEM file with the root certificates that your network needs.",
            ) from error
    return context


class _TrustingAdapter(requests.adapters.HTTPAdapter):
    """Connects with the given TLS context, directly and through proxies."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        super().init_poolmanager(*arguments, **keywords, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **keywords: Any) -> Any:
        return super().proxy_manager_for(proxy, **keywords, ssl_context=self._context)


def open_session(settings: PipSettings) -> requests.Session:
    """A session that honours HTTP(S)_PROXY, NO_PROXY, the system's proxy settings and pip's."""
    session = requests.Session()
    session.headers["User-Agent"] = "otoscribe"
    session.mount("https://", _TrustingAdapter(trusted_certificates(settings)))
    if settings.proxy:
        session.proxies = {"http": settings.proxy, "https": settings.proxy}
    return session


def with_retries(action: Callable[[], T], passing: Callable[[Exception], bool]) -> T:
    """Tries again, with growing waits, after exceptions that `passing` holds for; others and the last get through."""
    for wait_s in WAITS_S:
        try:
            return action()
        except Exception as error:
            if not passing(error):
                raise
            time.sleep(wait_s)
    return action()


def is_passing(error: Exception) -> bool:
    """Whether another attempt may succeed: broken connections and busy servers, not refusals."""
    if isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.SSLError)):
        return False
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return error.response.status_code in PASSING_STATUS
    return isinstance(error, (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError))


def explain(error: requests.RequestException, url: str, access: str) -> ModelError:
    """The error as one line. `access` says what to set where the server asks who one is."""
    host = host_of(url)
    if isinstance(error, requests.exceptions.ProxyError):
        return proxy_problem(host, asks_password="407" in str(error))
    if isinstance(error, requests.exceptions.SSLError):
        return certificate_problem(host)
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return status_problem(host, error.response.status_code, access)
    if isinstance(error, _UNUSABLE_ADDRESS):
        return ModelError(f"{without_password(url)} is not a usable address", access)
    return unreachable(host)


def status_problem(host: str, status: int, access: str) -> ModelError:
    """What an HTTP status of 400 and above means."""
    if status == requests.codes.proxy_authentication_required:
        return proxy_problem(host, asks_password=True)
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        return ModelError(f"{host} refuses access (HTTP {status})", access)
    if status == requests.codes.not_found:
        return ModelError(f"{host} does not have the file (HTTP 404)", access)
    return ModelError(f"{host} answers with HTTP {status}", f"Try again later, {BUNDLE_INSTEAD}.")


def proxy_problem(host: str, *, asks_password: bool) -> ModelError:
    if asks_password:
        return ModelError(
            "The proxy asks for a name and a password",
            f"Set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT and try again, {BUNDLE_INSTEAD}.",
        )
    return ModelError(
        f"The proxy does not connect to {host}",
        f"Check HTTPS_PROXY (and NO_PROXY for inside servers) and try again, {BUNDLE_INSTEAD}.",
    )


def certificate_problem(host: str) -> ModelError:
    return ModelError(
        f"The certificate of {host} is not trusted on this machine",
        "If your network inspects encrypted traffic, set REQUESTS_CA_BUNDLE to the PEM file with its root certificate "
        f"and try again, {BUNDLE_INSTEAD}.",
    )


def unreachable(host: str) -> ModelError:
    return ModelError(
        f"{host} cannot be reached, or the connection broke too often",
        f"Check the network (behind a proxy, set HTTPS_PROXY) and try again: it continues where it was; "
        f"{BUNDLE_INSTEAD}.",
    )


def host_of(url: str) -> str:
    """The host alone, because an address can hold a password."""
    return urlsplit(url).hostname or "The server"


def without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
