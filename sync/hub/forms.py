"""Forms and lists that the hub has published: kept for ever, compiled when first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from forms.api import Form
from forms.casework.areas import Areas
from forms.casework.calendar import Calendar
from forms.errors import Fault, Kind
from sync import crypto
from sync.hub import sql
from sync.hub.book import Book
from sync.hub.log import Entry, Log
from sync.protocol import RowKind
from sync.wire import cbor

AREAS = "areas.csv"
CALENDAR = "calendar.csv"

Load = Callable[[bytes], Form]


def publish_form(
    connection: Connection, log: Log, form: Form, xform: bytes, media: Mapping[str, bytes], *, area: str = ""
) -> bool:
    """Add a form version to log and feed; False where it was there.

    `area` (a path) limits who receives it to the devices above and in it; "" is for everybody.
    Faults: hub.form_changed where its bytes differ, hub.form_taken where an area changes what everybody has.
    """
    known = sql.one(
        connection,
        "SELECT xform, media FROM form WHERE form_id = :form AND version = :version",
        form=form.form_id,
        version=form.version,
    )
    packed = cbor.dumps(dict(media))
    if known is not None:
        if (known.xform, known.media) == (xform, packed):
            return _widen(connection, log, form, xform, media, area=area)
        raise Fault("hub.form_changed", Kind.DAMAGED, form=form.form_id, version=form.version)
    if area and _everybodys(connection, form.form_id):
        raise Fault("hub.form_taken", Kind.DAMAGED, form=form.form_id)
    key = f"{form.form_id}/{form.version}"
    n = log.append(Entry.FORM, key, crypto.digest(cbor.dumps([xform, packed])))
    sql.insert(
        connection,
        "form",
        form_id=form.form_id,
        version=form.version,
        title=form.title,
        xform=xform,
        media=packed,
        n=n,
    )
    _feed(connection, form, xform, media, n=n, area=area)
    return True


def _everybodys(connection: Connection, form_id: str) -> bool:
    """Whether some version of a form is everybody's: then its versions are made by those who answer for all."""
    query = (
        "SELECT 1 FROM form JOIN feed ON feed.key = form.form_id || '/' || form.version"
        " WHERE form.form_id = :form AND feed.kind = 'form' AND feed.area = ''"
    )
    return sql.one(connection, query, form=form_id) is not None


def _widen(
    connection: Connection, log: Log, form: Form, xform: bytes, media: Mapping[str, bytes], *, area: str
) -> bool:
    """Let those have a known form version who did not receive it yet."""
    key = f"{form.form_id}/{form.version}"
    query = "SELECT 1 FROM feed WHERE kind = 'form' AND key = :key AND area IN ('', :area)"
    if sql.one(connection, query, key=key, area=area) is not None:
        return False
    n = log.append(Entry.FORM, key, crypto.digest(cbor.dumps([xform, cbor.dumps(dict(media)), area])))
    _feed(connection, form, xform, media, n=n, area=area)
    return True


def _feed(connection: Connection, form: Form, xform: bytes, media: Mapping[str, bytes], *, n: int, area: str) -> None:
    body = {
        "form_id": form.form_id,
        "version": form.version,
        "title": form.title,
        "xform": xform,
        "media": dict(media),
    }
    book = Book(connection)
    book.show(RowKind.FORM, f"{form.form_id}/{form.version}", n=n, body=body, area=area)
    book.write()


def publish_list(connection: Connection, log: Log, name: str, csv: bytes) -> bool:
    """Set a list, such as areas.csv; False where it was the same already."""
    if sql.scalar(connection, "SELECT csv FROM list WHERE name = :name", name=name) == csv:
        return False
    n = log.append(Entry.LIST, name, crypto.digest(csv))
    sql.put(connection, "list", ["name"], name=name, csv=csv, n=n)
    book = Book(connection)
    book.show(RowKind.LIST, name, n=n, body={"csv": csv})
    book.write()
    return True


class Compiled:
    """Compiled forms by id and version; a form version never changes, so nothing here is ever stale."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._forms: dict[tuple[str, str], Form] = {}
        self._lock = threading.Lock()

    def missing(self, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
        return wanted - self._forms.keys()

    def compile(self, sources: Mapping[tuple[str, str], bytes]) -> None:
        with self._lock:
            for key, xform in sources.items():
                if key not in self._forms:
                    self._forms[key] = self._load(xform)

    def load(self, xform: bytes) -> Form:
        """Compile a form that may be new. Faults forms.malformed, hub.form_unreadable."""
        try:
            return self._load(xform)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
            raise Fault("hub.form_unreadable", Kind.DAMAGED) from problem

    def get(self, form_id: str, version: str) -> Form | None:
        return self._forms.get((form_id, version))


def sources(connection: Connection, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """XForms of the published ones among `wanted`."""
    found = {}
    for form_id, version in wanted:
        xform = sql.scalar(
            connection,
            "SELECT xform FROM form WHERE form_id = :form AND version = :version",
            form=form_id,
            version=version,
        )
        if xform is not None:
            found[form_id, version] = xform
    return found


class Reference:
    """The lists that the hub reads itself, parsed again only when they were published anew."""

    def __init__(self) -> None:
        self._areas: tuple[int, Areas] = (0, Areas(()))
        self._calendar: tuple[int, Calendar] = (0, Calendar(()))

    def areas(self, connection: Connection) -> Areas:
        found = _newer(connection, AREAS, self._areas[0])
        if found is not None:
            self._areas = (found[0], Areas.read(found[1]))
        return self._areas[1]

    def calendar(self, connection: Connection) -> Calendar:
        found = _newer(connection, CALENDAR, self._calendar[0])
        if found is not None:
            self._calendar = (found[0], Calendar.read(found[1]))
        return self._calendar[1]


def published_areas(connection: Connection) -> bytes | None:
    """The areas list as it stands."""
    return published_list(connection, AREAS)


def published_list(connection: Connection, name: str) -> bytes | None:
    found = _newer(connection, name, -1)
    return None if found is None else found[1]


def newest_form(connection: Connection, form_id: str) -> tuple[str, bytes] | None:
    """Version and XForm of the form as it was published last."""
    row = sql.one(
        connection, "SELECT version, xform FROM form WHERE form_id = :form ORDER BY n DESC LIMIT 1", form=form_id
    )
    return None if row is None else (row.version, row.xform)


def _newer(connection: Connection, name: str, known: int) -> tuple[int, bytes] | None:
    row = sql.one(connection, "SELECT n, csv FROM list WHERE name = :name AND n > :known", name=name, known=known)
    return None if row is None else (row.n, row.csv)
