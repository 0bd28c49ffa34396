"""What a form asks for and does not get: constructs that are wrong where they stand, unsupported, or not there yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.api import FormProblem, Severity
from forms.definition.model import Bind
from forms.definition.names import ENTITIES
from forms.xml import Element, local

NEWEST_ENTITIES = (2025, 1)
EVENTS = frozenset(
    {"odk-instance-first-load", "odk-instance-load", "odk-new-repeat", "xforms-value-changed", "xforms-ready",
     "xforms-revalidate"}
)  # fmt: skip
_PRELOADS = {
    "uid": None,
    "timestamp": {"start", "end"},
    "date": {"today"},
    "property": {"deviceid", "username", "email", "phonenumber", "phone number"},
}
_BODY = frozenset(
    {"group", "repeat", "input", "secret", "select", "select1", "rank", "range", "upload", "trigger", "label", "hint",
     "help", "alert", "item", "itemset", "value", "copy", "choices", "output", "setvalue", "setgeopoint",
     "recordaudio", "extension", "style"}
)  # fmt: skip
_OF_SELECTS = frozenset({"select", "select1", "rank"})


def answers(document: Element, model: Element, body: Element, binds: Mapping[str, Bind]) -> Iterator[FormProblem]:
    """A problem for each; its code decides of which kind it is, see `forms.api.FormProblem.kind`."""
    yield from _entities(model)
    yield from _actions(model, body)
    yield from _preloads(binds)
    yield from _controls(body)
    yield from _itemsets(body)
    yield from _submission(model)
    yield from _audit(binds)


def _warn(code: str, **values: object) -> FormProblem:
    return FormProblem(Severity.WARNING, code, values)


def _wrong(code: str, **values: object) -> FormProblem:
    return FormProblem(Severity.ERROR, code, values)


def _entities(model: Element) -> Iterator[FormProblem]:
    """Consumers MUST reject forms with a version that is newer than what they can process."""
    written = str(model.get(f"{{{ENTITIES}}}entities-version") or "")
    parts = written.split(".")
    if (
        len(parts) > 1
        and parts[0].isdigit()
        and parts[1].isdigit()
        and (int(parts[0]), int(parts[1])) > NEWEST_ENTITIES
    ):
        yield _wrong("entities_version_not_yet", version=written)


def _actions(model: Element, body: Element) -> Iterator[FormProblem]:
    for element in model:
        if isinstance(element.tag, str) and "odk-new-repeat" in _events(element):
            yield _wrong("new_repeat_outside", path=_target(element))
    for part in (model, body):
        for element in part.iter("{*}setvalue", "{*}setgeopoint", "{*}recordaudio"):
            if local(str(element.tag)) == "recordaudio":
                yield _warn("recordaudio_not_yet", path=_target(element))
            for event in _events(element):
                if event not in EVENTS:
                    yield _warn("event_unsupported", path=_target(element), event=event)


def _events(element: Element) -> list[str]:
    return [event.rpartition(":")[2] for event in str(element.get("event") or "").split()]


def _target(element: Element) -> str:
    return str(element.get("ref") or element.get("bind") or element.get("nodeset") or "")


def _preloads(binds: Mapping[str, Bind]) -> Iterator[FormProblem]:
    for path, bind in binds.items():
        known = _PRELOADS.get(bind.preload, set())
        if bind.preload and known is not None and bind.preload_params.strip().lower() not in known:
            yield _warn("preload_unsupported", path=path, preload=f"{bind.preload} {bind.preload_params}".strip())


def _controls(body: Element) -> Iterator[FormProblem]:
    for element in body.iter():
        name = local(element.tag) if isinstance(element.tag, str) else ""
        if not name or element is body:
            continue
        above = element.getparent()
        if name not in _BODY and above is not None and local(str(above.tag)) in ("body", "group", "repeat"):
            yield _warn("control_unsupported", path=_target(element), control=name)
        elif name not in _OF_SELECTS and str(element.get("appearance") or "").lstrip().startswith("ex:"):
            yield _warn("external_app_unsupported", path=_target(element))


def _itemsets(body: Element) -> Iterator[FormProblem]:
    for element in body.iter("{*}itemset"):
        above = element.getparent()
        path = _target(above) if above is not None else ""
        named = {local(str(child.tag)): str(child.get("ref") or "") for child in element if isinstance(child.tag, str)}
        if not str(element.get("nodeset") or "").strip():
            yield _wrong("itemset_without_list", path=path)
        if not (named.get("value") or named.get("copy")):
            yield _wrong("itemset_without_value", path=path)


def _submission(model: Element) -> Iterator[FormProblem]:
    for element in model.iter("{*}submission"):
        if element.get("base64RsaPublicKey"):
            yield _warn("encryption_unsupported")


def _audit(binds: Mapping[str, Bind]) -> Iterator[FormProblem]:
    for path in binds:
        if path.rpartition("/")[2].rpartition(":")[2] == "audit" and "meta" in path.rpartition("/")[0]:
            yield _warn("audit_not_yet", path=path)
