"""The entry point `hamlet`: alone it opens the window, `try` plays the story, everything else is the command line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forms.errors import Fault, Kind
from sync.vault.platform import forbid_dumps

if TYPE_CHECKING:
    import argparse

    from desktop.cli.output import Output
    from desktop.services.trying.story import Scene


def main(argv: Sequence[str] | None = None) -> int:
    """The process's exit status; Qt is imported only where a window or a picture is wanted."""
    forbid_dumps()
    given = list(sys.argv[1:] if argv is None else argv)
    if given:
        return _command(given)
    try:
        from desktop.app import run as window  # at once: the commands' modules would cost a third of the start
    except ImportError:
        return _command(given)  # says so in words
    return window([])


def _command(given: Sequence[str]) -> int:
    """Everything that has words after `hamlet`."""
    from desktop.cli.frame import guarded, parse, run
    from desktop.cli.language import language_of
    from desktop.cli.output import standard
    from forms.text import Text

    if given and not given[0].startswith("-") and given[0] != "try":
        return run(given)
    out = standard(Text(language_of(given)), json="--json" in given)

    def work() -> int:
        args = parse(given, out.text)
        if args.command is None:
            return _window(args)
        return _try(args, out) if args.command == "try" else run(given)

    return guarded(out, work)


def _window(args: argparse.Namespace) -> int:
    """The window on a workspace."""
    try:
        from desktop.app import run as window
    except ImportError:
        raise Fault("cli.no_window", Kind.USAGE) from None
    options = {"--workspace": args.workspace, "--language": args.language, "--now": args.now}
    words = [word for name, value in options.items() if value for word in (name, value)]
    return window([*words, "--minimised"] if args.minimised else words)


def _try(args: argparse.Namespace, out: Output) -> int:
    """The story: played by itself without a display, else prepared for a village's window."""
    import tempfile

    from desktop.services.clock import Clock
    from desktop.services.trying.story import Story
    from desktop.services.trying.story_hub import HubProcess

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the hub's process ends too
    clock = Clock()
    began = clock.steady()
    languages = (args.language,) if args.language else ("zh", "en")
    with tempfile.TemporaryDirectory(prefix="hamlet-", ignore_cleanup_errors=True) as place:
        story = Story(Path(place), Path(args.out), clock, out.text, out.say)
        if args.headless or not _has_display():
            report = story.play(lambda scene, folder: _pictures(scene, folder, languages))
            out.message("story.done", seconds=round(clock.steady() - began))
            if out.json:
                out.result(report)
            return 0
        hub = HubProcess(Path(place) / "hub", story.passphrase)
        try:
            return _show(story.prepare(hub), args.language or "zh")
        finally:
            hub.stop()


def _has_display() -> bool:
    """Whether a window could be seen: always where the system is one of windows."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    windowed = sys.platform in ("win32", "darwin")
    return windowed or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _pictures(scene: Scene, folder: Path, languages: Sequence[str]) -> Sequence[str]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # "this plugin does not support …", per window
    try:
        from desktop.app import picture_pages
    except ImportError:
        raise Fault("cli.no_window", Kind.USAGE) from None
    return picture_pages([scene.village.workspace, scene.township.workspace], folder, languages)


def _show(scene: Scene, language: str) -> int:
    try:
        from desktop.app import show
    except ImportError:
        raise Fault("cli.no_window", Kind.USAGE) from None
    return show(scene.village.workspace, language=language)


if __name__ == "__main__":
    sys.exit(main())
