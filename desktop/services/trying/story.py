"""The whole story on this machine, on real parts: a hub process behind TLS, a township, two villages, their people."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.desk import TheDesk
from desktop.services.filling.filling import named
from desktop.services.filling.filling_values import Stored
from desktop.services.keeping.workspace import OpenWorkspace, enrol
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.trying.demo import Invention, make
from desktop.services.trying.story_hub import HubProcess
from desktop.services.values import RequestState
from forms.errors import Fault, Kind
from forms.text import Text

TOWNSHIP, FIRST, SECOND = "990621101", "990621101202", "990621101201"
HOUSEHOLDS, EARLIER = 18, 6
ASKED = (
    ("H05", "小学路口三盏路灯不亮，有一个多月了，孩子晚上放学看不清", "phone"),
    ("G05", "三组的水渠堵了，淹了两亩菜地", "face"),
    ("A04", "老伴住院花了不少钱，想申请临时救助", "face"),
)


ANSWERS = {
    "H05": ("灯头和线路都换了，今晚就亮", ""),
    "H01": ("塌的路段已用石料垫平，三轮车能过", "下月硬化时要封路两天，请绕老桥走"),
    "H04": ("客运公司答应每逢赶集日加开一趟", ""),
    "G01": ("主管道接头已换，水压正常了", ""),
    "G05": ("渠口的淤泥已清，渗水的一段下周补", "下雨再淹，就拍照给村里"),
    "A01": ("民政办已受理，材料还缺一份收入证明", "带户口本到村委会填收入证明，本周五以前交来"),
    "A04": ("已批 2000 元，下周打到社保卡上", ""),
    "B03": ("认证过期停发，已恢复并补发两个月", "以后每年 6 月到村里做一次认证"),
    "C02": ("异地备案已补办，可以报销", "带发票和出院小结到镇上医保窗口"),
    "E02": ("已安排下周二上门鉴定", ""),
    "F01": ("补贴已发到社保卡上，请查一下", ""),
    "J01": ("清运车改为每周三次，今天已清", ""),
    "D01": ("中心校已同意接收", "带转学证明和户口本，周一到校报到"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the story's workspaces, unlocked."""

    user: str
    folder: Path
    workspace: OpenWorkspace


@dataclass(frozen=True, slots=True)
class Scene:
    """What is there when the story has been played: pictures are taken of it."""

    village: Actor
    second: Actor
    township: Actor
    passphrase: str = field(repr=False)
    hub_url: str = ""


@dataclass(slots=True)
class Request:
    """One of the three requests that the story follows."""

    stored: Stored
    recorded_offline: bool = False
    acks: int = 0
    answered: bool = False
    told: bool = False

    def report(self) -> dict[str, object]:
        return {
            "ref": self.stored.ref,
            "instanceID": self.stored.instance_id,
            "recorded_offline": self.recorded_offline,
            "acks": self.acks,
            "answered": self.answered,
            "told": self.told,
        }


Painter = Callable[[Scene, Path], Sequence[str]]
"""Makes pictures of the scene in a folder; gives their file names."""


@dataclass(slots=True)
class Story:
    """`play` goes through it from the first enrolment to the workbook; `place` is an empty temporary folder."""

    place: Path
    out: Path
    clock: Clock
    text: Text
    say: Callable[[str], None]
    passphrase: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)

    def play(self, paint: Painter | None) -> dict[str, object]:
        """story.json as a value; the files are in `out`. Fault story.wrong where a step came out otherwise."""
        self.out.mkdir(parents=True, exist_ok=True)
        hub = HubProcess(self.place / "hub", self.passphrase)
        hub.create(name="柳林镇", area=TOWNSHIP)
        self._tell("hub", area="柳林镇")
        try:
            scene = self._enrol(hub)
            self._people(scene)
            hub.stop()
            requests = self._offline(scene.village)
            self._without_hub(scene.village)
            hub.start()
            self._tell("up", url=hub.url)
            self._arrive(scene, requests, hub)
            self._handle(scene, requests)
            self._tell_residents(scene, requests)
            workbook = self._export(scene)
            self._a_day_later(scene)
            painted = [] if paint is None else list(paint(scene, self.out))
            if painted:
                self._tell("pictures", count=len(painted))
        finally:
            hub.stop()
        report: dict[str, object] = {
            "requests": [request.report() for request in requests],
            "pngs": [str(self.out / name) for name in painted],
            "workbook": workbook,
        }
        target = self.out / "story.json"
        target.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
        self._tell("report", path=str(target))
        return report

    def prepare(self, hub: HubProcess) -> Scene:
        """Only what a window needs to be tried: people in the villages, requests under way, answers to pass on."""
        hub.create(name="柳林镇", area=TOWNSHIP)
        scene = self._enrol(hub)
        self._people(scene)
        self._a_day_later(scene)
        return scene

    def _tell(self, key: str, **values: object) -> None:
        self.say(self.text(f"story.{key}", **values))

    def _wrong(self, step: str, reason: object) -> Fault:
        return Fault("story.wrong", Kind.DAMAGED, step=step, reason=reason)

    def _enrol(self, hub: HubProcess) -> Scene:
        hub.start()

        def join(user: str, name: str, area: str, role: str) -> Actor:
            folder = self.place / name
            code = hub.invite(area=area, role=role)
            made = enrol(folder, url=hub.url, code=code, user=user, passphrase=self.passphrase, clock=self.clock)
            return Actor(user, folder, made)

        township = join("林晓", "township", TOWNSHIP, "township")
        village = join("王秀兰", "village", FIRST, "village")
        second = join("赵建国", "second", SECOND, "village")
        return Scene(village, second, township, self.passphrase, hub.url)

    def _people(self, scene: Scene) -> None:
        residents = 0
        for number, actor in enumerate((scene.village, scene.second), start=1):
            with Working(actor, self.text.language) as desk:
                residents += make(desk, households=HOUSEHOLDS, requests=EARLIER, seed=number).residents
                desk.hand_over.run()
        with Working(scene.township, self.text.language) as desk:
            desk.hand_over.run()
            self._earlier(desk)
            desk.hand_over.run()
        self._tell("villages", residents=residents)

    def _earlier(self, desk: TheDesk) -> None:
        """What the township has in hand already, so that its board looks like one."""
        rows = sorted(desk.requests.list(), key=lambda row: row.ref)  # so that each village has some of each kind
        for place, row in enumerate(rows):
            if place % 3 == 0:
                continue
            desk.requests.update(row.ref, {"action": "receive"})
            if place % 3 == 1:
                desk.requests.update(row.ref, {"action": "assign"})

    def _offline(self, village: Actor) -> list[Request]:
        invention = Invention(11, today=self.clock.now().date())
        found = []
        with Working(village, self.text.language) as desk:
            batch = desk.batch("request")
            people = sorted(desk.people.list(), key=lambda row: row.uuid)
            for matter, said, tell_by in ASKED:
                person = people[invention.below(len(people))]
                answers: Mapping[str, object] = {
                    "who": {"requester": "person", "resident": person.uuid},
                    "what": {"matter": matter, "description": said},
                    "tell_by": tell_by,
                }
                found.append(Request(batch.add(answers, base=self.place), recorded_offline=True))
            name = desk.me.area_label
        refs = "、".join(request.stored.ref for request in found)
        self._tell("offline", village=name, count=len(found), refs=refs)
        return found

    def _without_hub(self, village: Actor) -> None:
        """A hand-over while the hub is down fails, in words, and changes nothing."""
        with Working(village, self.text.language) as desk:
            before = desk.hand_over.status()
            try:
                desk.hand_over.run()
            except Fault as fault:
                if fault.kind is not Kind.UNREACHABLE:
                    raise
            else:
                raise self._wrong("hub down", "a hand-over")
            after = desk.hand_over.status()
        if (before.records, before.waiting + before.sent) != (after.records, after.waiting + after.sent):
            raise self._wrong("hub down", f"{before.records} -> {after.records}")
        self._tell("no_hub")

    def _arrive(self, scene: Scene, requests: list[Request], hub: HubProcess) -> None:
        with Working(scene.village, self.text.language) as desk:
            done = desk.hand_over.run()
            again = desk.hand_over.run()
            name = desk.me.area_label
        stored = [row["instanceID"] for row in hub.records()]
        for request in requests:
            request.acks = stored.count(request.stored.instance_id)
        if done.pushed != len(requests) or again.pushed or any(request.acks != 1 for request in requests):
            raise self._wrong("hand-over", f"{done.pushed}, {again.pushed}, {[r.acks for r in requests]}")
        self._tell("handed_over", village=name, count=done.pushed)

    def _handle(self, scene: Scene, requests: list[Request]) -> None:
        first, second, third = (request.stored.ref for request in requests)
        with Working(scene.township, self.text.language) as desk:
            desk.hand_over.run()
            for ref in (first, second, third):
                desk.requests.update(ref, {"action": "receive"})
            missing = {"action": "return", "return_why": "proof", "return_text": "请补住院发票和户口本的照片"}
            desk.requests.update(third, missing)
            for ref in (first, second):
                desk.requests.update(ref, {"action": "assign"})
            done = {"action": "answer", "outcome": "done", "did": "11 月 20 日换了三个灯头，晚上已经亮了"}
            desk.requests.update(first, done)
            partly = {"action": "answer", "outcome": "partly", "did": "水渠已疏通一半，剩下的下周二完工"}
            desk.requests.update(second, {**partly, "next_step": "下周三再看一次，不通就给村里打电话"})
            desk.hand_over.run()
        self._tell("handled", count=2, returned=1)
        with Working(scene.village, self.text.language) as desk:
            desk.hand_over.run()
            if desk.requests.show(third).row.state.value != "returned":
                raise self._wrong("return", desk.requests.show(third).row.state)
            desk.requests.update(third, {"action": "supplement", "note_text": "发票和户口本已拍照，交给民政办"})
            desk.hand_over.run()
        with Working(scene.township, self.text.language) as desk:
            desk.hand_over.run()
            desk.requests.update(third, {"action": "assign"})
            refused = {"action": "answer", "outcome": "declined", "decline_reason": "住院费用已由医保报销八成"}
            refused |= {"decline_basis": "临时救助办法第九条", "next_step": "下月仍有困难，带低保申请表到民政办"}
            desk.requests.update(third, refused)
            desk.hand_over.run()
        self._tell("supplemented", ref=third)

    def _tell_residents(self, scene: Scene, requests: list[Request]) -> None:
        with Working(scene.village, self.text.language) as desk:
            desk.hand_over.run()
            for request in requests:
                row = desk.requests.show(request.stored.ref).row
                request.answered = row.state.value == "answered" and bool(row.answer)
                way = "phone" if row.tell_by == "phone" else "face"
                desk.requests.tell(row.ref, {"way": way, "reaction": "satisfied"})
            desk.hand_over.run()
        with Working(scene.township, self.text.language) as desk:
            desk.hand_over.run()
            for request in requests:
                request.told = desk.requests.show(request.stored.ref).row.state.value == "told"
        if not all(request.answered and request.told for request in requests):
            raise self._wrong("told", [request.report() for request in requests])
        self._tell("told", count=len(requests))

    def _a_day_later(self, scene: Scene) -> None:
        """Something in every list: answers to pass on, one returned, records that wait, a draft."""
        with Working(scene.township, self.text.language) as desk:
            assigned = desk.requests.list(state=RequestState.ASSIGNED)
            mine = [row for row in assigned if row.ref.startswith("QS-SQ")]
            for row in mine[:3]:
                did, step = ANSWERS[row.matter]
                answers = {"action": "answer", "outcome": "partly" if step else "done", "did": did}
                desk.requests.update(row.ref, {**answers, **({"next_step": step} if step else {})})
            taken = desk.requests.list(state=RequestState.TAKEN_UP) or desk.requests.list(state=RequestState.ARRIVED)
            for row in [row for row in taken if row.ref.startswith("QS-SQ")][:1]:
                why = {"action": "return", "return_why": "place", "return_text": "请写清楚是哪一条巷子、第几户门前"}
                desk.requests.update(row.ref, why)
            desk.hand_over.run()
        with Working(scene.village, self.text.language) as desk:
            desk.hand_over.run()
            make(desk, households=1, requests=2, seed=7)
            person = desk.people.list(limit=1)[0]
            opening = desk.filling.start("request", known={"resident": person.uuid, "matter": "J01"})
            opening.session.set(named(opening.form, "description"), "村口的垃圾桶三天没有人来拉")
            desk.filling.save(desk.filling.snapshot(opening, place=named(opening.form, "description")))

    def _export(self, scene: Scene) -> dict[str, object]:
        with Working(scene.township, self.text.language) as desk:
            done = desk.exports.run(ExportOrder("requests", self.out / "requests.xlsx"))
        self._tell("exported", path=str(done.path))
        return {"path": str(done.path), "sheets": dict(done.sheets)}


class Working:
    """The writer's desk of one of the story's workspaces, while a block lasts."""

    def __init__(self, actor: Actor, language: str) -> None:
        self._actor, self._language = actor, language
        self._desk: TheDesk | None = None

    def __enter__(self) -> TheDesk:
        self._desk = self._actor.workspace.desk(writer=True, language=self._language)
        return self._desk

    def __exit__(self, *_: object) -> None:
        if self._desk is not None:
            self._desk.close()
