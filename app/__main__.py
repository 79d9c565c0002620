"""`otoscribe`: the window without arguments, the command line with them."""

import sys

from app.cli import run


def main() -> int:
    """Runs what the arguments ask for and returns the exit status: 0 done, 1 failed, 2 asked wrongly."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
