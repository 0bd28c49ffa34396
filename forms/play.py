"""Neutral session files for comparing engines: play the steps, say what came of them.

The formats are `xform-session/1` and `xform-result/1`: a session names a form, an instance, steps and checks;
the result holds the state of every node. Files are read through `read`, so that this stays pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from forms.api import Change, Control, Environment, FormFault, Mode, Node, NodeKind, Rows, Skipped
from forms.engine.session import FillingSession
from forms.errors import Fault
from forms.load import LoadedForm, load_form
from forms.rows import read as read_rows
from forms.text import Text

MAX_CHOICES = 60
_DEFAULTS = {"deviceID": "device:test", "username": "tester", "email": "tester@example.org", "phoneNumber": "0"}
_TRACED = ("value", "relevant", "readonly", "required", "valid", "violation", "label", "hint", "count", "choices")
Json = dict[str, Any]
Read = Callable[[str], bytes]


@dataclass(slots=True)
class Stage:
    """What a play needs of the world. `timer` gives seconds; without it nothing is timed."""

    clock: Callable[[], datetime]
    uuid: Callable[[], str]
    random: Callable[[], float]
    timer: Callable[[], float] | None = None
    text: Text = field(default_factory=lambda: Text("en"))
    signed: Callable[[bytes, bytes, bytes], bool] | None = None


class _Clock:
    """The session's clock: stands still where the session says so."""

    def __init__(self, session: Json, stage: Stage) -> None:
        self.zone = ZoneInfo(str(session.get("timezone") or "UTC"))
        self.stage = stage
        self.fixed: datetime | None = None
        self.set(session.get("now"))

    def set(self, iso: object) -> None:
        if iso:
            moment = datetime.fromisoformat(str(iso).replace("Z", "+00:00"))
            self.fixed = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def __call__(self) -> datetime:
        return (self.fixed or self.stage.clock()).astimezone(self.zone)


def play(session: Json, read: Read, stage: Stage, *, trace: bool = False) -> Json:
    """The result of a session. What goes wrong is told in it: nothing but the end of the program is raised.

    `read` gets paths as the session writes them and raises OSError where there is no file.
    """
    result: Json = {"format": "xform-result/1", "engine": {"name": "hamlet"}, "status": "ok", "steps": []}
    if "form" in session:
        result["form"] = session["form"]
    try:
        _Play(session, read, stage, result, trace).run()
    except FormFault as fault:
        result["status"] = "load_error"
        result["error"] = "; ".join(_words(problem, stage.text) for problem in fault.problems)[:2000]
    except Fault as fault:
        result["status"] = "error" if "languages" in result else "load_error"
        result["error"] = _words(fault, stage.text)
    except Exception as error:  # a session must not end the others
        result["status"] = "error" if "languages" in result else "load_error"
        result["error"] = f"{type(error).__name__}: {error}"
    return result


def _words(told: Any, text: Text) -> str:
    try:
        return str(told.message(text))
    except (KeyError, FileNotFoundError):
        return str(told)


class _Play:
    def __init__(self, session: Json, read: Read, stage: Stage, result: Json, trace: bool) -> None:
        self.session = session
        self.read = read
        self.stage = stage
        self.result = result
        self.trace = trace
        self.clock = _Clock(session, stage)
        self.timing: dict[str, Any] = {"set_ms": [], "add_ms": []}

    def now_ms(self) -> float:
        return self.stage.timer() * 1000 if self.stage.timer is not None else 0.0

    def run(self) -> None:
        xml = self.session.get("form_xml")
        content = xml.encode() if isinstance(xml, str) else self.read(str(self.session["form"]))
        begun = self.now_ms()
        form = load_form(content)
        self.timing["load_ms"] = self.now_ms() - begun
        begun = self.now_ms()
        filling = self.open(form)
        self.timing["create_ms"] = self.now_ms() - begun
        self.result["languages"] = list(form.languages) or [""]
        before = snapshot(filling) if self.trace else {}
        if self.trace:
            self.result["initial"] = before
        for number, step in enumerate(self.session.get("steps") or ()):
            done = self.step(filling, number, step)
            if self.trace:
                after = snapshot(filling)
                done["changes"] = _difference(before, after)
                before = after
            self.result["steps"].append(done)
        begun = self.now_ms()
        filling.stamp()
        self.result["xml"] = filling.submission_xml().decode()
        self.timing["serialize_ms"] = self.now_ms() - begun
        self.result["language"] = filling.language
        self.result["nodes"] = snapshot(filling)
        if self.stage.timer is not None:
            self.result["timing"] = self.timing

    def open(self, form: LoadedForm) -> FillingSession:
        preload = {**_DEFAULTS, **(self.session.get("preload") or {})}
        environment = Environment(
            now=self.clock,
            uuid=self.stage.uuid,
            random=self.stage.random,
            device_id=str(preload["deviceID"]),
            username=str(preload["username"]),
            email=str(preload["email"]),
            phone_number=str(preload["phoneNumber"]),
            position=str(self.session.get("location") or ""),
            signed=self.stage.signed,
        )
        instance, mode = self.instance()
        filling = form.open(environment, rows=self.rows(form), instance=instance, mode=mode)
        if self.session.get("language"):
            filling.set_language(str(self.session["language"]))
        return filling

    def instance(self) -> tuple[bytes | None, Mode]:
        written = self.session.get("instance_xml")
        if isinstance(written, str):
            content = written.encode()
        elif self.session.get("instance"):
            content = self.read(str(self.session["instance"]))
        else:
            return None, Mode.NEW
        return content, Mode.RESTORE if self.session.get("mode") == "restore" else Mode.EDIT

    def rows(self, form: LoadedForm) -> Mapping[str, Rows]:
        external = self.session.get("external") or {}
        found: dict[str, Rows] = {}
        for one in form.externals:
            given = external.get(one.src, external.get(one.name))
            if given is None:
                continue
            content = given["text"].encode() if isinstance(given, dict) else self.read(str(given))
            found[one.id] = read_rows(one.name, content)
        return found

    # -- steps ---------------------------------------------------------------------------------

    def step(self, filling: FillingSession, number: int, step: Json) -> Json:
        done: Json = {"i": number, "ok": True}
        begun = self.now_ms()
        try:
            self.act(filling, step, done)
        except Fault as fault:
            done["ok"] = False
            done["error"] = _words(fault, self.stage.text)
        except (LookupError, ValueError, RecursionError) as error:
            done["ok"] = False
            done["error"] = f"{type(error).__name__}: {error}"
        if self.stage.timer is not None:
            done["ms"] = self.now_ms() - begun
        return done

    def act(self, filling: FillingSession, step: Json, done: Json) -> None:
        if "set" in step:
            self.set(filling, step, done)
        elif "add_repeat" in step:
            begun = self.now_ms()
            _skipped(filling.add_repeat(str(step["add_repeat"]), after=step.get("after")), done)
            self.timing["add_ms"].append(self.now_ms() - begun)
        elif "remove_repeat" in step:
            _skipped(filling.remove_repeat(str(step["remove_repeat"]), int(step["index"])), done)
        elif "language" in step:
            filling.set_language(str(step["language"]))
        elif "now" in step:
            self.clock.set(step["now"])
        elif "snapshot" in step:
            self.result.setdefault("snapshots", {})[step["snapshot"]] = snapshot(filling)
        elif "choices" in step:
            begun = self.now_ms()
            done["n"] = len([choice.label for choice in filling.choices(str(step["choices"]))])
            self.timing.setdefault("choice_ms", []).append(self.now_ms() - begun)
        elif "check" in step:
            done["got"] = _checked(filling, str(step["check"]))
        else:
            raise ValueError("unknown step")

    def set(self, filling: FillingSession, step: Json, done: Json) -> None:
        reference, value = str(step["set"]), str(step.get("value") or "")
        if step.get("pick"):
            refusal = filling.refusal(reference, force=bool(step.get("force")))
            if refusal is not None:
                done["skipped"] = refusal.value
                return
            values = [choice.value for choice in filling.choices(reference)]
            if not values:
                done["skipped"] = Skipped.NO_CHOICES.value
                return
            value = " ".join(dict.fromkeys(values[k % len(values)] for k in step["pick"]))
            done["picked"] = value
        begun = self.now_ms()
        _skipped(filling.set(reference, value, force=bool(step.get("force"))), done)
        if "skipped" not in done:
            self.timing["set_ms"].append(self.now_ms() - begun)


def _skipped(change: Change, done: Json) -> None:
    if change.skipped is not None:
        done["skipped"] = change.skipped.value


def _checked(filling: FillingSession, reference: str) -> Json | None:
    try:
        node = filling.node(reference)
    except LookupError:
        return None
    if "/@" in reference:
        return {"type": "attribute", "value": node.value}
    return state(filling, node)


def snapshot(filling: FillingSession) -> dict[str, Json]:
    """The state of every node, attributes included, by reference."""
    return {node.ref: state(filling, node) for node in filling.everything()}


def state(filling: FillingSession, node: Node) -> Json:
    """A node's state in the neutral format."""
    if "/@" in node.ref:
        return {"type": "attribute", "value": node.value, "relevant": node.relevant}
    found: Json = {"type": _type(node), "relevant": node.relevant, "readonly": node.readonly}
    if node.kind is NodeKind.QUESTION:
        found |= {
            "value_type": node.type,
            "value": node.value,
            "required": node.required,
            "valid": node.valid,
        }
        if node.violation:
            found |= {"violation": node.violation, "message": _flat(node.message)}
        if node.hint:
            found["hint"] = _flat(node.hint)
    if node.label or node.control is not None:
        found["label"] = _flat(node.label)
    if node.kind is NodeKind.REPEAT:
        found["count"] = node.count
    if node.control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK):
        choices = filling.choices(node.ref)
        shown = [[choice.value, _flat(choice.label)] for choice in choices[:MAX_CHOICES]]
        found["choices"] = {"n": len(choices), "items": shown}
    return found


def _flat(text: str) -> str:
    return " ".join(text.split())


def _type(node: Node) -> str:
    if node.kind is NodeKind.QUESTION:
        return str(node.control) if node.control is not None else "model-value"
    return {NodeKind.REPEAT: "repeat-range", NodeKind.INSTANCE: "repeat-instance"}.get(node.kind, "group")


def _difference(before: Mapping[str, Json], after: Mapping[str, Json]) -> Json:
    changes: Json = {}
    for reference, now in after.items():
        then = before.get(reference)
        if then is None:
            changes[reference] = {"added": True, "value": now.get("value")}
            continue
        differing = {name: now.get(name) for name in _TRACED if then.get(name) != now.get(name)}
        if differing:
            changes[reference] = differing
    changes |= {reference: {"removed": True} for reference in before if reference not in after}
    return changes


__all__ = ["Stage", "play", "snapshot"]
