"""Small forms for tests: a few lines become an XForm, and a session with a clock that stands still."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import quoteattr

from forms.api import Environment
from forms.engine.session import FillingSession
from forms.load import LoadedForm, load_form
from forms.rows import Columns

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 4, 12, 30, 15, tzinfo=CHINA)
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms" xmlns:hamlet="https://hamlet.invalid/xforms" '
    'xmlns:entities="http://www.opendatakit.org/xforms/entities">'
)
META = "<meta><instanceID/></meta>"
UID = '<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>'


def xform(instance: str, *, model: str = "", body: str = "", root: str = '<data id="small" version="1">') -> bytes:
    """An XForm whose primary instance is `root` with `instance` inside."""
    return (
        f"{_HEAD}<h:head><h:title>Small</h:title><model><instance>{root}{instance}</data></instance>"
        f"{model}</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def bind(path: str, **attributes: str) -> str:
    """A bind of `/data/PATH`; keyword `jr_count` becomes `jr:count`."""
    written = "".join(f" {name.replace('_', ':', 1)}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bind nodeset="/data/{path}"{written}/>'


def inputs(*paths: str) -> str:
    return "".join(f'<input ref="/data/{path}"><label>{path}</label></input>' for path in paths)


def world(**changes: object) -> Environment:
    """An environment in which nothing is random and no time passes."""
    numbers = random.Random(7)
    counter = iter(range(1, 100_000))
    values: dict[str, object] = {
        "now": lambda: NOON,
        "uuid": lambda: f"00000000-0000-4000-8000-{next(counter):012d}",
        "random": numbers.random,
        "device_id": "device-1",
        "username": "wang",
    }
    return Environment(**{**values, **changes})  # type: ignore[arg-type]


def opened(
    form: bytes | LoadedForm, *, rows: Mapping[str, Columns] | None = None, number: Callable[[str], str] | None = None
) -> FillingSession:
    loaded = form if isinstance(form, LoadedForm) else load_form(form)
    return loaded.open(world(number=number), rows=rows or {})


def evaluate(expression: str, *, type_: str = "string", **values: str) -> str:
    """The value of an expression beside the leaves `values`, as a calculation of that type stores it."""
    leaves = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    form = xform(f"<result/>{leaves}", model=bind("result", type=type_, calculate=expression))
    return opened(form).node("/data/result").value
