"""From arguments to an exit status: parse, call the command's function, and give every error words and a number."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from desktop.cli.arguments import parser
from desktop.cli.language import language_of
from desktop.cli.output import Output, standard
from forms.errors import Fault, Kind
from forms.text import Text

if TYPE_CHECKING:
    from desktop.cli.invocation import Invocation

Handler = Callable[["Invocation"], int]


def run(argv: Sequence[str]) -> int:
    """The exit status of one command line."""
    out = standard(Text(language_of(argv)), json="--json" in argv)
    return guarded(out, lambda: _dispatch(parse(argv, out.text), out))


def parse(argv: Sequence[str], text: Text) -> argparse.Namespace:
    """Arguments as a namespace whose `handler` is "" where no command was named."""
    top = parser(text)
    top.set_defaults(handler="")
    return top.parse_args(list(argv))


def guarded(out: Output, work: Callable[[], int]) -> int:
    """Run `work`; an error becomes its words and its exit status."""
    try:
        return work()
    except Fault as fault:
        out.fault(fault)
        return fault.kind.value
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - nobody listens: no trace at exit
        return Kind.DAMAGED.value
    except KeyboardInterrupt:
        out.message("cli.stopped")
        return 130
    except OSError as problem:
        out.fault(_of_the_world(problem))
        return Kind.DAMAGED.value
    except Exception as bug:  # ours: say so, keep what was written, leave personal data out
        if os.environ.get("HAMLET_DEBUG"):
            traceback.print_exc()
        out.fault(Fault("cli.ours", Kind.DAMAGED, kind=type(bug).__name__, place=_place(bug)))
        return Kind.DAMAGED.value


def _dispatch(args: argparse.Namespace, out: Output) -> int:
    if not args.handler:
        raise Fault("cli.usage", Kind.USAGE, reason="COMMAND", command="hamlet")
    module, _, name = args.handler.partition(":")
    handler: Handler = getattr(import_module(f"desktop.cli.{module}"), name)
    invocation = import_module("desktop.cli.invocation")  # not before it is needed: --help answers at once
    return handler(invocation.Invocation(args, out, invocation.clock_of(args)))


def _of_the_world(problem: OSError) -> Fault:
    """A disk that is full is the commonest; the rest name the file and the system's own words."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return Fault("cli.disk_full", Kind.DAMAGED, file=problem.filename or "")
    return Fault("cli.file", Kind.DAMAGED, file=problem.filename or "", reason=problem.strerror or str(problem))


def _place(bug: Exception) -> str:
    """File and line of our own code where it went wrong: no values, so nothing of a person."""
    frames = traceback.extract_tb(bug.__traceback__)
    last = frames[-1] if frames else None
    return f"{os.path.basename(last.filename)}:{last.lineno}" if last else ""
