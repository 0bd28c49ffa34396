"""Finalised submissions of the pack's forms, made from their XForms with given answers, and a store to put them in."""

from __future__ import annotations

import atexit
import copy
import random
import shutil
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree

from forms.api import Form, Submission
from forms.load import load_form
from sync.protocol import Role
from sync.store import opening
from sync.store.api import Finalise, Finalised, Identity
from sync.store.store import Store
from sync.vault.keys import DataKey

XF = "{http://www.w3.org/2002/xforms}"
VILLAGE = "990621/990621101/990621101201"
GROUP = "99062110120103"
AUTHOR = "王秀兰"
SECRET = "松树 石桥 清水 稻田"
PACK_LISTS = ("areas.csv", "calendar.csv", "surnames.csv")


class Clock:
    """A clock that goes on a second whenever it is read."""

    def __init__(self, start: str = "2026-11-16T09:00:00+08:00") -> None:
        self.now = datetime.fromisoformat(start)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now.astimezone(timezone(timedelta(hours=8)))


@lru_cache
def _xform(form_id: str) -> bytes:
    return (files("resources") / "xforms" / f"{form_id}.xml").read_bytes()


@lru_cache
def form(form_id: str) -> Form:
    """A form of the pack, compiled."""
    return load_form(_xform(form_id), name=form_id)


def submission(
    form_id: str,
    answers: Mapping[str, str],
    *,
    instance: str,
    entity: str = "",
    label: str = "",
    versions: tuple[str, str, str] = ("", "", ""),
    deprecated: str = "",
    attachments: tuple[str, ...] = (),
    numbers: tuple[tuple[str, str], ...] = (),
) -> Submission:
    """A submission of a pack form with `answers` by question name; unanswered questions are left out."""
    root = copy.deepcopy(etree.fromstring(_xform(form_id)).find(f".//{XF}instance")[0])
    for member in root.findall(f"{XF}member"):
        root.remove(member)
    meta = root.find(f"{XF}meta")
    block = meta.find(f"{XF}entity")
    for element in list(root.iter()):
        name = etree.QName(element).localname
        if len(element) or any(etree.QName(up).localname == "meta" for up in element.iterancestors()) or name == "meta":
            continue
        if name in answers:
            element.text = answers[name]
        else:
            element.getparent().remove(element)
    block.set("id", entity)
    if block.get("update"):
        for name, value in zip(("baseVersion", "trunkVersion", "branchId"), versions, strict=True):
            block.set(name, value)
    if label:
        found = block.find(f"{XF}label")
        if found is None:
            found = etree.SubElement(block, f"{XF}label")
        found.text = label
    meta.find(f"{XF}instanceID").text = instance
    if deprecated:
        etree.SubElement(meta, f"{XF}deprecatedID").text = deprecated
    return Submission(
        etree.tostring(root, encoding="utf-8"),
        instance,
        form_id,
        root.get("version"),
        deprecated,
        attachments,
        numbers,
    )


@dataclass
class Village:
    """A workspace of a village, its writer store, and short ways to record things in it."""

    folder: Path
    key: DataKey
    clock: Clock
    seed: random.Random
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = self.open()

    def open(self, *, writer: bool = True) -> Store:
        return opening.open_store(self.folder, self.key, writer=writer, clock=self.clock, entropy=self.seed.randbytes)

    def uuid(self) -> str:
        return str(uuid.UUID(bytes=self.seed.randbytes(16), version=4))

    def put(self, form_id: str, made: Submission, **more: object) -> Finalised:
        return self.store.records.finalise(Finalise(made, form(form_id), AUTHOR, **more))  # type: ignore[arg-type]

    def household(self, head: str, house: str = "27号", area: str = GROUP, phone: str = "") -> str:
        entity = self.uuid()
        answers = {"head_name": head, "house_no": house, "area": area, "phone": phone}
        made = submission("household", answers, instance=f"uuid:{self.uuid()}", entity=entity, label=f"{head} {house}")
        self.put("household", made)
        return entity

    def change_household(self, entity: str, **answers: str) -> Finalised:
        """An edit, as a form that updates would write it."""
        versions = self.store.entities.versions("households", entity)
        made = submission("household", answers, instance=f"uuid:{self.uuid()}", entity=entity)
        block = '<entity dataset="households" update="1" baseVersion="{}" trunkVersion="{}" branchId="{}"'
        xml = made.xml.replace(b'<entity dataset="households" create="1"', block.format(*versions).encode())
        assert xml != made.xml
        return self.put("household", replace(made, xml=xml))

    def resident(self, name: str, household: str = "", area: str = GROUP, **answers: str) -> str:
        entity = self.uuid()
        given = {"name": name, "household": household, "area": area, **answers}
        made = submission("resident", given, instance=f"uuid:{self.uuid()}", entity=entity, label=name)
        self.put("resident", made)
        return entity

    def request(
        self, resident: str = "", *, matter: str = "H01", label: str = "路灯亮化维护", **answers: str
    ) -> Finalised:
        entity, number = self.uuid(), self.store.records.peek_number("QS")
        given = {
            "requester": "person" if resident else "public",
            "resident": resident,
            "matter": matter,
            "description": "村口的路灯不亮了",
            "urgency": "normal",
            "area": GROUP,
            "category": "H",
            "dept_hint": "NY",
            "days": "5",
            "asked_on": self.clock.now.date().isoformat(),
            "request_no": number,
            "status": "ready",
            **answers,
        }
        made = submission(
            "request",
            given,
            instance=f"uuid:{self.uuid()}",
            entity=entity,
            label=f"{number} {label}",
            numbers=(("QS", number),),
        )
        return self.put("request", made)

    def event(self, form_id: str, request: str, **answers: str) -> Finalised:
        versions = self.store.entities.versions("requests", request)
        made = submission(
            form_id,
            {"request": request, **answers},
            instance=f"uuid:{self.uuid()}",
            entity=request,
            versions=versions,
        )
        return self.put(form_id, made)


def identity(seed: random.Random, *, role: Role = Role.VILLAGE, area: str = VILLAGE, device: str = "d1") -> Identity:
    return Identity(
        device, role, area, "SQA", seed.randbytes(32), hub="hub-1", hub_name="柳林镇", hub_identity=bytes(32)
    )


def new_village(folder: Path, *, seed: int = 1, **who: Any) -> Village:
    """A workspace with the pack's lists, as if just made: copied from one that was."""
    template, key = _template(seed, tuple(sorted(who.items())))
    shutil.copytree(template, folder)
    folder.chmod(0o700)
    return Village(folder, key, Clock(), random.Random(seed + 1000))


@lru_cache
def _template(seed: int, who: tuple[tuple[str, Any], ...]) -> tuple[Path, DataKey]:
    place = Path(tempfile.mkdtemp(prefix="hamlet-test-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    chance, clock, folder = random.Random(seed), Clock(), place / "workspace"
    mine = identity(chance, **dict(who))
    key = opening.create(folder, user=AUTHOR, secret=SECRET, identity=mine, clock=clock, entropy=chance.randbytes)
    village = Village(folder, key, clock, chance)
    for name in PACK_LISTS:
        village.store.lists.put(name, (files("resources") / "pack" / name).read_bytes())
    village.store.close()
    return folder, key
