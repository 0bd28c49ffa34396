"""One export in a process of its own: `python export_run.py WORKSPACE WHAT TARGET` prints what it cost as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from service_world import PASSPHRASE, clock
from sheet_writers import idle_now, peak, spent

from desktop.services.keeping.workspace import open_workspace
from desktop.services.sheets.export_values import ExportOrder

if __name__ == "__main__":
    workspace, what, target = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    opened = open_workspace(workspace, user="wang", passphrase=PASSPHRASE, clock=clock())
    desk = opened.desk(writer=True)
    desk.exports.columns(what)
    began, idle = spent(), idle_now()
    done = desk.exports.run(ExportOrder(what, target))
    cost = {"cpu": spent() - began, "memory": peak() - idle, "rows": next(iter(done.sheets.values()))}
    json.dump({**cost, "masked": done.masked}, sys.stdout)
    desk.close()
