"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

_TELLING_FEATURES = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8", "asimddp", "i8mm")


@dataclass(frozen=True)
class Machine:
    """`features` are the processor's instructions that int8 products profit from, as far as the system lists them;
    `load_average` is how many programs wanted a core in the minute before (None where the system does not count)."""

    processor: str
    features: tuple[str, ...]
    usable_cores: int
    system: str
    python: str
    load_average: float | None


def describe_machine() -> Machine:
    """This machine, now."""
    listed = _processor_file()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    flags = (listed.get("flags") or listed.get("Features") or "").split()
    return Machine(
        processor=listed.get("model name") or _apple_processor() or platform.processor() or platform.machine(),
        features=tuple(feature for feature in _TELLING_FEATURES if feature in flags),
        usable_cores=usable_cores(),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        load_average=None if load is None else round(load, 2),
    )


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor_file() -> dict[str, str]:
    """The first processor of Linux's /proc/cpuinfo, empty elsewhere."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n\n")[0].splitlines()
    pairs = (line.partition(":") for line in lines)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _apple_processor() -> str | None:
    if platform.system() != "Darwin":
        return None
    asked = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or None
