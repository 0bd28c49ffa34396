"""The entry point `hamlet`: alone it opens the window, `try` plays the story, everything else is the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """The process's exit status; Qt is imported only where a window or a picture is wanted."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given:
        from desktop.app import run as window

        return window(given)
    from desktop.cli.frame import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
