"""`demo-data`: invented people to practise with."""

from __future__ import annotations

from desktop.cli.invocation import Invocation
from desktop.services.keeping.workspace import open_workspace
from desktop.services.trying.demo import make
from desktop.services.trying.demo_fast import make_fast


def make_data(call: Invocation) -> int:
    args, began = call.args, call.clock.steady()
    opened = open_workspace(call.folder(), passphrase=call.passphrase(), user=args.user or "", clock=call.clock)
    desk = opened.desk(writer=True, language=call.language)
    try:
        making = make_fast if args.fast else make
        made = making(desk, households=args.households, requests=args.requests, seed=args.seed)
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
