"""Another program with a text field, as a process of its own: what text is transferred into, under a real X server.

As a program it shows one window and obeys lines on stdin: `title TEXT`, `begin TITLE` (with an empty field), `read`,
`copy TEXT` (into the clipboard), `clipboard` (what a program that pastes would get), `freeze SECONDS`, `refuse` (the
field takes no text any more). It answers each with one line of JSON.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any


class OtherProgram:
    """A running one; close it with `close`."""

    def __init__(self, title: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, title], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.window: int = self._answer()

    def ask(self, *words: str) -> Any:
        self.send(*words)
        return self._answer()

    def send(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    @property
    def text(self) -> str:
        return self.ask("read")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@contextlib.contextmanager
def other_program(title: str) -> Iterator[OtherProgram]:
    program = OtherProgram(title)
    try:
        yield program
    finally:
        program.close()


def wait_for(is_so: Callable[[], bool], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def main(title: str) -> None:
    from PySide6.QtCore import QObject, Qt, Signal
    from PySide6.QtWidgets import QApplication, QPlainTextEdit

    class Lines(QObject):
        came = Signal(str)

    application = QApplication(["other"])
    field = QPlainTextEdit()
    field.setWindowTitle(title)
    field.resize(500, 300)

    def answer(line: str) -> None:
        command, *words = json.loads(line)
        found: Any = None
        if command == "title":
            field.setWindowTitle(words[0])
        elif command == "copy":
            application.clipboard().setText(words[0])
        elif command == "read":
            found = field.toPlainText()
        elif command == "clipboard":
            found = [application.clipboard().text(), application.clipboard().mimeData().formats()]
        elif command == "begin":
            field.setWindowTitle(words[0])
            field.clear()
        elif command == "freeze":
            time.sleep(float(words[0]))
        elif command == "refuse":
            field.setReadOnly(True)
            field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        print(json.dumps(found), flush=True)

    lines = Lines()
    lines.came.connect(answer, Qt.ConnectionType.QueuedConnection)
    field.show()

    def read() -> None:
        for line in sys.stdin:
            lines.came.emit(line)
        application.exit()

    import threading

    threading.Thread(target=read, daemon=True).start()
    print(json.dumps(int(field.winId())), flush=True)
    application.exec()


if __name__ == "__main__":
    main(sys.argv[1])
