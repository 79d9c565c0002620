"""`otoscribe`: the window without arguments, the command line with them."""

import io
import sys

from app.cli import run


def main() -> int:
    """Runs what the arguments ask for and returns the exit status: 0 done, 1 failed, 2 asked wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            # programs that read our output expect UTF-8, which is not what Windows pipes speak; names that are no
            # Unicode come out as the escapes that JSON has for them
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
