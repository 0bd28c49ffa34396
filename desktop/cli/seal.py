"""`seal`: a department's key made on its computer, and put into the list of departments at the township."""

from __future__ import annotations

from pathlib import Path

from desktop.cli.invocation import Invocation


def key(call: Invocation) -> int:
    """Print the public half; the private one stays in the workspace."""
    with call.desk(writer=True) as desk:
        recipient = desk.sealing.key(call.args.dept)
    call.out.result({"department": call.args.dept, "recipient": recipient}, recipient)
    return 0


def announce(call: Invocation) -> int:
    """Put it into the list of departments; the list as a file goes to the hub, and with it to the villages."""
    target = Path(call.args.to)
    with call.desk(writer=True) as desk:
        made = desk.sealing.announce(call.args.dept, call.args.recipient)
    target.write_bytes(made)
    words = call.out.text("cli.seal_announced", department=call.args.dept, file=str(target))
    call.out.result({"department": call.args.dept, "file": str(target)}, words)
    return 0
