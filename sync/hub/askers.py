"""Who asked, as the department that handles a request sees it: a projection, made when its feed is read.

Name and telephone lie in the register alone. No record holds a copy for the department, so a correction reaches it,
an erasure leaves nothing behind, and who has the request no longer has no telephone either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from forms.casework.publishing import OPINION
from forms.entities.apply import REQUESTS
from forms.sealed import is_sealed
from sync.hub import sql
from sync.hub.accounts import Device
from sync.protocol import Row, RowKind
from sync.wire import cbor

SEALED = "asked_by"
"""The property in which a request has name and telephone sealed for the department of its matter."""
_IN_CLEAR = ("visitor_name", "phone")
Facts = Mapping[str, str]


def for_department(connection: Connection, device: Device, row: Row, departments: str) -> Row:
    """A row of the feed as `device`, of a department, may see it; `departments` as the feed has them, the last one
    being that which has the request now."""
    body = row.body
    if row.kind is not RowKind.ENTITY or body.get("dataset") != REQUESTS or not body.get("properties"):
        return row
    facts: Facts = body["properties"]
    now = departments.strip("|").rpartition("|")[2]
    hidden = now not in device.departments or is_sealed(facts.get(SEALED, ""))
    if hidden or body.get("opened", {}).get("form_id") == OPINION:
        kept = {name: value for name, value in facts.items() if name not in _IN_CLEAR}
        return replace(row, body={**body, "properties": kept})
    if any(map(is_sealed, facts.values())):
        return row  # of an older form, which sealed what happened alone
    asked = asker(connection, facts.get("resident", ""))
    return replace(row, body={**body, "opened": {**body.get("opened", {}), "asked": asked}}) if asked else row


def asker(connection: Connection, resident: str) -> dict[str, str]:
    """Name, telephone, else that of their home, and house number as the register has them; blank ones left out."""
    person = _facts(connection, "residents", resident)
    if not person or person.get("state") == "erased":
        return {}
    home = _facts(connection, "households", person.get("household", ""))
    phone = person.get("phone") or home.get("phone")
    found = {"name": person.get("full_name"), "phone": phone, "house_no": home.get("house_no")}
    return {name: value for name, value in found.items() if value}


def _facts(connection: Connection, dataset: str, uuid: str) -> Facts:
    query = "SELECT body FROM entity WHERE dataset = :dataset AND uuid = :uuid"
    body = sql.scalar(connection, query, dataset=dataset, uuid=uuid) if uuid else None
    found: dict[str, str] = {} if body is None else cbor.loads(body)["row"]["properties"]
    return found


def told(connection: Connection, resident: str, requests: list[str]) -> None:
    """Let departments that were given requests of somebody who was erased see the empty row: they erase as well."""
    rows = sql.among(connection, "SELECT departments FROM request WHERE uuid IN :wanted", requests)
    codes = sorted({code for row in rows for code in row.departments.split("|") if code})
    if codes:
        sql.run(
            connection,
            "UPDATE feed SET departments = :departments WHERE kind = :kind AND key = :key AND device = ''",
            departments=f"|{'|'.join(codes)}|",
            kind=str(RowKind.ENTITY),
            key=f"residents/{resident}",
        )
