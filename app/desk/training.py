"""Training beside the window: `otoscribe adapt train` in a process of its own, so that the window stays quick and a
training that dies takes nothing along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable

from adaptation.gate import Verdict
from adaptation.learning import Progress, Promotion
from speech.errors import OtoscribeError

_GENTLE = 10  # of 19: dictation comes first


class TrainingBeside:
    """One training. What it had reached when it was stopped is where the next one goes on."""

    def __init__(self, author: str, model: str, language: str) -> None:
        own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
        asked = ["--json", "--author", author, "--model", model, "--language", language]
        self._command = [*own, "adapt", "train", *asked]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._is_stopped = False

    def run(self, on_progress: Callable[[Progress], None]) -> Promotion | None:
        """Blocks until it has ended; None when it was stopped. OtoscribeError says what the training said."""
        promotion: Promotion | None = None
        with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
            with self._lock:
                if self._is_stopped:
                    return None
                self._process = self._start(complaints.fileno())
            with self._process as process:
                assert process.stdout is not None
                for line in process.stdout:
                    value = json.loads(line)
                    if "verdict" in value:
                        promotion = Promotion(value["name"], Verdict.from_json(value["verdict"]))
                    else:
                        on_progress(Progress(value["share"], value["doing"], value["remaining_s"]))
            complaints.seek(0)
            said = complaints.read().strip()
        if promotion is None and not self._is_stopped:
            what = said.splitlines()[-1] if said else "The training ended by itself"
            raise OtoscribeError(what, "The model writes as before.")
        return promotion

    def stop(self) -> None:
        """Ends it now; may be called from any thread."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._process.terminate()

    def _start(self, complaints: int) -> subprocess.Popen[str]:
        flags: int = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)  # there on Windows alone
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
                creationflags=flags,
            )
        except OSError as error:
            raise OtoscribeError(
                f"The training cannot be started ({error.strerror or error})", "Close other programs and try again."
            ) from error
        if sys.platform != "win32":
            os.setpriority(os.PRIO_PROCESS, process.pid, _GENTLE)
        return process
