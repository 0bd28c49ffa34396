"""`demo-data`: invented people to practise with."""

from __future__ import annotations

from argparse import Namespace

from desktop.cli.invocation import Invocation
from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import OpenWorkspace, open_workspace
from desktop.services.trying.crew import Crew, Processes
from desktop.services.trying.demo import Made, make
from desktop.services.trying.demo_fast import make_fast
from desktop.services.trying.demo_filled import make_filled

MANY = 1000  # records from which on other processes are worth their start


def make_data(call: Invocation) -> int:
    args, began = call.args, call.clock.steady()
    opened = open_workspace(call.folder(), passphrase=call.passphrase(), user=args.user or "", clock=call.clock)
    desk = opened.desk(writer=True, language=call.language)
    try:
        made = _made(opened, desk, args)
    finally:
        desk.close()
        opened.lock()
    shown = {
        "households": made.households,
        "residents": made.residents,
        "requests": made.requests,
        "seconds": round(call.clock.steady() - began, 2),
    }
    call.out.result(shown, call.out.text("cli.demo_made", **shown))
    return 0


def _made(opened: OpenWorkspace, desk: TheDesk, args: Namespace) -> Made:
    crew: Crew | None = Processes() if args.households + args.requests >= MANY else None
    what = {"households": args.households, "requests": args.requests, "seed": args.seed}
    if args.fast:
        return make_fast(desk, **what, crew=crew)
    return make(desk, **what) if crew is None else make_filled(opened, desk, **what, crew=crew)
