"""What happens in an invented village besides requests: who belongs to which group, visits, hazards; repeatable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.services.desk import TheDesk
from desktop.services.people.people import age
from desktop.services.trying.demo import Invention, Maker, Planned, plan_for
from sync.store.api import EntityItem

OLD, CHILD = 65, 14
AIDS = ("dibao", "edge", "monitor_unstable", "tekun")
HAZARDS = (
    ("water", "serious", "水塘边没有护栏，孩子常去玩水", "老桥头水塘", "sign ring"),
    ("water", "small", "河湾水深，警示牌被水冲走了", "下游回水湾", "none"),
    ("house", "serious", "土墙裂了一条缝，下雨往里渗水", "村口第二家", ""),
    ("road", "small", "路边塌了半边，三轮车要绕着走", "晒坝下面的弯道", ""),
    ("power", "serious", "电线垂到路边，风一吹就晃", "小学背后", ""),
    ("landslide", "serious", "屋后山坡掉土，坡脚有新的裂缝", "后山脚", ""),
)
FOUND = (("none", ""), ("none", ""), ("ill", "腿疼，走不远"), ("house", "屋顶有一处漏雨"), ("policy", "想问高龄津贴"))
WAYS = ("door", "door", "door", "phone", "met", "nobody")


@dataclass(frozen=True, slots=True)
class Lived:
    corrections: int
    visits: int
    hazards: int


def live(desk: TheDesk, *, visits: int, hazards: int, seed: int) -> Lived:
    """Give people of the desk's area their groups, visit `visits` times, report `hazards`.

    Visits lie within the last seven weeks. A copy of a workspace gets the same from the same seed.
    """
    plan = plan_for(desk, households=0, seed=seed)
    maker = Maker(desk)
    invention = Invention(f"{plan.seed}/life", today=plan.today, stock=plan.stock)
    homes, people = (_everybody(desk, dataset) for dataset in ("households", "residents"))
    planned = [*_marks(people, homes, plan.today), *_visits(homes, invention, plan.today, visits)]
    planned += [_hazard(invention, plan.groups, number) for number in range(hazards)]
    for number, (form_id, answers) in enumerate(planned):
        maker.add(Planned(form_id, f"{plan.root}/life/{number}", answers))
    made = [form_id for form_id, _ in planned]
    return Lived(*(made.count(form_id) for form_id in ("correction", "visit", "hazard")))


Answered = tuple[str, Mapping[str, object]]


def _everybody(desk: TheDesk, dataset: str) -> list[EntityItem]:
    found = (item for item in desk.context.store.entities.all(dataset, area=desk.context.actor.area))
    return sorted((item for item in found if not item.deleted), key=lambda item: (item.label, item.uuid))


def _marks(people: Sequence[EntityItem], homes: Sequence[EntityItem], today: date) -> list[Answered]:
    """Old people who live alone or whose children are away, children left behind, households with an allowance."""
    found: list[Answered] = []
    for place, item in enumerate(people):
        years = age(item.properties.get("birth", ""), today)
        tag = _tag(years, place) if years is not None else ""
        if tag:
            found.append(_correction("resident", item.uuid, "res", "tags", {"n_tags": tag}))
    for place, item in enumerate(homes[::4]):
        found.append(_correction("household", item.uuid, "hh", "h_aid", {"m_aid": AIDS[place % len(AIDS)]}))
    return found


def _tag(years: int, place: int) -> str:
    if years >= OLD:
        return ("old_alone", "old_empty", "old_alone disabled")[place % 3]
    if years < CHILD and place % 2:
        return "left_child"
    return ""


def _correction(target: str, uuid: str, group: str, field: str, answers: Mapping[str, str]) -> Answered:
    which = {"target": target, target: uuid, "why": "changed", "fields": field}
    return "correction", {"which": which, group: answers}


def _visits(homes: Sequence[EntityItem], invention: Invention, today: date, visits: int) -> list[Answered]:
    """Each household in turn, the later ones nearer to today."""
    found: list[Answered] = []
    for number in range(visits if homes else 0):
        day = today - timedelta(days=49 - round(48 * number / max(1, visits)) - invention.below(2))
        way = invention.pick(WAYS)
        who = {"household": homes[number % len(homes)].uuid, "visited_on": min(day, today).isoformat(), "way": way}
        problem, said = FOUND[invention.below(len(FOUND))]
        check = {"problems": problem, **({"said": said} if said else {})}
        found.append(("visit", {"who": who} | ({} if way == "nobody" else {"check": check})))
    return found


def _hazard(invention: Invention, groups: Sequence[str], number: int) -> Answered:
    kind, level, said, place, kit = HAZARDS[number % len(HAZARDS)]
    answers: dict[str, object] = {
        "what": {"kind": kind, "hlevel": level, "description": said},
        "where": {"area": invention.pick(groups), "place": place},
        "done": {"did": "watch", "keeper": "网格员"},
    }
    return "hazard", answers | ({"four": {"kit_have": kit}} if kit else {})
