"""`import`: a register becomes records."""

from __future__ import annotations

from pathlib import Path

from desktop.cli.invocation import Invocation
from desktop.services.sheets.import_values import ImportOrder
from forms.errors import Kind


def import_(call: Invocation) -> int:
    """1 where rows were refused; they stand in the report with their reasons."""
    args = call.args
    mapping = Path(args.map) if args.map else None
    with call.desk(writer=True) as desk:
        if mapping is not None and not mapping.exists():
            desk.imports.write_map(desk.imports.suggest(args.form, Path(args.file)), mapping)
            call.out.message("cli.map_suggested", file=str(mapping))
        done = desk.imports.run(ImportOrder(args.form, Path(args.file), mapping, dry_run=args.dry_run))
    counts = {"rows": done.rows, "added": done.added, "refused": done.refused, "duplicates": done.duplicates}
    shown = {**counts, "report": str(done.report)}
    said = call.out.text("cli.import_dry" if args.dry_run else "cli.imported", **shown)
    call.out.result(shown, said)
    return Kind.DAMAGED.value if done.refused else 0
