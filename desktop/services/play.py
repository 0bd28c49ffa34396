"""Scripted fillings: a session file drives the form engine, a result says what it made of it (xform-session/1)."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from forms.load import load_form

from desktop.services.play_state import attribute, changed, choices_of, lookup, snapshot, state
from forms.api import Control, Environment, Form, FormFault, Mode, NodeKind, Rows, Session, Skipped
from forms.errors import Fault
from forms.rows import read_csv, read_geojson, read_xml
from forms.text import Text

WORDS = Text("en")


@dataclass(frozen=True, slots=True)
class Options:
    timing: bool = False
    trace: bool = False


@dataclass(slots=True)
class Played:
    """One session on its way: the clock that it sets and the times that it took, in milliseconds."""

    script: Mapping[str, Any]
    folder: Path
    options: Options
    now: datetime | None = None
    timing: dict[str, Any] = field(default_factory=lambda: {"set_ms": [], "add_ms": []})

    def clock(self) -> datetime:
        zone = ZoneInfo(self.script.get("timezone") or "UTC")
        return (self.now or datetime.now(UTC)).astimezone(zone)

    def fix(self, moment: str | None) -> None:
        if moment is None:
            return
        parsed = datetime.fromisoformat(moment.replace("Z", "+00:00"))
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=ZoneInfo(self.script.get("timezone") or "UTC"))
        self.now = parsed

    def environment(self) -> Environment:
        known = self.script.get("preload") or {}
        return Environment(
            now=self.clock,
            uuid=lambda: str(uuid.uuid4()),
            random=random.SystemRandom().random,
            device_id=known.get("deviceID", "device:test"),
            username=known.get("username", "tester"),
            email=known.get("email", "tester@example.org"),
            phone_number=known.get("phoneNumber", "0"),
            position=self.script.get("location", ""),
            number=lambda kind: f"{kind}-0000-0001",
        )


def play(file: Path, options: Options) -> dict[str, Any]:
    """The result of one session file; it always has a status, whatever went wrong."""
    result: dict[str, Any] = {
        "format": "xform-result/1",
        "engine": {"name": "hamlet", "version": "0.1.0"},
        "session": file.name,
        "status": "ok",
        "steps": [],
    }
    try:
        script = json.loads(file.read_text("utf-8"))
        result["form"] = script.get("form")
        _run(Played(script, file.resolve().parent, options), result)
    except Exception as problem:  # a broken session has a result too
        result["status"] = "error" if "languages" in result else "load_error"
        result["error"] = words(problem)
    return result


def words(problem: Exception) -> str:
    if isinstance(problem, FormFault):
        return "; ".join(p.message(WORDS) for p in problem.problems)[:600]
    if isinstance(problem, Fault):
        return problem.message(WORDS)[:600]
    return f"{type(problem).__name__}: {problem}"[:600]


def _run(played: Played, result: dict[str, Any]) -> None:
    script = played.script
    played.fix(script.get("now"))
    form = _timed(played, "load_ms", lambda: load_form(_xml(played, "form"), name=str(script.get("form", ""))))
    rows = _externals(played, form)
    saved = _xml(played, "instance") if "instance" in script or "instance_xml" in script else None
    mode = Mode.NEW if saved is None else Mode.RESTORE if script.get("mode") == "restore" else Mode.EDIT
    session = _timed(played, "create_ms", lambda: form.open(played.environment(), rows=rows, instance=saved, mode=mode))
    result["languages"] = list(form.languages)
    if script.get("language"):
        session.set_language(script["language"])
    before = snapshot(session) if played.options.trace else {}
    if played.options.trace:
        result["initial"] = before
    for number, step in enumerate(script.get("steps") or []):
        done = _step(played, session, step, number, result)
        if played.options.trace:
            after = snapshot(session)
            done["changes"] = changed(before, after)
            before = after
        result["steps"].append(done)
    result["xml"] = _timed(played, "serialize_ms", lambda: session.submission_xml().decode())
    result["language"] = session.language
    result["nodes"] = snapshot(session)
    if played.options.timing:
        played.timing["max_rss_kb"] = _peak()
        result["timing"] = played.timing


def _timed(played: Played, name: str, work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    try:
        return work()
    finally:
        played.timing[name] = (time.perf_counter() - began) * 1000


def _peak() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _xml(played: Played, key: str) -> bytes:
    text = played.script.get(f"{key}_xml")
    if text is not None:
        return str(text).encode()
    return (played.folder / str(played.script[key])).read_bytes()


def _externals(played: Played, form: Form) -> dict[str, Rows]:
    given = played.script.get("external") or {}
    found: dict[str, Rows] = {}
    for external in form.externals:
        source = given.get(external.src, given.get(external.name))
        if source is None:
            continue
        data = source["text"].encode() if isinstance(source, dict) else (played.folder / source).read_bytes()
        ending = external.name.rpartition(".")[2].lower()
        read = {"xml": read_xml, "geojson": read_geojson, "json": read_geojson}.get(ending, read_csv)
        found[external.id] = read(data)
    return found


def _step(
    played: Played, session: Session, step: Mapping[str, Any], number: int, result: dict[str, Any]
) -> dict[str, Any]:
    done: dict[str, Any] = {"i": number, "ok": True}
    began = time.perf_counter()
    try:
        for name, action in ACTIONS.items():
            if name in step:
                action(played, session, step, done, result)
                break
        else:
            raise ValueError("unknown step")
    except Exception as problem:
        done["ok"], done["error"] = False, words(problem)
    if played.options.timing:
        done["ms"] = (time.perf_counter() - began) * 1000
    return done


Step = Mapping[str, Any]
Done = dict[str, Any]


def _set(played: Played, session: Session, step: Step, done: Done, _: Done) -> None:
    ref, value = step["set"], step.get("value")
    value = "" if value is None else str(value)
    node = lookup(session, ref)
    if node is not None and step.get("pick") is not None and node.relevant and not node.readonly:
        offered = session.choices(ref) if node.control in CHOOSING else ()
        if not offered:
            done["skipped"] = (Skipped.NO_CHOICES if node.control else Skipped.NOT_A_CONTROL).value
            return
        value = " ".join(dict.fromkeys(offered[k % len(offered)].value for k in step["pick"]))
        done["picked"] = value
    if node is None or node.kind is not NodeKind.QUESTION:
        done["skipped"] = (Skipped.MISSING if node is None else Skipped.NOT_A_CONTROL).value
        return
    began = time.perf_counter()
    change = session.set(ref, value, force=bool(step.get("force")))
    played.timing["set_ms"].append((time.perf_counter() - began) * 1000)
    if change.skipped is not None:
        done["skipped"] = change.skipped.value


CHOOSING = (Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK)


def _add(played: Played, session: Session, step: Step, done: Done, _: Done) -> None:
    began = time.perf_counter()
    change = session.add_repeat(step["add_repeat"], after=step.get("after"))
    played.timing["add_ms"].append((time.perf_counter() - began) * 1000)
    if change.skipped is not None:
        done["skipped"] = change.skipped.value


def _remove(_: Played, session: Session, step: Step, done: Done, __: Done) -> None:
    change = session.remove_repeat(step["remove_repeat"], step["index"])
    if change.skipped is not None:
        done["skipped"] = change.skipped.value


def _language(_: Played, session: Session, step: Step, __: Done, ___: Done) -> None:
    if step["language"] not in session.form.languages:
        raise ValueError(f"no such language: {step['language']}")
    session.set_language(step["language"])


def _now(played: Played, _: Session, step: Step, __: Done, ___: Done) -> None:
    played.fix(step["now"])


def _snapshot(_: Played, session: Session, step: Step, __: Done, result: Done) -> None:
    result.setdefault("snapshots", {})[step["snapshot"]] = snapshot(session)


def _choices(played: Played, session: Session, step: Step, done: Done, _: Done) -> None:
    began = time.perf_counter()
    done["n"] = len(choices_of(session, step["choices"]))
    played.timing.setdefault("choice_ms", []).append((time.perf_counter() - began) * 1000)


def _check(_: Played, session: Session, step: Step, done: Done, __: Done) -> None:
    ref, at, name = step["check"].partition("/@")
    node = lookup(session, ref)
    if node is None:
        done["got"] = None
    elif at:
        value = attribute(session, ref, name)
        done["got"] = None if value is None else {"type": "attribute", "value": value}
    else:
        done["got"] = state(session, node)


ACTIONS: Mapping[str, Callable[[Played, Session, Step, Done, Done], None]] = {
    "set": _set,
    "add_repeat": _add,
    "remove_repeat": _remove,
    "language": _language,
    "now": _now,
    "snapshot": _snapshot,
    "choices": _choices,
    "check": _check,
}
