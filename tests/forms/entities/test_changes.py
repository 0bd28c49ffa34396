"""Entity blocks of a submission, at its root and in repeats."""

from types import SimpleNamespace

import pytest

from forms.api import EntityDeclaration
from forms.entities import changes
from forms.xml import XmlFault

HOUSEHOLD = EntityDeclaration(
    "households", "/data", {"area": "/data/where/area", "remark": "/data/remark"}, creates=True, updates=False
)
MEMBER = EntityDeclaration(
    "residents", "/data/member", {"full_name": "/data/member/name", "phone": "/data/member/more/phone"}, True, False
)
FORM = SimpleNamespace(entities=(HOUSEHOLD, MEMBER))
XML = """<data xmlns="http://www.w3.org/2002/xforms" id="household" version="1">
  <where><area>99062110120101</area></where>
  <member><name>陈桂芳</name><more><phone>15400000001</phone></more>
    <meta><entity dataset="residents" create="true" id="uuid:6A1C9E52-11D4-4F0E-8A77-5B1F3D2C4E6F">
      <label>陈桂芳</label></entity></meta></member>
  <member><name/><meta><entity dataset="residents" create="false" id="c2a7d0b4-93fe-4c1d-b6a5-0e9f8d7c6b5a">
      <label/></entity></meta></member>
  <meta><instanceID>uuid:1</instanceID>
    <entity dataset="households" update="1" id="0b5a6d3e-2f0c-4b7a-9d1e-3c8f5a6b7c8d" baseVersion="3"
      trunkVersion="2" branchId="7a1c9e52-11d4-4f0e-8a77-5b1f3d2c4e6f"><label> </label></entity></meta>
</data>"""


def test_every_block_is_read_with_its_own_properties():
    household, member = changes(FORM, XML.encode())
    assert (household.dataset, household.create, household.update) == ("households", False, True)
    assert (household.base_version, household.trunk_version) == (3, 2)
    assert household.branch_id == "7a1c9e52-11d4-4f0e-8a77-5b1f3d2c4e6f"
    assert household.label is None
    assert household.properties == {"area": "99062110120101"}, "a question that is not in the submission is not written"
    assert member.uuid == "6a1c9e52-11d4-4f0e-8a77-5b1f3d2c4e6f"
    assert member.properties == {"full_name": "陈桂芳", "phone": "15400000001"}
    assert (member.create, member.label, member.instance_id) == (True, "陈桂芳", "uuid:1")


def test_a_block_that_asks_for_nothing_is_left_out():
    assert len(changes(FORM, XML.encode())) == 2
    assert changes(FORM, b"<data><meta><instanceID>uuid:1</instanceID></meta></data>") == ()


@pytest.mark.parametrize("broken", ["", "x", "３", "-1", "1.5"])
def test_a_base_version_that_is_no_number_is_blank(broken):
    household = changes(FORM, XML.replace('baseVersion="3"', f'baseVersion="{broken}"').encode())[0]
    assert household.base_version is None


def test_entities_of_xml_are_not_resolved():
    bomb = b'<!DOCTYPE data [<!ENTITY a "aaaaaaaaaa">]><data><where><area>&a;</area></where></data>'
    with pytest.raises(XmlFault):
        changes(FORM, bomb)


def test_no_xml_raises():
    with pytest.raises(XmlFault):
        changes(FORM, b"not xml")
