"""What an expression reads, found without evaluating it."""

import pytest
from small_forms import bind, xform

from forms.definition.parse import Definition, define
from forms.xpath.parser import parse
from forms.xpath.references import Reads, References


@pytest.fixture(scope="module")
def definition() -> Definition:
    return define(
        xform(
            "<a/><g><b/></g><rep><x/><y/><inner><z/></inner></rep><n/>",
            model='<instance id="list" src="jr://file-csv/list.csv"/>' + bind("a", type="string"),
            body='<repeat nodeset="/data/rep"><input ref="/data/rep/x"/>'
            '<repeat nodeset="/data/rep/inner"><input ref="/data/rep/inner/z"/></repeat></repeat>',
        )
    )


def read(definition: Definition, expression: str, at: str) -> set[tuple[str, int, str]]:
    found = References(definition.root, definition.by_path[at]).read(parse(expression)).found
    return {(r.target.path, r.bound, r.reads.value) for r in found}


def test_a_leaf_outside_repeats(definition: Definition) -> None:
    assert read(definition, "/data/a = 1", "/data/n") == {("/data/a", 0, "value")}


def test_a_sibling_in_the_same_instance_is_bound(definition: Definition) -> None:
    assert read(definition, "../x + 1", "/data/rep/y") == {("/data/rep/x", 1, "value")}
    assert read(definition, "/data/rep/x", "/data/rep/y") == {("/data/rep/x", 1, "value")}


def test_going_out_and_in_again_reads_every_instance(definition: Definition) -> None:
    found = read(definition, "sum(../../rep/x)", "/data/rep/y")
    assert ("/data/rep/x", 0, "value") in found
    assert ("/data/rep", 0, "instances") in found


def test_nested_repeats_bind_the_outer_one(definition: Definition) -> None:
    found = read(definition, "count(../inner)", "/data/rep/x")
    assert ("/data/rep/inner", 1, "instances") in found
    assert not any(reads == "value" for _, _, reads in found)


def test_a_group_reads_what_is_inside(definition: Definition) -> None:
    assert ("/data/g/b", 0, "value") in read(definition, "string(/data/g)", "/data/n")


def test_position_reads_places_only(definition: Definition) -> None:
    assert read(definition, "position(..)", "/data/rep/x") == {
        ("/data/rep", 0, Reads.POSITION.value),
        ("/data/rep", 1, Reads.RELEVANCE.value),
    }


def test_predicates_of_lists_read_the_form(definition: Definition) -> None:
    references = References(definition.root, definition.by_path["/data/n"])
    references.read(parse("instance('list')/root/item[code = /data/a]/label"))
    assert {r.target.path for r in references.found} == {"/data/a"}
    assert references.columns >= {"code", "label"}
    assert references.instances == {"list"}


def test_what_does_not_exist_is_told(definition: Definition) -> None:
    references = References(definition.root, definition.by_path["/data/n"])
    references.read(parse("/data/missing = 1"))
    assert references.dangling == ["missing"]
