"""Repeats: adding, removing, positions, counts that the form decides, values across instances."""

import pytest
from small_forms import META, UID, bind, inputs, opened, xform

from forms.api import NodeKind, Skipped

FORM = xform(
    f'<people/><rep jr:template=""><name>new</name><age/><place/><older/></rep><total/><n/><second/>{META}',
    model=bind("rep/age", type="int", constraint=". < 150")
    + bind("rep/place", type="int", calculate="position(..)")
    + bind("rep/older", type="int", calculate="../age + 1")
    + bind("total", type="int", calculate="sum(/data/rep/age)")
    + bind("n", type="int", calculate="count(/data/rep)")
    + bind("second", calculate="indexed-repeat(/data/rep/name, /data/rep, 2)")
    + UID,
    body='<group ref="/data/rep"><label>Person</label><repeat nodeset="/data/rep">'
    '<input ref="/data/rep/name"><label>Name of <output value="../place"/></label></input>'
    '<input ref="/data/rep/age"/></repeat></group>',
)


def test_instances_come_and_go() -> None:
    session = opened(FORM)
    assert session.node("/data/rep").count == 0
    assert session.children("/data") == ("/data/rep",)
    for name in ("A", "B", "C"):
        change = session.add_repeat("/data/rep")
        assert "/data/rep" in change.repeats
        session.set(f"/data/rep[{session.node('/data/rep').count}]/name", name)
    assert session.children("/data/rep") == ("/data/rep[1]", "/data/rep[2]", "/data/rep[3]")
    assert session.node("/data/rep[2]").kind is NodeKind.INSTANCE
    assert session.node("/data/second").value == "B"
    session.remove_repeat("/data/rep", 1)
    assert session.node("/data/second").value == "C"
    assert [session.node(f"/data/rep[{k}]/place").value for k in (1, 2)] == ["1", "2"]
    assert session.node("/data/n").value == "2"
    with pytest.raises(LookupError):
        session.node("/data/rep[3]")


def test_inserting_in_the_middle_moves_what_follows() -> None:
    session = opened(FORM)
    session.add_repeat("/data/rep")
    session.add_repeat("/data/rep")
    session.set("/data/rep[2]/age", "30")
    session.add_repeat("/data/rep", after=1)
    assert session.node("/data/rep[2]/age").value == ""
    assert session.node("/data/rep[3]/age").value == "30"
    assert session.node("/data/rep[3]/place").value == "3"
    assert session.node("/data/rep[3]/older").value == "31"


def test_template_values_and_labels_with_outputs() -> None:
    session = opened(FORM)
    session.add_repeat("/data/rep")
    assert session.node("/data/rep[1]/name").value == "new"
    assert session.node("/data/rep[1]/name").label == "Name of 1"
    assert session.node("/data/rep").label == "Person"


def test_only_the_own_instance_is_computed_again() -> None:
    session = opened(FORM)
    for _ in range(50):
        session.add_repeat("/data/rep")
    change = session.set("/data/rep[7]/age", "40")
    assert change.refs == {"/data/rep[7]/age", "/data/rep[7]/older"}


def test_count_by_the_form() -> None:
    form = xform(
        f"<many>2</many><rep><x/></rep>{META}",
        model=bind("many", type="int") + UID,
        body=inputs("many") + '<repeat nodeset="/data/rep" jr:count="/data/many"><input ref="/data/rep/x"/></repeat>',
    )
    session = opened(form)
    assert session.node("/data/rep").count == 2
    session.set("/data/rep[2]/x", "last")
    session.set("/data/many", "3")
    assert session.node("/data/rep").count == 3
    assert session.node("/data/rep[2]/x").value == "last"
    assert session.add_repeat("/data/rep").skipped is Skipped.CONTROLLED
    assert not session.node("/data/rep").can_add
    session.set("/data/many", "")
    assert session.node("/data/rep").count == 0


def test_nested_repeats_keep_their_own_values() -> None:
    form = xform(
        f'<h><name/><m jr:template=""><n/><where/></m><all/></h>{META}',
        model=bind("h/m/where", calculate="concat(../../name, '/', position(../..), '/', position(..))")
        + bind("h/all", calculate="join(',', ../m/n)"),
        body='<repeat nodeset="/data/h"><input ref="/data/h/name"/>'
        '<repeat nodeset="/data/h/m"><input ref="/data/h/m/n"/></repeat></repeat>',
    )
    session = opened(form)
    session.add_repeat("/data/h")
    for house, count in ((1, 2), (2, 1)):
        for _ in range(count):
            session.add_repeat(f"/data/h[{house}]/m")
    session.set("/data/h[2]/name", "west")
    session.set("/data/h[1]/m[1]/n", "a")
    session.set("/data/h[1]/m[2]/n", "b")
    session.set("/data/h[2]/m[1]/n", "c")
    assert session.node("/data/h[1]/all").value == "a,b"
    assert session.node("/data/h[2]/all").value == "c"
    assert session.node("/data/h[2]/m[1]/where").value == "west/2/1"
    session.remove_repeat("/data/h", 1)
    assert session.node("/data/h[1]/m[1]/where").value == "west/1/1"


def test_a_count_beside_a_nested_repeat_and_relevance_without_instances() -> None:
    form = xform(
        f'<h jr:template=""><many/><m><x/></m></h><on/>{META}',
        model=bind("h/many", type="int") + bind("h", relevant="../on = 'yes'"),
        body=inputs("on") + '<repeat nodeset="/data/h"><input ref="/data/h/many"/>'
        '<repeat nodeset="/data/h/m" jr:count="../many"><input ref="/data/h/m/x"/></repeat></repeat>',
    )
    session = opened(form)
    assert not session.node("/data/h").relevant
    assert session.add_repeat("/data/h").skipped is Skipped.IRRELEVANT
    session.set("/data/on", "yes")
    assert session.node("/data/h").relevant
    session.add_repeat("/data/h")
    session.add_repeat("/data/h")
    session.set("/data/h[2]/many", "3")
    assert [session.node(f"/data/h[{k}]/m").count for k in (1, 2)] == [0, 3]


def test_a_running_total_over_instances() -> None:
    form = xform(
        f'<rep jr:template=""><x/><sum/></rep>{META}',
        model=bind("rep/x", type="int")
        + bind(
            "rep/sum",
            type="int",
            calculate="coalesce(indexed-repeat(/data/rep/sum, /data/rep, position(..) - 1), 0) + coalesce(../x, 0)",
        ),
        body='<repeat nodeset="/data/rep"><input ref="/data/rep/x"/></repeat>',
    )
    session = opened(form)
    for k in range(1, 6):
        session.add_repeat("/data/rep")
        session.set(f"/data/rep[{k}]/x", str(k))
    assert [session.node(f"/data/rep[{k}]/sum").value for k in range(1, 6)] == ["1", "3", "6", "10", "15"]
    session.set("/data/rep[1]/x", "10")
    assert session.node("/data/rep[5]/sum").value == "24"
    session.remove_repeat("/data/rep", 2)
    assert session.node("/data/rep[4]/sum").value == "22"


def test_what_is_no_repeat_may_be_indexed() -> None:
    form = xform(
        f'<out/><rep jr:template=""><name/></rep>{META}',
        model=bind("out", calculate="indexed-repeat(/data/rep/name, /data, 1, /data/rep, 2)") + UID,
        body='<group ref="/data/rep"><repeat nodeset="/data/rep"><input ref="/data/rep/name"/></repeat></group>',
    )
    session = opened(form)
    session.add_repeat("/data/rep")
    session.add_repeat("/data/rep")
    session.set("/data/rep[2]/name", "B")
    assert session.value("/data/out") == "B"
