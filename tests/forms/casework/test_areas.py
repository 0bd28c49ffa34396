"""Codes, paths, and which area contains which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.casework.areas import Areas, code, contains
from forms.errors import Fault

PATH = "990621/990621101/990621101201/99062110120103"
segments = st.lists(st.text("0123456789", min_size=1, max_size=4), min_size=1, max_size=5)


def test_a_path_goes_from_the_county_down(areas):
    assert areas.path("99062110120103") == PATH
    assert code(PATH) == "99062110120103"
    assert areas.path("elsewhere") == "elsewhere"
    assert areas.path("") == ""


def test_labels_villages_and_children(areas):
    assert areas.label("990621101201") == "柳树湾村"
    assert areas.label("990621101201", "en") == "Liushuwan Village"
    assert areas.label("nowhere") == "nowhere"
    assert areas.village("99062110120103") == "990621101201"
    assert areas.village("990621101") == ""
    assert areas.township("99062110120103") == "990621101"
    assert areas.children("") == ("990621",)
    assert "99062110120103" in areas.below("990621101")
    assert len(areas.below("990621")) == len(areas) == 74


@given(segments, segments)
def test_containing_is_by_segment_never_by_characters(outer, more):
    path = "/".join(outer)
    assert contains(path, "/".join(outer + more))
    assert contains(path, path)
    assert not contains(path, path + "9")
    assert not contains("", path)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([{"name": ""}], "casework.area_code"),
        ([{"name": "1/2"}], "casework.area_code"),
        ([{"name": "1"}, {"name": "1"}], "casework.area_twice"),
        ([{"name": "1", "parent": "9"}], "casework.area_parent"),
        ([{"name": "1", "parent": "2"}, {"name": "2", "parent": "1"}], "casework.area_circle"),
    ],
)
def test_a_list_that_makes_no_tree_is_refused(rows, fault):
    with pytest.raises(Fault) as raised:
        Areas(rows)
    assert raised.value.code == fault
