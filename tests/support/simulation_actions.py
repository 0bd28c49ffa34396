"""What people do in the simulated world, and what befalls them between: one action a step."""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta
from importlib.resources import files
from typing import Any

import plain_records
from envelopes import new_uuid
from hub_world import VILLAGE
from simulation_faults import Violation
from simulation_records import household_edit, of_version
from simulation_road import road_event, step
from simulation_site import CODEC
from simulation_world import Laptop, World, Written, short

from forms.casework.merging import Act
from forms.errors import Fault
from sync import crypto
from sync.protocol import Anchor, Envelope, Push, Run
from sync.store.api import FormSource, RequestQuery, ReviewItem
from sync.wire import purpose, signed_part

FORMS = ("decision", "household", "request", "request_update", "resident", "told")
TOWNSHIP_SAYS: tuple[tuple[str, dict[str, str]], ...] = (
    ("receive", {}),
    ("assign", {"dept": "power", "days": "5"}),
    ("answer", {"outcome": "done", "did": "修好了", "answer_text": "修好了"}),
    ("return", {"return_text": "请写清楚哪一盏"}),
    ("close", {}),
)
BACKED_UP = {"hub_restored", "hub_restored_unnoticed", "pruned"}
REACTIONS = ("satisfied", "unsatisfied", "unclear")


def begin(world: World) -> None:
    """Who does something in this world, and the forms that it knows."""
    world.act = act
    for name in FORMS:
        xform = (files("resources") / "xforms" / f"{name}.xml").read_bytes()
        world.sources[name, plain_records.version_of(name)] = xform


def act(world: World, busy: Laptop | None = None) -> None:
    """One thing happens; `busy` is the laptop whose hand-over it happens in."""
    if busy is None:
        _befall(world)
        road_event(world)
    laptop = world.laptops[world.chance.choice(tuple(world.laptops))]
    what = world.chance.random()
    if busy is not None and what < 0.25:
        _edit(world, busy)
        laptop = busy
    elif laptop.busy or what < 0.5:
        write(world, laptop)
    elif what < 0.95 and laptop.name in world.profile.road.by_stick:
        step(world, laptop)
    elif what < 0.95:
        laptop.hand_over()
    else:
        _restart(world, laptop)
    world.checks.laptop(laptop)
    world.checks.hub()


def _restart(world: World, laptop: Laptop) -> None:
    if world.chance.random() < 0.5:
        world.say(f"{laptop.name} is switched off and on")
        laptop.restart()
        world.checks.sound(laptop)
    else:
        world.say("the hub is switched off and on")
        world.site.restart()


def _befall(world: World) -> None:
    """What nobody does on purpose."""
    if world.happens("clocks"):
        _clocks(world)
    if world.late and world.happens("late"):
        deliver_late(world)
    if world.chance.random() < 0.2 and world.profile.likely.keys() & BACKED_UP:
        _back_up_hub(world)
    for fault, noticed in (("hub_restored", True), ("hub_restored_unnoticed", False)):
        if world.images and world.happens(fault):
            _restore_hub(world, noticed=noticed)
    if world.profile.likely.keys() & {"laptop_restored", "laptop_restored_by_tool"}:
        _laptop_images(world)
    if world.happens("enrolled_anew"):
        enrol_anew(world, world.laptops[world.chance.choice(tuple(world.laptops))])
    if world.happens("pruned"):
        _prune(world)
    if world.happens("new_form"):
        _new_form(world)
    if world.happens("twin"):
        _twin(world)
    if world.happens("rot"):
        world.laptops[world.chance.choice(tuple(world.laptops))].rot = True


def _clocks(world: World) -> None:
    jump = timedelta(seconds=world.chance.choice((-86_400 * 3, -3_600, -5, 5, 3_600, 86_400 * 3)))
    name = world.chance.choice(("hub", *world.laptops))
    world.say(f"the clock of {name} jumps by {jump.total_seconds():.0f} s")
    if name == "hub":
        world.site.offset += jump
    else:
        world.laptops[name].offset += jump


def deliver_late(world: World) -> None:
    """A request that was under way reaches the hub; nobody waits for the answer."""
    site, call, kind, body = world.late.pop(world.chance.randrange(len(world.late)))
    world.say(f"a late {call} reaches the {site.name}")
    with contextlib.suppress(Fault):
        site.answer(call, kind, body)


def _restore_hub(world: World, *, noticed: bool) -> None:
    newest = "pruned" in world.profile.likely  # only from the newest is nothing missing that laptops have let go of
    at = len(world.images) - 1 if newest else world.chance.randrange(len(world.images))
    world.say(f"the hub is put back to image {at}{' with a new epoch' if noticed else ''}")
    world.site.restore(world.images[at], noticed=noticed)
    world.checks.went_back(world.site)
    _let_in_again(world)


def _back_up_hub(world: World) -> None:
    world.images.append(world.site.image())
    n = world.site.disk.ask("SELECT n FROM log_head")[0][0]
    with contextlib.suppress(Fault):
        world.site.hub.backed_up(n)
    world.say(f"the hub is backed up at {n}, image {len(world.images) - 1}")


def _prune(world: World) -> None:
    laptop = world.laptops[world.chance.choice(tuple(world.laptops))]
    found = laptop.store.outbox.prune(before="9999")
    if found.records:
        world.say(f"{laptop.name} lets go of {found.records} records")


def enrol_anew(world: World, laptop: Laptop) -> None:
    """Its person gets another code, as if the laptop had never been here."""
    identity = world.site.admit(laptop.identity, world.chance)
    world.say(f"{laptop.name} enrols anew as {identity.device}")
    laptop.enrol_anew(identity)


def _let_in_again(world: World) -> None:
    """A hub put back to a time before a laptop was given a new code does not know it: it gets another."""
    there = {row[0] for row in world.site.disk.ask("SELECT id FROM device")}
    for laptop in world.laptops.values():
        former = laptop.store.succession(again=True)
        if laptop.identity.device not in there and (former is None or former.former.device not in there):
            enrol_anew(world, laptop)


def _laptop_images(world: World) -> None:
    laptop = world.laptops[world.chance.choice(tuple(world.laptops))]
    if world.chance.random() < 0.3:
        laptop.images.append(laptop.disk.image())
    for fault, tool in (("laptop_restored", False), ("laptop_restored_by_tool", True)):
        if laptop.images and world.happens(fault):
            at = world.chance.randrange(len(laptop.images))
            world.say(f"{laptop.name} is put back to its image {at}{' by the tool' if tool else ''}")
            laptop.restore(laptop.images[at], tool=tool)
            world.checks.laptop_went_back(laptop)
            _let_in_again(world)


def _new_form(world: World) -> None:
    """A township brings another version of a form; what it fills in may reach the hub before the form does."""
    laptop = world.laptops.get("T1")
    if laptop is None:
        return
    old = plain_records.version_of("household")
    version = f"{3_000_000_000 + len(world.sources)}"
    base = world.sources["household", old]
    xform = re.sub(rf'\bversion="{old}"'.encode(), f'version="{version}"'.encode(), base, count=1)
    world.sources["household", version] = xform
    world.say(f"T1 has household/{version}")
    source = FormSource("household", version, "household", xform)
    laptop.store.forms.add(source)
    uuid = new_uuid(laptop.chance)
    xml = of_version(plain_records.household(laptop.chance, uuid=uuid), old, version)
    _save(world, laptop, "household", xml, version=version, creates=("households", uuid))
    if world.chance.random() < 0.5:
        laptop.hand_over()
    laptop.made_forms.append(source)
    laptop.new_forms.append(source)


def _twin(world: World) -> None:
    """A broken laptop sends other bytes under the name of a record that the hub has."""
    known = {row[0] for row in world.site.disk.ask("SELECT instance_id FROM record")}
    candidates = sorted(known & world.ledger.keys())
    if not candidates:
        return
    record = world.ledger[world.chance.choice(candidates)]
    laptop = world.laptops[record.by]
    row = world.site.disk.ask(
        "SELECT device, seq, area, form_version FROM record WHERE instance_id = ?", record.instance_id
    )[0]
    if row[0] != laptop.identity.device:
        return
    world.say(f"{laptop.name} sends {short(record.instance_id)} with other bytes")
    body = _forged(world, laptop, record, seq=row[1] + 1_000, area=row[2], version=row[3])
    with contextlib.suppress(Fault):
        world.site.answer("push", Push, body)


def _forged(world: World, laptop: Laptop, record: Written, *, seq: int, area: str, version: str) -> bytes:
    xml = record.xml.replace(b"</data>", b" </data>")
    salt = laptop.chance.randbytes(16)
    envelope = Envelope(
        instance_id=record.instance_id,
        form_id=record.form,
        form_version=version,
        xml=xml,
        salt=salt,
        commit=crypto.commit(salt, xml, ()),
        attachments=(),
        area=area,
        author="王秀兰",
        device=laptop.identity.device,
        seq=seq,
        wall_time="2026-11-21T08:00:00Z",
        clock_offset=0,
    )
    key = crypto.SigningKey.load(laptop.identity.key)
    before = laptop.chance.randbytes(32)
    run = Run(laptop.identity.device, before, (envelope,), key.sign("run", crypto.links(before, [envelope])[-1]))
    message = Push(laptop.chance.randbytes(16), laptop.identity.device, Anchor("", 0, bytes(32)), run, b"")
    world.checks.twins.add((record.instance_id, envelope.commit))
    signed = Push(message.nonce, message.device, message.anchor, run, key.sign(purpose(message), signed_part(message)))
    return CODEC.encode(signed)


# ---- writing


def write(world: World, laptop: Laptop) -> None:
    """The laptop's person finalises something."""
    chance = laptop.chance
    if world.happens("decisions") and _decide(world, laptop):
        return
    requests = laptop.store.requests.list(RequestQuery(), limit=20).rows
    what = chance.random()
    if laptop.township and requests and what < 0.75:
        action, answers = chance.choice(TOWNSHIP_SAYS)
        uuid = chance.choice(requests).uuid
        xml = plain_records.update(chance, uuid, action, **answers)
        _save(world, laptop, "request_update", xml, event_of=uuid)
    elif not laptop.township and requests and what < 0.3:
        _village_event(world, laptop, chance.choice(requests).uuid)
    elif what < 0.55:
        _edit(world, laptop)
    elif what < 0.75:
        uuid = new_uuid(chance)
        _save(
            world,
            laptop,
            "household",
            plain_records.household(chance, area=_group(laptop), uuid=uuid),
            creates=("households", uuid),
        )
    elif not laptop.township:
        uuid = new_uuid(chance)
        photo = chance.randbytes(60_000) if world.happens("photo") else b""
        xml = plain_records.request(chance, area=_group(laptop), uuid=uuid)
        if chance.random() < 0.2:
            xml = xml.replace(b"<urgency>normal<", b"<urgency>emergency<")
        _save(world, laptop, "request", xml, creates=("requests", uuid), photo=photo)


def _group(laptop: Laptop) -> str:
    """A group of the laptop's village; of the first one for the township."""
    return f"{VILLAGE if laptop.township else laptop.area}01"


def _village_event(world: World, laptop: Laptop, uuid: str) -> None:
    chance = laptop.chance
    if chance.random() < 0.6:
        xml = plain_records.told(chance, uuid, reaction=chance.choice(REACTIONS))
        _save(world, laptop, "told", xml, event_of=uuid)
    else:
        xml = plain_records.update(chance, uuid, "supplement", note_text="补充")
        _save(world, laptop, "request_update", xml, event_of=uuid)


def _decide(world: World, laptop: Laptop) -> bool:
    """Somebody decides who is who, or which value stands; False where there is nothing to decide."""
    chance, store = laptop.chance, laptop.store
    known = store.entities.list("households", limit=20).rows
    made = [item for item in store.decisions.all() if item.decided.act in (Act.MERGE, Act.DIFFERENT)]
    reviews = store.decisions.reviews("households")
    what, edits = chance.random(), None
    if reviews and what < 0.5:
        xml, edits = _settled(laptop, chance.choice(reviews))
    elif laptop.township and made and what < 0.65:
        undone = chance.choice(made)
        xml = plain_records.decision(chance, "undo", undone.decided.kept, undone=undone.decided.instance_id)
    elif len(known) > 1:
        kept, other = chance.sample([row.uuid for row in known], 2)
        act = chance.choice(("merge", "merge", "different")) if laptop.township else "propose"
        xml = plain_records.decision(chance, act, kept, other=other)
    else:
        return False
    _save(world, laptop, "decision", xml, edits=edits)
    return True


def _settled(laptop: Laptop, found: ReviewItem) -> tuple[bytes, tuple[str, str, str] | None]:
    """What somebody makes of values that contradict each other, or of a change that is held; and what that writes."""
    chance = laptop.chance
    if found.held and laptop.township:
        act = chance.choice(("take", "drop"))
        return plain_records.decision(chance, act, found.uuid, about=found.held[0].instance_id), None
    about = " ".join(sorted({said.instance_id for each in found.disputed for said in each.sides}))
    if not about:
        return plain_records.decision(chance, "propose", found.uuid, other=new_uuid(chance)), None
    each = chance.choice(found.disputed)
    chosen = {each.name: chance.choice(each.sides).value} if chance.random() < 0.7 else {}
    versions = laptop.store.entities.versions("households", found.uuid)
    xml = plain_records.decision(chance, "conflict", found.uuid, about=about, versions=versions, **chosen)
    return xml, next(((found.uuid, name, value) for name, value in chosen.items()), None)


def _edit(world: World, laptop: Laptop) -> None:
    known = laptop.store.entities.list("households", limit=20).rows
    if not known:
        return
    uuid = laptop.chance.choice(known).uuid
    if world.happens("same_house") and world.edited in {row.uuid for row in known}:
        uuid = world.edited
    world.edited = uuid
    question = laptop.chance.choice(("head_name", "house_no"))
    answer = laptop.chance.choice("王李张刘陈杨赵黄周吴") + laptop.chance.choice("秀兰桂芳建国志强明丽")
    versions = laptop.store.entities.versions("households", uuid)
    xml = household_edit(laptop.chance, uuid, versions, **{question: answer})
    _save(world, laptop, "household", xml, edits=(uuid, question, answer))


def _save(world: World, laptop: Laptop, form: str, xml: bytes, *, version: str = "", **what: Any) -> None:
    record = Written(plain_records.instance_id(xml), form, xml, laptop.name, **what)
    world.say(f"{laptop.name} writes {form} {short(record.instance_id)}")
    if record.instance_id in world.ledger:
        raise Violation("simulator", "an instanceID came twice")
    laptop.finalise(record, version=version)
