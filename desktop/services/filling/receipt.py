"""What is told when a form was handed in: the number, the five steps to come, a sentence to read out, the slip."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from desktop.services.context import Context, whole
from desktop.services.filling.filling_values import Follow, Opening, Step, Stored
from desktop.services.filling.slip_names import NAMES
from forms.api import Session
from sync import receipts
from sync.store.api import Finalised

VISIT, REQUESTS = "visit", "requests"
TELL_DAYS = 3  # telling has its own goal of three working days: form-pack.md, 3


def bare(finalised: Finalised, opening: Opening) -> Stored:
    """What was stored, without words for anybody."""
    uuid = finalised.entities[0][1] if finalised.entities else finalised.request
    return Stored(finalised.instance_id, finalised.ref, finalised.form_id, opening.title, uuid)


def receipt(finalised: Finalised, opening: Opening, context: Context) -> Stored:
    """The `Stored` of a record; steps, slip and sentence where it opened a request."""
    stored = bare(finalised, opening)
    uuid = stored.uuid
    if finalised.form_id == VISIT:
        return replace(stored, then=_asked_on_visit(_values(opening.session), context))
    if not _opens_request(finalised, opening):
        return stored
    said = _values(opening.session)
    days = whole(said.get("days", "")) or 0
    calendar, today, text = context.calendar(), context.today(), context.text
    received = calendar.due(today, 1).day
    due = calendar.due(received, days).day if days else None
    matter = context.matter(said.get("matter", ""))
    now = context.clock.now()
    steps = (
        Step(text("services.step_village"), text("services.step_village_now", time=f"{now:%H:%M}"), "done", today),
        Step(text("services.step_hand_over"), text("services.step_hand_over_waiting"), "now"),
        Step(text("services.step_assign"), text("services.step_assign_days", days=1), "later"),
        Step(
            text("services.step_department"),
            text("services.step_department_days", days=days) if days else text("services.step_department_open"),
            "later",
            due,
        ),
        Step(text("services.step_tell"), text(f"services.step_tell_{said.get('tell_by') or 'face'}"), "later"),
    )
    return Stored(
        finalised.instance_id,
        finalised.ref,
        finalised.form_id,
        matter,
        uuid,
        steps=steps,
        read_out=_sentence(finalised.ref, matter, days, said, context),
        slip=_slip(finalised.ref, matter, due, said, context),
        who=who_asks(said, context),
        code=_code(finalised.instance_id, context),
    )


def _opens_request(finalised: Finalised, opening: Opening) -> bool:
    """A request, a hazard, an opinion that wants an answer: not what handles or tells one."""
    creating = any(each.dataset == REQUESTS and each.creates for each in opening.form.entities)
    return creating and any(dataset == REQUESTS for dataset, _ in finalised.entities)


def _asked_on_visit(said: dict[str, str], context: Context) -> Follow | None:
    """The request that a visit ended with, for whom was met: the only one, or the head among them or of the house."""
    if said.get("need") != "yes":
        return None
    met = said.get("seen", "").split()
    if len(met) != 1:
        met = [uuid for uuid in met or _members(said.get("household", ""), context) if _is_head(uuid, context)]
    return Follow("request", (("requester", "person"), ("resident", met[0])) if met else ())


def _members(household: str, context: Context) -> list[str]:
    home = context.store.entities.get(household, "households")
    everybody = context.store.entities.all("residents", area=home.area) if home is not None else ()
    return [item.uuid for item in everybody if item.properties.get("household") == household and not item.deleted]


def _is_head(uuid: str, context: Context) -> bool:
    item = context.store.entities.get(uuid, "residents")
    return item is not None and item.properties.get("relation") == "head"


def _code(instance_id: str, context: Context) -> str:
    """What the township's page asks for beside the number, so that a number alone tells nobody anything."""
    record = context.store.records.get(instance_id)
    return receipts.code(record.salt, instance_id) if record is not None and record.salt else ""


def _values(session: Session) -> dict[str, str]:
    """Leaf values by question name; calculated ones too."""
    found = {}
    for question in session.form.questions:
        if question.repeats:
            continue
        try:
            node = session.node(question.path)
        except LookupError:
            continue
        if node.relevant:
            found[question.name] = node.value
    return found


def who_asks(said: dict[str, str], context: Context) -> str:
    """The resident's name, or the one that was written down."""
    resident = said.get("resident", "")
    if resident:
        item = context.store.entities.get(resident, "residents")
        if item is not None:
            return item.properties.get("full_name", item.label)
    return said.get("visitor_name", "")


def _sentence(ref: str, matter: str, days: int, said: dict[str, str], context: Context) -> str:
    text = context.text
    telephone = said.get("phone", "")
    parts = [text("services.read_out", matter=matter, ref=ref)]
    if days:
        parts.append(text("services.read_out_days", days=days))
    if said.get("tell_by") == "phone" and telephone:
        parts.append(text("services.read_out_phone", tail=telephone[-4:]))
    else:
        parts.append(text("services.read_out_tell"))
    return "".join(parts) if context.language == "zh" else " ".join(parts)


def _slip(
    ref: str, matter: str, due: date | None, said: dict[str, str], context: Context
) -> tuple[tuple[str, str], ...]:
    text = context.text
    now = context.clock.now()
    named = context.store.settings.get(NAMES) == "yes"
    lines = [
        (text("services.slip_number"), ref),
        (text("services.slip_name"), who_asks(said, context) if named else ""),
        (text("services.slip_matter"), matter),
        (text("services.slip_recorded"), f"{now:%Y-%m-%d %H:%M}"),
        (text("services.slip_by"), context.actor.user),
    ]
    if due is not None:
        lines.append((text("services.slip_answer"), text("services.slip_about", day=due.isoformat())))
    return tuple(line for line in lines if line[1])
