"""The pack's forms and lists loaded, and sessions over them with a fixed clock."""

import csv
import io
import random
import uuid
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib.resources import files

from forms.api import Environment
from forms.load import load_form
from forms.rows import read_csv

NOW = datetime(2026, 11, 20, 10, 26, tzinfo=timezone(timedelta(hours=8)))
RESOURCES = files("resources")
FORMS = (
    "household",
    "resident",
    "request",
    "request_update",
    "told",
    "visit",
    "hazard",
    "opinion",
    "resident_change",
    "correction",
    "erasure",
    "decision",
    "batch_check",
    "headcount",
    "publication",
    "opinion_check",
)


def pack_bytes(name):
    return (RESOURCES / "pack" / name).read_bytes()


@cache
def pack_form(name):
    return load_form((RESOURCES / "xforms" / f"{name}.xml").read_bytes(), name=name)


def environment(seed=1, now=NOW):
    chance = random.Random(seed)
    return Environment(
        now=lambda: now,
        uuid=lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        random=chance.random,
        device_id="device",
        username="王秀兰",
        number=lambda kind: f"{kind}-SQA-0424-3",
    )


def entity_list(*rows):
    """Rows of an entity list as bytes of a csv; columns are those of all rows."""
    out = io.StringIO()
    columns = list(dict.fromkeys(["name", "label", "__version", *(key for row in rows for key in row)]))
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows({"__version": "1", **row} for row in rows)
    return read_csv(out.getvalue().encode())


def open_pack(name, *, seed=1, now=NOW, language=None, **lists):
    """A session of a pack form; `lists` are entity lists by dataset."""
    form = pack_form(name)
    known = {each: read_csv(pack_bytes(each)) for each in ("areas.csv", "calendar.csv")}
    known |= {f"{dataset}.csv": rows for dataset, rows in lists.items()}
    rows = {external.id: known[external.name] for external in form.externals if external.name in known}
    return form.open(environment(seed, now), rows=rows, language=language)


def answer(session, **values):
    """Set answers by the question's name, anywhere in the form; raises where one is not taken."""
    for name, value in values.items():
        ref = next(node.ref for node in _all(session, session.root) if node.name == name)
        change = session.set(ref, value)
        assert change.skipped is None, (name, value, change.skipped)
    return session


def _all(session, ref):
    for child in session.children(ref):
        node = session.node(child)
        yield node
        if node.kind != "question":
            yield from _all(session, child)
