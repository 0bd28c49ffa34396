"""Selects: internal and external lists, filters, order, choices from repeats, names of choices."""

from small_forms import META, bind, opened, xform

from forms.api import Skipped
from forms.load import load_form
from forms.rows import from_records

PLACES = from_records(
    [
        {"name": f"p{k}", "label": f"Place {k}", "region": f"r{k % 3}", "level": str(k % 2), "code-x": f"c{k}"}
        for k in range(30)
    ]
)
ITEMSET = '<itemset nodeset="{}"><value ref="name"/><label ref="{}"/></itemset>'
FORM = xform(
    f"<region/><place/><several/><label/><odd/>{META}",
    model='<itext><translation lang="zh" default="true()"><text id="r-0"><value>东</value></text>'
    '<text id="r-1"><value>西</value></text></translation><translation lang="en">'
    '<text id="r-0"><value>east</value></text><text id="r-1"><value>west</value></text></translation></itext>'
    '<instance id="regions"><root><item><name>r0</name><itextId>r-0</itextId></item>'
    "<item><name>r1</name><itextId>r-1</itextId></item></root></instance>"
    '<instance id="places" src="jr://file-csv/places.csv"/>'
    + bind("label", calculate="jr:choice-name(/data/region, '/data/region')")
    + bind("odd", calculate="count(instance('places')/root/item[region = /data/region and level = 1])"),
    body='<select1 ref="/data/region">'
    + ITEMSET.format("instance('regions')/root/item", "jr:itext(itextId)")
    + '</select1><select1 ref="/data/place">'
    + ITEMSET.format("instance('places')/root/item[region = /data/region]", "label")
    + '</select1><select ref="/data/several">'
    + ITEMSET.format("instance('places')/root/item[region = /data/region and not(name = 'p0')]", "label")
    + "</select>",
)


def test_filters_follow_the_answers() -> None:
    session = opened(FORM, rows={"places": PLACES})
    assert len(session.choices("/data/place")) == 0
    change = session.set("/data/region", "r1")
    assert "/data/place" in change.choices
    choices = session.choices("/data/place")
    assert [choice.value for choice in choices[:3]] == ["p1", "p4", "p7"]
    assert choices[0].label == "Place 1"
    assert len(choices) == 10
    assert session.node("/data/odd").value == "5"


def test_what_is_no_choice_is_not_taken() -> None:
    session = opened(FORM, rows={"places": PLACES})
    assert session.set("/data/region", "r9").skipped is Skipped.NOT_A_CHOICE
    session.set("/data/region", "r0")
    assert session.set("/data/several", "p3 p0").skipped is Skipped.NOT_A_CHOICE


def test_an_answer_that_is_no_choice_any_more_is_hidden_and_comes_back() -> None:
    session = opened(FORM, rows={"places": PLACES})
    session.set("/data/region", "r1")
    session.set("/data/place", "p4")
    session.set("/data/region", "r0")
    assert session.node("/data/place").value == ""
    session.set("/data/region", "r1")
    assert session.node("/data/place").value == "p4"


def test_several_answers_stand_in_the_order_of_the_list() -> None:
    session = opened(FORM, rows={"places": PLACES})
    session.set("/data/region", "r0")
    session.set("/data/several", "p9 p3")
    assert session.node("/data/several").value == "p3 p9"


def test_names_of_choices_follow_the_language() -> None:
    session = opened(FORM, rows={"places": PLACES})
    session.set("/data/region", "r1")
    assert session.node("/data/label").value == "西"
    session.set_language("en")
    assert session.node("/data/label").value == "west"
    assert session.choices("/data/region")[0].label == "east"


def test_choices_from_a_repeat() -> None:
    form = xform(
        f'<rep jr:template=""><name/></rep><head/>{META}',
        body='<repeat nodeset="/data/rep"><input ref="/data/rep/name"/></repeat><select1 ref="/data/head">'
        + ITEMSET.format("/data/rep[name != '']", "name")
        + "</select1>",
    )
    session = opened(form)
    for name in ("Wang", "", "Li"):
        session.add_repeat("/data/rep")
        session.set(f"/data/rep[{session.node('/data/rep').count}]/name", name)
    assert [choice.value for choice in session.choices("/data/head")] == ["Wang", "Li"]
    session.set("/data/head", "Li")
    change = session.remove_repeat("/data/rep", 3)
    assert "/data/head" in change.choices
    assert session.node("/data/head").value == ""


def test_the_form_says_which_columns_it_reads() -> None:
    (external,) = load_form(FORM).externals
    assert external.name == "places.csv"
    assert external.columns == {"name", "label", "region", "level"}


def test_pulldata_and_columns_with_hyphens() -> None:
    form = xform(
        "<k>p2</k><v/><w/>",
        model='<instance id="places" src="jr://file-csv/places.csv"/>'
        + bind("v", calculate="pulldata('places', 'code-x', 'name', /data/k)")
        + bind("w", calculate="pulldata('places', 'label', 'code-x', 'c7')"),
    )
    session = opened(form, rows={"places": PLACES})
    assert session.node("/data/v").value == "c2"
    assert session.node("/data/w").value == "Place 7"


def test_the_name_of_a_choice_comes_from_a_question_that_is_never_shown() -> None:
    form = xform(
        f"<state>b</state><states/><name/>{META}",
        model=bind("states", relevant="false()")
        + bind("name", calculate="jr:choice-name(/data/state, '/data/states')"),
        body='<input ref="/data/state"/><select1 ref="/data/states">'
        "<item><label>First</label><value>a</value></item><item><label>Second</label><value>b</value></item></select1>",
    )
    session = opened(form)
    assert session.node("/data/name").value == "Second"
    session.set("/data/state", "a")
    assert session.node("/data/name").value == "First"
