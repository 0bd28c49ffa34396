"""Real workspaces handing over to a real hub."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import plain_records
from hub_world import Direct, World

from forms.api import Form, Submission
from forms.load import load_form
from sync.client import engine
from sync.client.transport import Transport
from sync.hub import opening as hub_opening
from sync.protocol import Role
from sync.store import opening
from sync.store.api import Finalise, NewAttachment
from sync.store.store import Store

PACK = ("household", "request", "request_update", "resident", "told")


def pack_form(name: str, cache: dict[str, Form] = {}) -> Form:  # noqa: B006  compiled once for all tests
    if name not in cache:
        cache[name] = load_form((files("resources") / "xforms" / f"{name}.xml").read_bytes())
    return cache[name]


def quick_world(**changes: Any) -> engine.World:
    """The world of a hand-over that waits for nothing."""
    return engine.World(**{"seconds": time.monotonic, "wait": lambda _seconds: False, "chance": lambda: 0.5, **changes})


@dataclass(slots=True)
class Workspace:
    """An enrolled workspace with its store, written by the thread that made it."""

    store: Store
    transport: Transport
    chance: random.Random
    seen: list[engine.Progress] = field(default_factory=list)

    def finalise(self, form: str, xml: bytes, *, attachments: tuple[NewAttachment, ...] = ()) -> str:
        """Store a record as filled in; returns its instanceID."""
        submission = Submission(
            xml=xml,
            instance_id=plain_records.instance_id(xml),
            form_id=form,
            form_version=plain_records.version_of(form),
            attachments=tuple(file.name for file in attachments),
        )
        made = Finalise(submission=submission, form=pack_form(form), author="王秀兰", attachments=attachments)
        return self.store.records.finalise(made).instance_id

    def hand_over(self, *, transport: Transport | None = None, **changes: Any) -> engine.HandOver:
        budget = changes.pop("budget", None)
        world = quick_world(progress=self.seen.append, **changes)
        return engine.hand_over(self.on_store, transport or self.transport, world, budget=budget)

    def on_store(self, work: Callable[[Store], Any]) -> Any:
        return work(self.store)


def make_workspace(
    folder: Path, world: World, area: str, role: Role, *, seed: int, transport: Transport | None = None, url: str = ""
) -> Workspace:
    identity = replace(world.laptop(area, role, seed=seed).identity, url=url or "https://hub")
    key = opening.create(folder, user="王秀兰", secret="a quiet river runs", identity=identity, clock=world.clock)
    store = opening.open_store(folder, key, writer=True, clock=world.clock)
    store.lists.put("areas.csv", hub_opening.pack_areas())
    return Workspace(store, transport or Direct(world.hub), random.Random(seed))
