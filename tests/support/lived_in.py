"""A township and a village that have worked for a while: requests in every state, answers to pass on, drafts, records
that wait; made once by the program itself through a real hub, and then looked at some days later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from desktop.services.clock import Clock, fixed
from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import create, enrol
from desktop.services.trying.demo import make
from desktop.services.trying.story import FIRST, TOWNSHIP, Actor, Story, Working
from desktop.services.trying.story_hub import HubProcess
from desktop.services.values import RequestState
from forms.text import Text
from sync.protocol import Role

PASSPHRASE = "four words to open"
MORE = 6
DAYS_LATER = 8  # so that some time limits are over, some nearly
LIMITS = (1, 3, 5, 6, 7, 9, 15)
OPINIONS = (
    ("H", "worry", 6, "村东头的路灯装了两年没人管，晚上孩子放学看不清路"),
    ("F", "suggest", 3, "希望把垃圾桶多放两个，现在要走半里地"),
    ("F", "against", 1, "听说垃圾费都被何大成拿走了，电话 15411112222，大家都这么传"),
    ("J", "worry", 2, "水渠漏水，浇地要排到半夜"),
)


@dataclass(frozen=True, slots=True)
class LivedIn:
    """Folders that are only copied or looked at; `clock` stands some days after the last record."""

    place: Path
    clock: Clock

    def folder(self, name: str) -> Path:
        """village, township, supervisor, department, empty-village or empty-township."""
        return self.place / name

    @property
    def village(self) -> Path:
        return self.folder("village")

    @property
    def township(self) -> Path:
        return self.folder("township")


def make_lived_in(place: Path) -> LivedIn:
    """Takes some seconds."""
    story = Story(place, place / "out", Clock(), Text("zh"), say=lambda _: None, passphrase=PASSPHRASE)
    hub = HubProcess(place / "hub", PASSPHRASE)
    try:
        scene = story.prepare(hub)
        for seed, actor in enumerate((scene.village, scene.second), start=31):
            with Working(actor, "zh") as desk:
                make(desk, households=1, requests=MORE, seed=seed)
                desk.hand_over.run()
        _hear(scene.village)
        _contradict(scene.village, scene.township)
        _under_way(scene.township)
        with Working(scene.village, "zh") as desk:
            desk.hand_over.run()
            make(desk, households=1, requests=3, seed=41)
        _enrolled(place, hub, Role.SUPERVISOR, "赵主任")
        _enrolled(place, hub, Role.DEPARTMENT, "周科长", department=_busiest(scene.township))
    finally:
        hub.stop()
    for actor in (scene.village, scene.second, scene.township):
        actor.workspace.lock()
    later = Clock().now() + timedelta(days=DAYS_LATER)
    clock = fixed(later.replace(hour=10, minute=31, second=0, microsecond=0).isoformat())
    for name, role, area in (("village", Role.VILLAGE, FIRST), ("township", Role.TOWNSHIP, TOWNSHIP)):
        create(
            place / f"empty-{name}", user="张建设", passphrase=PASSPHRASE, role=role, area=area, clock=Clock()
        ).lock()
    return LivedIn(place, clock)


def _enrolled(place: Path, hub: HubProcess, role: Role, user: str, *, department: str = "") -> None:
    """A workspace of the township's, under the role's name, with what the hub has for it."""
    code = hub.invite(area=TOWNSHIP, role=role.value, department=department)
    folder = place / role.value
    made = enrol(folder, url=hub.url, code=code, user=user, passphrase=PASSPHRASE, clock=Clock())
    with Working(Actor(user, folder, made), "zh") as desk:
        desk.hand_over.run()
    made.lock()


def _busiest(township: Actor) -> str:
    """The department that has most in hand."""
    with Working(township, "zh") as desk:
        rows = desk.requests.list(state=RequestState.ASSIGNED)
    return Counter(row.department for row in rows).most_common(1)[0][0]


def _hear(village: Actor) -> None:
    """What people think: some plain, some that an office reads twice."""
    with Working(village, "zh") as desk:
        group = desk.context.areas().below(FIRST)[-1]
        for topic, stance, people, said in OPINIONS:
            heard = {"topic": topic, "stance": stance, "text": said, "people": people, "source": "visit"}
            desk.batch("opinion").add({"what": {**heard, "area": group, "named": "no"}}, base=Path())


def _contradict(village: Actor, township: Actor) -> None:
    """Both correct the same person without knowing of each other: somebody has to decide."""
    with Working(township, "zh") as desk:
        desk.hand_over.run()
        area = desk.context.areas().path(FIRST)
        who = next(item.uuid for item in desk.context.store.entities.all("residents", area=area))
        _correct(desk, who, phone="15411110000", presence="home")
    with Working(village, "zh") as desk:
        _correct(desk, who, phone="15411110001", presence="away")
        desk.hand_over.run()


def _correct(desk: TheDesk, resident: str, **values: str) -> None:
    which = {"target": "resident", "resident": resident, "why": "asked", "fields": list(values)}
    answers = {"which": which, "res": {f"n_{name}": value for name, value in values.items()}, "reason": "本人来说的"}
    desk.batch("correction").add(answers, base=Path())


def _under_way(township: Actor) -> None:
    """Requests with departments and time limits of all lengths, one with the county, one told of late."""
    with Working(township, "zh") as desk:
        desk.hand_over.run()
        rows = [*desk.requests.list(state=RequestState.ASSIGNED), *desk.requests.list(state=RequestState.TAKEN_UP)]
        for row, days in zip(rows, LIMITS, strict=False):
            desk.requests.update(row.ref, {"action": "assign", "days": days})
        _forward(desk)
        desk.hand_over.run()


def _forward(desk: TheDesk) -> None:
    for row in desk.requests.list(state=RequestState.ASSIGNED)[-1:]:
        desk.requests.update(row.ref, {"action": "forward", "forward_to": "县农业农村局"})
