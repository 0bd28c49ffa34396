"""R7: roles and areas are enforced in the service layer. The matrix is made from the code, not written down here."""

import dataclasses
import inspect
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from service_world import GROUP, Filled, fill, filled_again, moved, request, seen_by, workspace

from desktop.services.desk import TheDesk
from desktop.services.filling.filling import named
from desktop.services.filling.filling_values import DraftSave
from desktop.services.filling.refusal import Refused
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.office.remembered import AnswerTemplate
from desktop.services.office.review_values import ConflictDetail
from desktop.services.overview.figures import Mark, View
from desktop.services.overview.opinion_values import OpinionFilter, Ruling
from desktop.services.overview.publication_values import Form as PublicationForm
from desktop.services.overview.publication_values import PublishOrder
from desktop.services.people.emergency_values import Found as FoundThere
from desktop.services.people.emergency_values import Mark as Found
from desktop.services.people.privacy import Reason
from desktop.services.rights import RIGHTS, Actor, Use
from desktop.services.sheets.department_values import WorkbookOrder
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.sheets.import_values import ImportOrder, Undoing
from desktop.services.sheets.schemes import Scheme
from desktop.services.values import BoardFilter, Level, RecordState
from forms.casework.headcount import Headcount, code_of
from forms.casework.states import Outcome
from forms.casework.transitions import TRANSITIONS
from forms.errors import Fault, Kind
from sync.protocol import Role
from sync.sealed_text import recipient_of

PARTS = (
    *("overview", "opinions", "publication", "sealing"),
    *("people", "forms", "filling", "records", "entities", "requests", "hand_over", "bundles"),
    *("exports", "departments", "imports", "schemes", "settings", "privacy", "registering"),
    *("remembered", "inbox", "review"),
    *("visiting", "emergency", "printing", "training", "reported"),
)
NO_STORE = {("filling", "snapshot"), ("filling", "environment"), ("filling", "rows"), ("filling", "begin")}
"""Methods that neither read nor write a person's data: what they need was given by one that asked for the right."""
INNER = {("people", "row"), ("requests", "row"), ("hand_over", "reach"), ("exports", "lookup")}
"""Views of a row that a guarded method fetched; whether the own hub answers; the label of a value."""
OUTSIDE = "990621101201"  # another village of the same township
HERE = "990621/990621101/990621101202"
BESIDE = "9906211012"  # begins like the own area, is none of its parents


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> OpenWorkspace:
    opened = workspace(tmp_path_factory.mktemp("r07") / "village")
    desk = opened.desk(writer=True)
    fill(desk)
    desk.close()
    return opened


@pytest.fixture
def village(laid_out: OpenWorkspace, tmp_path: Path) -> Iterator[Filled]:
    shutil.copytree(laid_out.folder, tmp_path / "village")
    desk = moved(laid_out, tmp_path / "village").desk(writer=True)
    yield filled_again(desk)
    desk.close()


def functions() -> list[tuple[str, str]]:
    """Every public function of every part of a desk."""
    found = []
    for part in PARTS:
        kind = next(f.type for f in dataclasses.fields(TheDesk) if f.name == part)
        cls = inspect.getmodule(TheDesk).__dict__[kind]  # type: ignore[union-attr, index]
        names = [name for name, _ in inspect.getmembers(cls, inspect.isfunction)]
        found += [(part, name) for name in names if not name.startswith("_")]
    return found


def calls(village: Filled, folder: Path) -> dict[tuple[str, str], Callable[[TheDesk], Any]]:
    """One sound call of each function, on the resident, record and request of this village."""
    person = village.residents[0]
    record = village.desk.requests.show(village.ref).row.instance_id
    draft = village.desk.filling.save(village.desk.filling.snapshot(village.desk.filling.start("household"))).id
    whole = village.desk.filling.start("request", known={"resident": person, "matter": "H05"})
    whole.session.set(named(whole.form, "description"), "路口的灯又不亮了")
    xform = folder / "extra.xml"
    xform.write_bytes(village.desk.forms.xform("resident").replace(b'id="resident"', b'id="extra"'))
    register = folder / "register.xlsx"
    sheet = Workbook().active
    sheet.append(["村", "姓名", "性别"])
    sheet.parent.save(register)
    mapped = village.desk.departments.look(register)
    looked, undoing = village.desk.imports.look(ImportOrder("resident", register)), Undoing(1, (), 0)
    opinion, sheet = _opinion(village.desk), PublishOrder(PublicationForm.OPEN, "2026-10", "2026-10")
    nothing = ConflictDetail("residents", person, "", "", (), (), ())
    later = DraftSave(draft, "household", whole.form.version, whole.session.draft(), "", "x", 1, 2)
    new = village.desk.registering.start("何家明")
    short = village.desk.filling.save(village.desk.registering.snapshot(new)).id
    roll = village.desk.emergency.roll(GROUP)
    counted = dataclasses.replace(roll, marks={home.uuid: Found(FoundThere.ALL) for home in roll.homes})
    code = code_of(Headcount("20201", 1, 0, 0))
    return {
        ("visiting", "find"): lambda d: d.visiting.find("wjg"),
        ("visiting", "unheard"): lambda d: d.visiting.unheard().rows,
        ("visiting", "coverage"): lambda d: d.visiting.coverage(),
        ("visiting", "due"): lambda d: d.visiting.due(),
        ("visiting", "groups"): lambda d: d.visiting.groups(),
        ("emergency", "groups"): lambda d: d.emergency.groups(),
        ("emergency", "roll"): lambda d: d.emergency.roll(GROUP),
        ("emergency", "keep"): lambda d: d.emergency.keep(counted),
        ("emergency", "report"): lambda d: d.emergency.report(counted),
        ("emergency", "take"): lambda d: d.emergency.take(code),
        ("emergency", "situation"): lambda d: d.emergency.situation().counts,
        ("printing", "read_out"): lambda d: d.printing.read_out(),
        ("printing", "board"): lambda d: d.printing.board(),
        ("printing", "overdue"): lambda d: d.printing.overdue(),
        ("printing", "blank"): lambda d: d.printing.blank("visit"),
        ("printing", "completed"): lambda d: d.printing.completed(record),
        ("printing", "recent"): lambda d: d.printing.recent(),
        ("reported", "perhaps"): lambda d: d.reported.perhaps("H05"),
        ("training", "done"): lambda d: d.training.done(),
        ("training", "begin"): lambda d: d.training.begin(),
        ("people", "search"): lambda d: d.people.search("wjg"),
        ("people", "arriving"): lambda d: d.people.arriving("wjg"),
        ("people", "list"): lambda d: d.people.list(),
        ("people", "count"): lambda d: d.people.count(),
        ("people", "narrowings"): lambda d: d.people.narrowings(),
        ("people", "households"): lambda d: d.people.households(),
        ("people", "beside"): lambda d: d.people.beside(person),
        ("people", "person"): lambda d: d.people.person(person),
        ("people", "timeline"): lambda d: d.people.timeline(person),
        ("forms", "list"): lambda d: d.forms.list(),
        ("forms", "form"): lambda d: d.forms.form("request"),
        ("forms", "xform"): lambda d: d.forms.xform("request"),
        ("forms", "add"): lambda d: d.forms.add(xform),
        ("filling", "start"): lambda d: d.filling.start("request"),
        ("filling", "prepare"): lambda d: d.filling.prepare("request"),
        ("filling", "resume"): lambda d: d.filling.resume(draft),
        ("filling", "correct"): lambda d: d.filling.correct(record),
        ("filling", "drafts"): lambda d: d.filling.drafts(),
        ("filling", "save"): lambda d: d.filling.save(later),
        ("filling", "discard"): lambda d: d.filling.discard(draft),
        ("filling", "attach"): lambda d: d.filling.attach(draft, name="a.jpg", data=b"x"),
        ("filling", "attachment"): lambda d: d.filling.attachment(draft, "a.jpg"),
        ("filling", "finish"): lambda d: d.filling.finish(whole),
        ("filling", "hand_in"): lambda d: d.filling.hand_in(whole),
        ("records", "list"): lambda d: d.records.list(),
        ("records", "show"): lambda d: d.records.show(record),
        ("records", "export"): lambda d: d.records.export(record),
        ("records", "attachment"): lambda d: d.records.attachment(record, "a.jpg"),
        ("entities", "list"): lambda d: d.entities.list("residents"),
        ("entities", "show"): lambda d: d.entities.show(person),
        ("requests", "board"): lambda d: d.requests.board(BoardFilter()),
        ("requests", "counts"): lambda d: d.requests.counts(),
        ("requests", "usual"): lambda d: d.requests.usual(),
        ("requests", "list"): lambda d: d.requests.list(),
        ("requests", "show"): lambda d: d.requests.show(village.ref),
        ("requests", "fresh"): lambda d: d.requests.fresh(),
        ("requests", "reveal"): lambda d: d.requests.reveal(village.ref),
        ("requests", "update"): lambda d: d.requests.update(village.ref, {"action": "receive"}),
        ("requests", "tell"): lambda d: d.requests.tell(village.ref, {"way": "face"}),
        ("requests", "assign"): lambda d: d.requests.assign([village.ref], department="GD"),
        ("requests", "send_back"): lambda d: d.requests.send_back([village.ref], why=["place"], said="哪一盏"),
        ("requests", "missing"): lambda d: d.requests.missing(),
        ("hand_over", "status"): lambda d: d.hand_over.status(),
        ("hand_over", "list"): lambda d: d.hand_over.list(RecordState.WAITING),
        ("hand_over", "answers"): lambda d: d.hand_over.answers(),
        ("hand_over", "run"): lambda d: d.hand_over.run(),
        ("hand_over", "here"): lambda d: d.hand_over.here(lambda store: store.status()),
        ("bundles", "write"): lambda d: d.bundles.write(folder / "up.hamlet"),
        ("bundles", "read"): lambda d: d.bundles.read(folder / "down.hamlet"),
        ("bundles", "last"): lambda d: d.bundles.last(),
        ("bundles", "where"): lambda d: d.bundles.where(record),
        ("exports", "run"): lambda d: d.exports.run(ExportOrder("requests", folder / "r.csv")),
        ("hand_over", "again"): lambda d: d.hand_over.again(),
        ("exports", "tables"): lambda d: d.exports.tables(ExportOrder("requests", folder / "r.csv")),
        ("exports", "preview"): lambda d: d.exports.preview(ExportOrder("requests", folder / "r.csv")),
        ("departments", "look"): lambda d: d.departments.look(register),
        ("departments", "write_map"): lambda d: d.departments.write_map(mapped, folder / "m.json"),
        ("departments", "fill"): lambda d: d.departments.fill(
            WorkbookOrder(register, mapped.mapping, folder / "filled.xlsx")
        ),
        ("departments", "preview"): lambda d: d.departments.preview(
            WorkbookOrder(register, mapped.mapping, folder / "filled.xlsx")
        ),
        ("departments", "remember"): lambda d: d.departments.remember(mapped, mapped.mapping),
        ("schemes", "list"): lambda d: d.schemes.list(),
        ("schemes", "keep"): lambda d: d.schemes.keep(Scheme("x", "requests")),
        ("schemes", "forget"): lambda d: d.schemes.forget("x"),
        ("imports", "columns"): lambda d: d.imports.columns("resident", register),
        ("imports", "look"): lambda d: d.imports.look(ImportOrder("resident", register)),
        ("imports", "take"): lambda d: d.imports.take(looked),
        ("imports", "finish"): lambda d: d.imports.finish(looked),
        ("imports", "list"): lambda d: d.imports.list(),
        ("imports", "look_back"): lambda d: d.imports.look_back(1),
        ("imports", "take_back"): lambda d: d.imports.take_back(undoing),
        ("imports", "taken_back"): lambda d: d.imports.taken_back(undoing),
        ("imports", "undo"): lambda d: d.imports.undo(1),
        ("imports", "suggest"): lambda d: d.imports.suggest("resident", register),
        ("imports", "write_map"): lambda d: d.imports.write_map(mapped.mapping, folder / "i.json"),
        ("imports", "run"): lambda d: d.imports.run(ImportOrder("resident", register, dry_run=True)),
        ("exports", "columns"): lambda d: d.exports.columns("requests"),
        ("overview", "show"): lambda d: d.overview.show(),
        ("overview", "version"): lambda d: d.overview.version(),
        ("overview", "behind"): lambda d: d.overview.behind(Mark(View.NEEDS, "x", line=HERE, month="2026-11")),
        ("filling", "trial"): lambda d: d.filling.trial(xform),
        ("overview", "outlines"): lambda d: d.overview.outlines(),
        ("opinions", "page"): lambda d: d.opinions.page(OpinionFilter()),
        ("opinions", "decide"): lambda d: d.opinions.decide(opinion, Ruling.KEEP),
        ("opinions", "published"): lambda d: list(d.opinions.published()),
        ("opinions", "topics"): lambda d: d.opinions.topics("zh"),
        ("publication", "draft"): lambda d: d.publication.draft(sheet),
        ("publication", "propose"): lambda d: d.publication.propose(sheet),
        ("publication", "list"): lambda d: d.publication.list(),
        ("publication", "approve"): lambda d: d.publication.approve("none", approver="li", passphrase="x"),
        ("publication", "refuse"): lambda d: d.publication.refuse("none", reason="x"),
        ("publication", "withdraw"): lambda d: d.publication.withdraw("none", reason="x"),
        ("publication", "write"): lambda d: d.publication.write("none", folder / "sheet.csv"),
        ("sealing", "key"): lambda d: d.sealing.key("GD"),
        ("sealing", "announce"): lambda d: d.sealing.announce("GD", recipient_of(bytes(32))),
        ("settings", "get"): lambda d: d.settings.get("x"),
        ("privacy", "reveal"): lambda d: d.privacy.reveal(record),
        ("privacy", "own"): lambda d: d.privacy.own(person),
        ("privacy", "export"): lambda d: d.privacy.export(person, folder / "own.xlsx"),
        ("privacy", "erase"): lambda d: d.privacy.erase(person, reason=Reason.ASKED),
        ("privacy", "keep_for"): lambda d: d.privacy.keep_for("visit", months=12),
        ("privacy", "expire"): lambda d: d.privacy.expire(),
        ("settings", "put"): lambda d: d.settings.put("x", "y"),
        ("registering", "start"): lambda d: d.registering.start("何家明"),
        ("registering", "resume"): lambda d: d.registering.resume(short),
        ("registering", "snapshot"): lambda d: d.registering.snapshot(new),
        ("registering", "house"): lambda d: d.registering.house(GROUP, "1"),
        ("registering", "alike"): lambda d: d.registering.alike("王建国"),
        ("registering", "finish"): lambda d: d.registering.finish(new),
        ("registering", "link"): lambda d: d.registering.link(village.request, person),
        ("registering", "unregistered"): lambda d: d.registering.unregistered(),
        ("remembered", "filters"): lambda d: d.remembered.filters(),
        ("remembered", "keep_filter"): lambda d: d.remembered.keep_filter("x", BoardFilter()),
        ("remembered", "drop_filter"): lambda d: d.remembered.drop_filter("x"),
        ("remembered", "templates"): lambda d: d.remembered.templates(),
        ("remembered", "keep_template"): lambda d: d.remembered.keep_template(AnswerTemplate("x", Outcome.DONE)),
        ("remembered", "drop_template"): lambda d: d.remembered.drop_template("x"),
        ("inbox", "view"): lambda d: d.inbox.view(),
        ("inbox", "waiting"): lambda d: d.inbox.waiting(),
        ("inbox", "batch"): lambda d: d.inbox.batch("x"),
        ("inbox", "quality"): lambda d: d.inbox.quality("x"),
        ("inbox", "take"): lambda d: d.inbox.take("x", accept=[], back={}),
        ("inbox", "came_by_stick"): lambda d: d.inbox.came_by_stick("x"),
        ("review", "view"): lambda d: d.review.view(),
        ("review", "count"): lambda d: d.review.count(),
        ("review", "pairs"): lambda d: d.review.pairs(),
        ("review", "pair"): lambda d: d.review.pair("residents", *village.residents),
        ("review", "merge"): lambda d: d.review.merge("residents", *village.residents, {}),
        ("review", "different"): lambda d: d.review.different("residents", *village.residents),
        ("review", "propose"): lambda d: d.review.propose("residents", *village.residents),
        ("review", "twins"): lambda d: d.review.twins(person),
        ("review", "undo"): lambda d: d.review.undo("x"),
        ("review", "conflict"): lambda d: d.review.conflict("residents", person),
        ("review", "settle"): lambda d: d.review.settle(nothing, {}),
        ("review", "decide_held"): lambda d: d.review.decide_held(nothing, take=True),
    }


def _opinion(desk: TheDesk) -> str:
    """An opinion of this village."""
    opening = desk.filling.start("opinion")
    answers = {"topic": "H", "stance": "suggest", "text": "路口要装灯", "people": "1", "source": "visit", "area": GROUP}
    for name, value in (answers | {"named": "no", "reply": "no"}).items():
        opening.session.set(named(opening.form, name), value)
    return desk.filling.finish(opening).instance_id


def denied(call: Callable[[TheDesk], Any], desk: TheDesk) -> bool:
    """Whether the call was refused for want of a right or outside the area; other refusals are none of R7's."""
    try:
        call(desk)
    except Refused:
        return False
    except Fault as fault:
        return fault.kind is Kind.DENIED and fault.code in ("services.no_right", "services.other_area")
    except Exception:
        return False
    return False


def test_every_function_has_a_right() -> None:
    for part, name in functions():
        method = getattr(_class(part), name)
        if (part, name) in NO_STORE | INNER:
            continue
        assert isinstance(getattr(method, "needs", None), Use), f"{part}.{name} begins without a right"
    assert RIGHTS.keys() == set(Use)
    assert all(roles <= set(Role) and roles for roles in RIGHTS.values())


def test_every_step_of_handling_has_a_right() -> None:
    """The actions of request_update are rights of the same name."""
    assert {str(action) for action in TRANSITIONS} - {"tell", "try"} <= set(Use)


@pytest.mark.parametrize("role", Role)
def test_role_by_function(village: Filled, tmp_path: Path, role: Role) -> None:
    known = calls(village, tmp_path)
    assert known.keys() == set(functions()) - NO_STORE - INNER
    for (part, name), call in known.items():
        use: Use = getattr(_class(part), name).needs
        desk = seen_by(village.desk, role, departments=("GD",))
        if role not in RIGHTS[use]:
            assert denied(call, desk), f"{role} may {part}.{name}"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("area", [OUTSIDE, BESIDE, "990621102"])
def test_nothing_of_another_area_is_seen_or_changed(village: Filled, tmp_path: Path, role: Role, area: str) -> None:
    """Every function that names something refuses it, every list is empty, for every role in every other area."""
    known = calls(village, tmp_path)
    context = village.desk.context
    path = context.areas().path(area)
    actor = Actor("wang", role, path, ("GD", ""))
    desk = seen_by(village.desk, role)
    desk = dataclasses.replace(desk, **_parts(desk, actor))
    before = context.store.status().records
    for (part, name), call in known.items():
        if (part, name) in OF_AN_OBJECT:
            assert refuses(call, desk), f"{role} of {area!r} reaches {part}.{name}"
        elif (part, name) in LISTS:
            assert empty(call, desk), f"{role} of {area!r} sees {part}.{name}"
    assert context.store.status().records == before


OF_AN_OBJECT = {
    ("emergency", "roll"),
    ("emergency", "keep"),
    ("emergency", "report"),
    ("printing", "completed"),
    ("overview", "behind"),
    ("opinions", "decide"),
    ("people", "person"),
    ("people", "timeline"),
    ("filling", "correct"),
    ("filling", "finish"),
    ("filling", "hand_in"),
    ("records", "show"),
    ("records", "export"),
    ("records", "attachment"),
    ("entities", "show"),
    ("requests", "show"),
    ("requests", "reveal"),
    ("requests", "update"),
    ("requests", "tell"),
    ("privacy", "reveal"),
    ("privacy", "own"),
    ("privacy", "export"),
    ("privacy", "erase"),
    ("registering", "house"),
    ("registering", "link"),
    ("review", "pair"),
    ("review", "merge"),
    ("review", "different"),
    ("review", "propose"),
    ("review", "twins"),
}
LISTS = {
    ("visiting", "find"),
    ("visiting", "unheard"),
    ("emergency", "situation"),
    ("printing", "recent"),
    ("reported", "perhaps"),
    ("opinions", "published"),
    ("people", "search"),
    ("people", "arriving"),
    ("people", "list"),
    ("people", "households"),
    ("people", "count"),
    ("records", "list"),
    ("entities", "list"),
    ("requests", "list"),
    ("requests", "fresh"),
    ("hand_over", "list"),
    ("hand_over", "answers"),
    ("registering", "alike"),
    ("registering", "unregistered"),
    ("review", "pairs"),
}


def test_nobody_works_in_no_area() -> None:
    with pytest.raises(ValueError, match="some area"):
        Actor("wang", Role.TOWNSHIP, "")


RECEIVE, RETURN = {"action": "receive"}, {"action": "return", "return_why": "who", "return_text": "是谁？"}
FORWARD, CLOSE = {"action": "forward", "forward_to": "县里"}, {"action": "close", "outcome": "done", "did": "办好了"}
BEFORE: dict[Use, list[dict[str, str]]] = {
    Use.RECEIVE: [],
    Use.ASSIGN: [],
    Use.RETURN: [],
    Use.SUPPLEMENT: [RETURN],
    Use.FORWARD: [RECEIVE],
    Use.BACK: [RECEIVE, FORWARD],
    Use.PROGRESS: [RECEIVE, FORWARD],
    Use.ANSWER: [RECEIVE],
    Use.CLOSE: [RECEIVE],
    Use.REOPEN: [RECEIVE, CLOSE],
}
FORBIDDEN = [(use, role) for use in BEFORE for role in Role if role not in RIGHTS[use]]


@pytest.mark.parametrize(("use", "role"), FORBIDDEN, ids=[f"{use}-{role}" for use, role in FORBIDDEN])
def test_a_step_of_handling_needs_its_own_right(village: Filled, use: Use, role: Role) -> None:
    """Also where the form itself is filled in, without the use case for it."""
    office = seen_by(village.desk, Role.TOWNSHIP)
    for answers in BEFORE[use]:
        office.requests.update(village.ref, answers)
    opening = office.filling.start("request_update", known={"request": village.request})
    assert opening.session.set(named(opening.form, "action"), str(use)).skipped is None
    with pytest.raises(Fault) as fault:
        seen_by(village.desk, role, departments=("", "GD")).filling.finish(opening)
    assert fault.value.code == "services.no_right"


def test_all_steps_are_in_the_matrix() -> None:
    assert {str(use) for use in BEFORE} == {str(action) for action in TRANSITIONS} - {"tell", "try"}


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("role", Role)
def test_levels_of_export(village: Filled, tmp_path: Path, role: Role, level: Level) -> None:
    use = {Level.STATISTICS: Use.EXPORT_STATISTICS, Level.HANDLING: Use.EXPORT_HANDLING, Level.FULL: Use.EXPORT_FULL}
    desk = seen_by(village.desk, role)
    order = ExportOrder("requests", tmp_path / "x.csv", level=level)
    if role in RIGHTS[use[level]] and level is not Level.FULL:
        desk.exports.run(order)
    else:
        with pytest.raises(Fault) as fault:
            desk.exports.run(order)
        assert fault.value.kind is Kind.DENIED


def test_a_record_for_another_village_is_refused(village: Filled) -> None:
    """The office's own list of areas would let it: the area of what is created decides, not the list."""
    office = seen_by(village.desk, Role.TOWNSHIP, area="990621101")
    opening = office.filling.start("request")
    session = opening.session
    for name, value in (("requester", "visitor"), ("visitor_name", "李大成"), ("area_asked", "99062110120101")):
        assert session.set(named(opening.form, name), value).skipped is None
    session.set(named(opening.form, "matter"), "H05")
    session.set(named(opening.form, "description"), "路口的灯又不亮了")
    with pytest.raises(Fault) as fault:
        village.desk.filling.finish(opening)
    assert fault.value.code == "services.other_area"
    answers = request(village.residents[0])
    answers["who"] = {"requester": "visitor", "visitor_name": "李大成", "area_asked": "99062110120101"}
    batch = village.desk.batch("request")
    with pytest.raises(Refused):
        batch.add(answers, base=Path())


def refuses(call: Callable[[TheDesk], Any], desk: TheDesk) -> bool:
    try:
        call(desk)
    except Refused:
        return True
    except Fault:
        return True
    return False


def empty(call: Callable[[TheDesk], Any], desk: TheDesk) -> bool:
    try:
        found = call(desk)
    except Fault as fault:
        return fault.kind is Kind.DENIED
    return not getattr(found, "rows", found)


def _class(part: str) -> type:
    kind = next(f.type for f in dataclasses.fields(TheDesk) if f.name == part)
    found: type = inspect.getmodule(TheDesk).__dict__[kind]  # type: ignore[union-attr, index]
    return found


def _parts(desk: TheDesk, actor: Actor) -> dict[str, Any]:
    from desktop.services.desk import make_desk

    context = dataclasses.replace(desk.context, actor=actor)
    made = make_desk(context, forget=lambda _: None)
    return {part: getattr(made, part) for part in PARTS} | {"context": context}
