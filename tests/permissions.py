"""Permissions mean nothing to the superuser, as whom a machine that tests may well run; this makes them bind."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_VERSION_3 = 0x20080522  # of linux/capability.h, with two blocks of 32 capabilities
_OVERRIDE = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Block(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def binding_permissions() -> Iterator[None]:
    """Within the block this thread obeys the permissions of files, whoever runs the test."""
    if os.name == "posix" and os.geteuid() != 0:
        yield
        return
    if not sys.platform.startswith("linux"):
        pytest.skip("permissions bind everybody but the superuser on POSIX")
    library = ctypes.CDLL(None, use_errno=True)
    header, blocks = _Header(_VERSION_3, 0), (_Block * 2)()
    _call(library.capget, header, blocks)
    before = blocks[0].effective
    blocks[0].effective = before & ~_OVERRIDE
    _call(library.capset, header, blocks)
    try:
        yield
    finally:
        blocks[0].effective = before
        _call(library.capset, header, blocks)


def _call(function: ctypes._FuncPointer, header: _Header, blocks: ctypes.Array[_Block]) -> None:
    if function(ctypes.byref(header), blocks) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be changed")
