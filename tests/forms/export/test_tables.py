"""Tables of submissions and of current rows, from real forms and real fillings."""

from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from pack_forms import answer, entity_list, open_pack, pack_bytes, pack_form

from forms.casework.areas import Areas
from forms.casework.calendar import Calendar
from forms.casework.course import Opened, days_left, fold
from forms.casework.disclosure import Level
from forms.casework.events import Action, Reaction, RequestEvent, Way
from forms.casework.states import Outcome, State
from forms.entities import apply, changes
from forms.export import Current, Entry, Order, Record, entity_tables, form_tables, request_tables, write
from forms.load import load_form
from forms.text import LANGUAGES, Text

PERSON = "11111111-1111-4111-8111-111111111111"
AREAS = Areas.read(pack_bytes("areas.csv"))
CALENDAR = Calendar.read(pack_bytes("calendar.csv"))
ZH = Text("zh")
ADDED = ("汇总", "透视用表", "说明")


def household():
    session = answer(
        open_pack("household"), area="99062110120103", house_no="27", head_name="李大成", phone="15412345678",
        registered="4", living="3", remark="身份证990621198310171834 要核对", aid_type="dibao",
    )  # fmt: skip
    session.set("/data/life/risk", "illness school")
    session.add_repeat("/data/member")
    for number, (name, sex, relation, phone) in enumerate(
        (("李大成", "m", "head", "15412345678"), ("王秀英", "f", "spouse", "")), 1
    ):
        for question, value in (("name", name), ("sex", sex), ("relation", relation), ("telephone", phone)):
            session.set(f"/data/member[{number}]/{question}", value)
    session.set("/data/member[2]/birth", "1985-02-03")
    return session.finalise()


def records(*submissions):
    return lambda: [
        Record(each.xml, each.instance_id, "", "99062110120103", "2026-11-20T10:26:00+08:00", "已送到", "王秀兰")
        for each in submissions
    ]


def by_header(rows):
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_form_with_a_repeat_becomes_linked_sheets(tmp_path, rows_of):
    submission = household()
    tables = form_tables(pack_form("household"), records(submission), text=ZH, areas=AREAS, total=1)
    order = Order(tmp_path / "h.xlsx", level=Level.FULL)
    written = write(order, tables)
    assert {name: rows for name, rows in written.sheets.items() if name not in ADDED} == {
        "住户登记 Household": 1,
        "member": 2,
    }
    (main,) = by_header(rows_of(order.target, 0))
    assert (main["村"], main["户主姓名"], main["现在常住几口人"]) == ("柳树湾村", "李大成", 3)
    assert (main["户类型"], main["主要困难原因"]) == ("低保户", "因病、因学")
    assert main["记录号"] == submission.instance_id
    first, second = by_header(rows_of(order.target, 1))
    assert (first["所属记录"], first["第几个"], first["姓名"]) == (submission.instance_id, 1, "李大成")
    assert (second["姓名"], second["性别"], second["出生日期"].date()) == ("王秀英", "女", date(1985, 2, 3))
    assert second["记录号"] == f"{submission.instance_id}/member[2]"


def test_an_empty_instance_is_no_row():
    answers = {"area": "99062110120103", "house_no": "27", "head_name": "李大成", "phone": "15412345678"}
    submission = answer(open_pack("household"), **answers, registered="4", living="3").finalise()
    assert b"<member>" in submission.xml
    _, members = form_tables(pack_form("household"), records(submission), text=ZH, areas=AREAS)
    assert list(members.rows()) == []


def test_notes_are_no_columns_and_metadata_needs_level_full(tmp_path, rows_of):
    tables = form_tables(pack_form("household"), records(household()), text=ZH, areas=AREAS)
    keys = {column.key for column in tables[0].columns}
    assert "notice" not in keys
    assert "warn_size" not in keys
    order = Order(tmp_path / "h.xlsx")
    written = write(order, tables)
    (main,) = by_header(rows_of(order.target, 0))
    assert "deviceid" not in main
    assert "start" not in main
    assert main["联系电话"] == "*******5678"
    assert main["备注"] == "身份证**************1834 要核对"
    assert "990621198310171834" not in str(rows_of(order.target, 0))
    members = by_header(rows_of(order.target, 1))
    assert members[0]["本人电话"] == "*******5678"
    assert written.masked == 3


def test_nested_repeats_know_their_parents():
    xform = NESTED.encode()
    form = load_form(xform)
    xml = (
        b"<data id='n'><a><x>1</x><b><y>2</y></b><b><y>3</y></b></a><a><x>4</x><b><y>5</y></b></a>"
        b"<meta><instanceID>uuid:1</instanceID></meta></data>"
    )
    root, outer, inner = form_tables(form, lambda: [Record(xml, "uuid:1")], text=ZH, areas=AREAS)
    assert [column.key for column in root.columns] == ["ref", "village", "finalised", "state", "author", "key"]
    assert [list(row) for row in outer.rows()] == [
        ["uuid:1", "1", "1", "uuid:1/a[1]"],
        ["uuid:1", "2", "4", "uuid:1/a[2]"],
    ]
    assert [list(row) for row in inner.rows()] == [
        ["uuid:1/a[1]", "1", "2", "uuid:1/a[1]/b[1]"],
        ["uuid:1/a[1]", "2", "3", "uuid:1/a[1]/b[2]"],
        ["uuid:1/a[2]", "1", "5", "uuid:1/a[2]/b[1]"],
    ]


NESTED = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>n</h:title><model><instance><data id="n" version="1">
 <a><x/><b><y/></b></a><meta><instanceID/></meta></data></instance>
 <bind nodeset="/data/a/x" type="int"/><bind nodeset="/data/a/b/y" type="int"/></model></h:head><h:body>
 <group ref="/data/a"><repeat nodeset="/data/a"><input ref="/data/a/x"><label>x</label></input>
 <group ref="/data/a/b"><repeat nodeset="/data/a/b"><input ref="/data/a/b/y"><label>y</label></input></repeat></group>
 </repeat></group></h:body></h:html>"""

DAY = date(2026, 11, 16)
EVENTS = (
    RequestEvent("e1", "r", Action.ASSIGN, DAY, department="GD", days=3),
    RequestEvent("e2", "r", Action.ANSWER, DAY, outcome=Outcome.DONE, answer="换了，打15412345678", next_step="=看看"),
    RequestEvent("e3", "r", Action.TELL, DAY, way=Way.PHONE, reaction=Reaction.SATISFIED),
)


def current_request(events=EVENTS, today=date(2026, 11, 30)):
    residents = entity_list({"name": PERSON, "label": "李大成", "area": "99062110120103", "phone": "15412345678"})
    session = answer(open_pack("request", residents=residents), resident=PERSON, matter="H05")
    submission = answer(session, description="路灯坏了三个晚上").finalise()
    row = apply(changes(pack_form("request"), submission.xml)[0], None).row
    course = fold(Opened(row.uuid, State.ARRIVED, DAY, days=10), events, CALENDAR)
    return Current(row, course, days_left(course, today, CALENDAR))


def history():
    return [Entry("QS-SQA-0424-3", "u", "2026-11-16T09:00:00", "分派", "林晓", "给供电所 15412345678", late=True)]


def requests(*rows, text=ZH):
    forms = [pack_form(name) for name in ("request", "request_update", "told")]
    return request_tables(forms, lambda: rows, history, text=text, areas=AREAS, total=len(rows))


def lookup(name, value):
    return {"residents.csv": "李大成", "departments.csv": "供电所", "categories.csv": "道路"}.get(name, value)


def test_requests_as_they_stand(tmp_path, rows_of):
    order = Order(tmp_path / "r.xlsx", lookup=lookup)
    written = write(order, requests(current_request(), current_request(EVENTS[:1])))
    assert {name: rows for name, rows in written.sheets.items() if name not in ADDED} == {"诉求": 2, "经过": 1}
    told, assigned = by_header(rows_of(order.target, 0))
    assert (told["编号"], told["状态"], told["结果"], told["村"]) == ("QS-SQA-0424-3", "已告知", "已办好", "柳树湾村")
    assert (told["组"], told["居民"], told["具体事项"], told["类别"]) == (
        "柳树湾村3组", "李大成", "路灯亮化维护", "道路",
    )  # fmt: skip
    assert (told["承办部门"], told["时限（工作日）"], told["到期日"].date()) == ("供电所", 3, date(2026, 11, 19))
    assert (told["答复"], told["村民下一步"]) == ("换了，打*******5678", "=看看")
    assert (told["告知日期"].date(), told["告知方式"], told["反应"]) == (DAY, "电话", "满意")
    assert (told["提出日期"].date(), told["敏感事项"]) == (date(2026, 11, 20), "否")
    assert (told["超期"], told["联系电话"]) == (None, "*******5678")
    assert (assigned["状态"], assigned["超期"], assigned["还剩（工作日）"]) == ("办理中", "是", -7)
    (entry,) = by_header(rows_of(order.target, 1))
    assert (entry["谁"], entry["内容"], entry["来迟，没有生效"]) == ("林晓", "给供电所 *******5678", "是")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_header_is_in_the_language(language):
    for table in requests(current_request(), text=Text(language)):
        for column in table.columns:
            assert column.label
            chinese = any("\u4e00" <= sign <= "\u9fff" for sign in column.label)
            assert chinese == (language == "zh"), column


def test_only_wanted_columns_but_the_whole_history(tmp_path, rows_of):
    order = Order(tmp_path / "r.xlsx", columns=("request_no", "state", "due"))
    write(order, requests(current_request()))
    assert rows_of(order.target, 0)[0] == ["编号", "状态", "到期日"]
    assert len(rows_of(order.target, 1)[0]) == 8


def test_residents_have_an_age_instead_of_a_birth_day(tmp_path, rows_of):
    found = changes(pack_form("household"), household().xml)
    wife = next(apply(change, None).row for change in found if change.label == "王秀英")
    forms = [pack_form("resident"), pack_form("household")]
    tables = entity_tables(
        "residents", forms, lambda: [Current(wife)], list, text=ZH, areas=AREAS, today=date(2026, 11, 20)
    )
    order = Order(tmp_path / "p.xlsx", lookup=lambda name, value: "李大成 27" if name == "households.csv" else value)
    write(order, tables)
    (row,) = by_header(rows_of(order.target, 0))
    assert (row["姓名"], row["性别"], row["年龄"], row["哪一户"]) == ("王秀英", "女", 41, "李大成 27")
    assert "出生日期" not in row
    write(replace(order, level=Level.FULL), tables)
    (row,) = by_header(rows_of(order.target, 0))
    assert row["出生日期"].date() == date(1985, 2, 3)


def test_households_as_they_stand(tmp_path, rows_of):
    found = changes(pack_form("household"), household().xml)
    home = next(apply(change, None).row for change in found if change.dataset == "households")
    tables = entity_tables(
        "households", [pack_form("household")], lambda: [Current(home)], list, text=ZH, areas=AREAS, today=DAY
    )
    order = Order(tmp_path / "h.xlsx")
    write(order, tables)
    (row,) = by_header(rows_of(order.target, 0))
    assert (row["组"], row["户主姓名"], row["户口本上几口人"], row["联系电话"]) == (
        "柳树湾村3组",
        "李大成",
        4,
        "*******5678",
    )


def test_words_of_the_export_are_there_in_both_languages():
    folder = files("resources") / "translations"
    assert set(Text("zh")._area("export")) == set(Text("en")._area("export"))
    assert (folder / "en" / "export.json").is_file()
