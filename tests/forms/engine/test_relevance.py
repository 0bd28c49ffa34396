"""Relevance: what is hidden counts as blank, keeps what it holds, and is left out of the submission."""

from small_forms import META, UID, bind, inputs, opened, xform

FORM = xform(
    f"<kind/><name/><g><inner>kept</inner><deep><leaf/></deep></g><copy/><n/>{META}",
    model=bind("name", relevant="/data/kind = 'person'", required="true()")
    + bind("g", relevant="/data/kind = 'group'")
    + bind("g/deep", relevant="/data/g/inner != ''")
    + bind("copy", calculate="concat(/data/name, '|', /data/g/inner)")
    + bind("n", type="int", calculate="count(/data/name) + count(/data/g/deep/leaf)")
    + UID,
    body=inputs("kind", "name")
    + '<group ref="/data/g"><input ref="/data/g/inner"/>'
    + '<group ref="/data/g/deep"><input ref="/data/g/deep/leaf"/></group></group>',
)


def test_hidden_values_read_as_blank_and_come_back() -> None:
    session = opened(FORM)
    assert session.node("/data/copy").value == "|"
    session.set("/data/kind", "person")
    session.set("/data/name", "Wang")
    assert session.node("/data/copy").value == "Wang|"
    session.set("/data/kind", "group")
    assert session.node("/data/copy").value == "|kept"
    assert session.node("/data/name").value == ""
    session.set("/data/kind", "person")
    assert session.node("/data/name").value == "Wang"


def test_children_follow_their_group() -> None:
    session = opened(FORM)
    assert not session.node("/data/g/deep/leaf").relevant
    session.set("/data/kind", "group")
    assert session.node("/data/g/deep/leaf").relevant
    session.set("/data/g/inner", "")
    assert not session.node("/data/g/deep/leaf").relevant
    assert session.node("/data/g").relevant


def test_nodes_that_are_not_relevant_are_not_counted() -> None:
    session = opened(FORM)
    assert session.node("/data/n").value == "0"
    session.set("/data/kind", "group")
    assert session.node("/data/n").value == "1"


def test_the_change_names_what_changed() -> None:
    session = opened(FORM)
    change = session.set("/data/kind", "group")
    assert {"/data/kind", "/data/g", "/data/g/inner", "/data/copy"} <= change.refs
    assert "/data/name" not in change.refs
    assert session.set("/data/kind", "group").refs == frozenset()


def test_submission_leaves_out_and_draft_keeps() -> None:
    session = opened(FORM)
    session.set("/data/kind", "person")
    session.set("/data/name", "Wang")
    session.set("/data/kind", "other")
    assert b"Wang" not in session.submission_xml()
    assert b"<g>" not in session.submission_xml()
    assert b"<name>Wang</name>" in session.draft()
    assert [(node.ref, node.value) for node in session.dropped()][:1] == [("/data/name", "Wang")]
    assert [node.ref for node in session.dropped()] == ["/data/name", "/data/g/inner"]


def test_only_relevant_questions_stop_finalising() -> None:
    session = opened(FORM)
    assert session.problems() == ()
    session.set("/data/kind", "person")
    (problem,) = session.problems()
    assert (problem.ref, problem.code, problem.label) == ("/data/name", "required", "name")
