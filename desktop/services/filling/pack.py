"""The shipped form pack, put into a new workspace before its first hand-over."""

from __future__ import annotations

from importlib.resources import files

from forms.load import load_form
from sync.store.api import FormSource, Store

LISTS = ("areas.csv", "calendar.csv", "categories.csv", "departments.csv", "matters.csv", "surnames.csv")


def pack() -> tuple[FormSource, ...]:
    """The shipped forms, compiled once to learn their id and version."""
    found = []
    for file in sorted((files("resources") / "xforms").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".xml"):
            xform = file.read_bytes()
            form = load_form(xform, name=file.name)
            found.append(FormSource(form.form_id, form.version, form.title, xform))
    return tuple(found)


def install(store: Store, *, forms: bool = True) -> None:
    """Publish the pack's lists, and its `forms`, in this workspace."""
    for name in LISTS:
        store.lists.put(name, (files("resources") / "pack" / name).read_bytes())
    for source in pack() if forms else ():
        store.forms.add(source)
