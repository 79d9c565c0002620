"""What admins have already told pip about their network, so that they need not tell it twice."""

from __future__ import annotations

import configparser
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from speech.errors import ModelError

_SECTIONS = ("global", "download", "install")
_FILE = "pip.ini" if sys.platform == "win32" else "pip.conf"


@dataclass(frozen=True)
class PipSettings:
    """`indexes` are simple-API addresses in the order in which they are asked, http(s):// or file://."""

    indexes: tuple[str, ...]
    proxy: str | None
    certificates: str | None


def read_pip_settings() -> PipSettings:
    """Settings from pip's configuration files, over which its environment variables (PIP_INDEX_URL …) win.

    ModelError when a configuration file cannot be parsed.
    """
    values: dict[str, str] = {}
    for path in configuration_files():
        values.update(_read(path))
    for key in ("index-url", "extra-index-url", "proxy", "cert"):
        variable = os.environ.get(f"PIP_{key.upper().replace('-', '_')}")
        if variable:
            values[key] = variable
    index = values.get("index-url", PYPI_SIMPLE_ENDPOINT)
    indexes = (index, *values.get("extra-index-url", "").split())
    return PipSettings(tuple(dict.fromkeys(indexes)), values.get("proxy"), values.get("cert"))


def configuration_files() -> list[Path]:
    """Where pip looks, the later overriding the earlier (pip documentation, "Configuration")."""
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path.home() / ("pip" if sys.platform == "win32" else ".pip")
    files = [*_machine_files(), home / _FILE, _user_folder() / _FILE, Path(sys.prefix) / _FILE]
    return [*files, Path(named)] if named else files


def _machine_files() -> list[Path]:
    if sys.platform == "darwin":
        return [Path("/Library/Application Support/pip") / _FILE]
    folders = platformdirs.site_config_dir("pip", appauthor=False, multipath=True).split(os.pathsep)
    # /etc/xdg/pip comes first, so that the older /etc/pip.conf overrides it, as in pip
    return [Path(folder) / _FILE for folder in folders] + ([] if sys.platform == "win32" else [Path("/etc") / _FILE])


def _user_folder() -> Path:
    if sys.platform == "darwin":
        native = Path.home() / "Library/Application Support/pip"
        return native if native.is_dir() else Path.home() / ".config/pip"
    return Path(platformdirs.user_config_dir("pip", appauthor=False, roaming=True))


def _read(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ModelError(f"pip's settings in {path} cannot be read", "Correct or remove that file.") from error
    values: dict[str, str] = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            values.update({key.replace("_", "-"): value for key, value in parser.items(section) if value})
    return values
