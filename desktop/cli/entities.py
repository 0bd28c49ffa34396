"""`entity`: residents, households and requests as lists."""

from __future__ import annotations

from desktop.cli.invocation import Invocation
from desktop.cli.output import table
from desktop.services.values import EntityRow


def list_(call: Invocation) -> int:
    with call.desk() as desk:
        rows = desk.entities.list(call.args.dataset, query=call.args.query or "")
    words = table([(row.uuid, row.area, str(row.version), row.label) for row in rows])
    call.out.result({"entities": [_object(row) for row in rows], "next": None}, words)
    return 0


def show(call: Invocation) -> int:
    with call.desk() as desk:
        row = desk.entities.show(call.args.uuid)
    words = "\n".join([f"{row.uuid}  {row.label}", *(f"{name}: {value}" for name, value in row.properties.items())])
    call.out.result({**_object(row), "dataset": row.dataset, "properties": dict(row.properties)}, words)
    return 0


def _object(row: EntityRow) -> dict[str, object]:
    return {"uuid": row.uuid, "label": row.label, "area": row.area, "version": row.version}
