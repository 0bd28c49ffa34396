"""A choice that is no longer offered: an answer written before never goes without a word."""

from small_forms import META, UID, bind, world, xform

from forms.api import Mode
from forms.engine.session import FillingSession
from forms.load import load_form
from forms.rows import Columns, from_records

FORM = xform(
    f"<state/><town/><also/>{META}",
    model='<instance id="towns" src="jr://file-csv/towns.csv"/>' + bind("town") + UID,
    body='<input ref="/data/state"/>'
    '<select1 ref="/data/town"><label>Town</label>'
    "<itemset nodeset=\"instance('towns')/root/item[state=/data/state]\">"
    '<value ref="name"/><label ref="label"/></itemset></select1>'
    '<select ref="/data/also"><itemset nodeset="instance(\'towns\')/root/item">'
    '<value ref="name"/><label ref="label"/></itemset></select>',
)
RECORD = (
    b'<data id="small" version="1"><state>north</state><town>n2</town><also>n1 n2</also>'
    b"<meta><instanceID>uuid:1</instanceID></meta></data>"
)


def towns(*names: str) -> dict[str, Columns]:
    states = {"n": "north", "s": "south"}
    return {"towns": from_records([{"name": n, "label": n.upper(), "state": states[n[0]]} for n in names])}


def edited(rows: dict[str, Columns], mode: Mode = Mode.EDIT) -> FillingSession:
    return load_form(FORM).open(world(), rows=rows, instance=RECORD, mode=mode)


def test_without_the_list_an_answer_stands() -> None:
    for rows in ({}, {"towns": from_records([])}):
        session = edited(rows)
        assert session.problems() == ()
        assert session.dropped() == ()
        assert b"<town>n2</town><also>n1 n2</also>" in session.finalise().xml


def test_a_choice_that_the_list_has_lost_stops_an_edit_until_it_is_chosen_again() -> None:
    session = edited(towns("n1", "s1"))
    found = session.problems()
    assert [(p.ref, p.code, p.values) for p in found] == [
        ("/data/town", "not_a_choice", {"value": "n2"}),
        ("/data/also", "not_a_choice", {"value": "n1 n2"}),
    ]
    assert found[0].label == "Town"
    assert [(n.ref, n.value, n.relevant) for n in session.dropped()] == [
        ("/data/town", "n2", True),
        ("/data/also", "n1 n2", True),
    ]
    assert b"<town>n2</town>" in session.draft()
    session.set("/data/town", "n1")
    session.set("/data/also", "")
    assert session.problems() == ()
    assert b"<town>n1</town><also/>" in session.finalise().xml


def test_a_choice_that_an_answer_of_today_filters_out_is_listed_and_comes_back() -> None:
    session = edited(towns("n1", "n2", "s1"))
    assert session.problems() == ()
    session.set("/data/state", "south")
    assert session.problems() == ()
    assert [(n.ref, n.value) for n in session.dropped()] == [("/data/town", "n2")]
    session.set("/data/state", "north")
    assert session.dropped() == ()
    assert session.node("/data/town").value == "n2"


def test_a_draft_lists_what_it_would_drop() -> None:
    session = edited(towns("n1"), Mode.RESTORE)
    assert session.problems() == ()
    assert [n.value for n in session.dropped()] == ["n2", "n1 n2"]
