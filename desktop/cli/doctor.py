"""`doctor`: what an administrator wants to know when something does not work; 1 where something needs attention."""

from __future__ import annotations

import os
from dataclasses import asdict

from desktop.cli.invocation import Invocation
from desktop.services.keeping.doctor import Finding, findings


def run(call: Invocation) -> int:
    """Opens the workspace where a passphrase is at hand; asks for none."""
    unlocked = call.args.passphrase_file or os.environ.get("HAMLET_PASSPHRASE") is not None
    passphrase = call.passphrase() if unlocked else None
    found = findings(call.folder(), passphrase=passphrase, user=call.args.user or "", clock=call.clock)
    good = all(finding.ok for finding in found)
    text = call.out.text
    words = [text("cli.doctor_good" if good else "cli.doctor_bad"), *(_line(call, finding) for finding in found)]
    call.out.result({"ok": good, "checks": [asdict(finding) for finding in found]}, "\n".join(words))
    return 0 if good else 1


def _line(call: Invocation, finding: Finding) -> str:
    sign = "✓" if finding.ok else "✗"
    return f"{sign} {call.out.text(f'services.doctor_{finding.name}')}: {finding.value}"
