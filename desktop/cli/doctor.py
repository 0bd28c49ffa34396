"""`doctor`: what an administrator wants to know when something does not work; 1 where something needs attention."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from desktop.cli.invocation import Invocation
from desktop.services.keeping.doctor import Finding, findings
from desktop.services.office import at_rest
from sync.hub import opening


def run(call: Invocation) -> int:
    """Opens the workspace where a passphrase is at hand and asks for none; with --hub looks at a hub instead."""
    found = _of_hub(call, Path(call.args.hub)) if call.args.hub else _of_workspace(call)
    good = all(finding.ok for finding in found)
    text = call.out.text
    words = [text("cli.doctor_good" if good else "cli.doctor_bad"), *(_line(call, finding) for finding in found)]
    call.out.result({"ok": good, "checks": [asdict(finding) for finding in found]}, "\n".join(words))
    return 0 if good else 1


def _of_workspace(call: Invocation) -> tuple[Finding, ...]:
    unlocked = call.args.passphrase_file or os.environ.get("HAMLET_PASSPHRASE") is not None
    passphrase = call.passphrase() if unlocked else None
    return findings(call.folder(), passphrase=passphrase, user=call.args.user or "", clock=call.clock)


def _of_hub(call: Invocation, folder: Path) -> tuple[Finding, ...]:
    """The machine, and whether what the hub keeps is encrypted where it lies."""
    machine = [
        each for each in findings(folder, passphrase=None, user="", clock=call.clock) if each.name != "workspace"
    ]
    found = at_rest.look(folder, call.hub_passphrase(folder), user=call.args.user or opening.USER)
    return (*machine, Finding("at_rest", found.encrypted is True, found.where))


def _line(call: Invocation, finding: Finding) -> str:
    sign = "✓" if finding.ok else "✗"
    return f"{sign} {call.out.text(f'services.doctor_{finding.name}')}: {finding.value}"
