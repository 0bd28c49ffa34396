"""Records of the pack's forms as their XML, written by hand with what hub and store read from them."""

from __future__ import annotations

import random
import re
from importlib.resources import files
from xml.sax.saxutils import escape

from envelopes import new_uuid

VERSIONS = {
    name: re.search(rb'\bversion="(\d+)"', (files("resources") / "xforms" / f"{name}.xml").read_bytes())
    for name in ("decision", "erasure", "household", "publication", "request", "request_update", "resident", "told")
}
_SPACES = 'xmlns:entities="http://www.opendatakit.org/xforms/entities"'


def version_of(form: str) -> str:
    found = VERSIONS[form]
    assert found is not None
    return found[1].decode()


def version(xml: bytes) -> str:
    found = re.search(rb'\bversion="([^"]*)"', xml)
    return found[1].decode() if found else ""


def instance_id(xml: bytes) -> str:
    found = re.search(rb"<instanceID>([^<]*)</instanceID>", xml)
    return found[1].decode() if found else ""


_VISITOR = "<requester>visitor</requester><visitor_name>陈桂芳</visitor_name>"


def request(
    chance: random.Random,
    *,
    area: str = "99062110120101",
    uuid: str = "",
    text: str = "路灯不亮了三天",
    ref: str = "QS-SQA-0001-7",
    resident: str = "",
    sealed_by: str = "",
) -> bytes:
    """Of somebody who is not registered, or of `resident`; `sealed_by`: who asked, as an age file."""
    entity = uuid or new_uuid(chance)
    who = f"<requester>person</requester><resident>{resident}</resident>" if resident else _VISITOR
    sealed = f"<asked_by>{sealed_by}</asked_by>" if sealed_by else ""
    return (
        f'<data {_SPACES} id="request" version="{version_of("request")}"><today_meta>2026-11-21</today_meta>'
        f"<who>{who}<phone>15400001234</phone></who>"
        f"<what><matter>H05</matter><description>{text}</description><urgency>normal</urgency></what>"
        f"<tell_by>phone</tell_by><area>{area}</area><village>{area[:12]}</village><category>H</category>"
        f"<dept_hint>power</dept_hint><days>5</days><sensitive>0</sensitive>{sealed}<request_no>{ref}</request_no>"
        f"<asked_on>2026-11-21</asked_on><status>ready</status>"
        f'<meta><instanceID>uuid:{new_uuid(chance)}</instanceID><entities:entity dataset="requests" id="{entity}"'
        f' create="1"><entities:label>{ref} 路灯</entities:label></entities:entity></meta></data>'
    ).encode()


def update(chance: random.Random, uuid: str, action: str, **answers: str) -> bytes:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    return (
        f'<data {_SPACES} id="request_update" version="{version_of("request_update")}">'
        f"<today_meta>2026-11-22</today_meta><which><request>{uuid}</request><action>{action}</action></which>"
        f"<given>{fields}</given><status>{action}</status><changed_on>2026-11-22</changed_on>"
        f'<meta><instanceID>uuid:{new_uuid(chance)}</instanceID><entities:entity dataset="requests" id="{uuid}"'
        f' update="1" baseVersion="1" trunkVersion="1" branchId=""/></meta></data>'
    ).encode()


def told(chance: random.Random, uuid: str, *, way: str = "phone", reaction: str = "satisfied") -> bytes:
    return (
        f'<data {_SPACES} id="told" version="{version_of("told")}"><today_meta>2026-11-23</today_meta>'
        f"<request>{uuid}</request><how><way>{way}</way><told_on>2026-11-23</told_on><reaction>{reaction}</reaction>"
        f"</how><status>told</status><reopened/>"
        f'<meta><instanceID>uuid:{new_uuid(chance)}</instanceID><entities:entity dataset="requests" id="{uuid}"'
        f' update="1" baseVersion="1" trunkVersion="1" branchId=""/></meta></data>'
    ).encode()


def resident(chance: random.Random, household: str, *, uuid: str, name: str = "李大成", phone: str = "") -> bytes:
    return (
        f'<data {_SPACES} id="resident" version="{version_of("resident")}"><who><household>{household}</household>'
        f"<name>{name}</name><phone>{phone}</phone></who><area>99062110120101</area><village>990621101201</village>"
        f"<state>active</state><meta><instanceID>uuid:{new_uuid(chance)}</instanceID><entities:entity"
        f' dataset="residents" id="{uuid}" create="1"><entities:label>{name}</entities:label></entities:entity></meta>'
        f"</data>"
    ).encode()


def erasure(chance: random.Random, resident: str, *, base: int = 1) -> bytes:
    blank = "".join(f"<e_{name}/>" for name in ("full_name", "phone", "household"))
    return (
        f'<data {_SPACES} id="erasure" version="{version_of("erasure")}"><whom><resident>{resident}</resident></whom>'
        f"{blank}<e_state>erased</e_state><meta><instanceID>uuid:{new_uuid(chance)}</instanceID><entities:entity"
        f' dataset="residents" id="{resident}" update="1" baseVersion="{base}" trunkVersion="{base}" branchId="">'
        f"<entities:label>Erased</entities:label></entities:entity></meta></data>"
    ).encode()


def household(chance: random.Random, *, area: str = "99062110120101", uuid: str = "", name: str = "陈桂芳") -> bytes:
    entity = uuid or new_uuid(chance)
    return (
        f'<data {_SPACES} id="household" version="{version_of("household")}"><where><area>{area}</area>'
        f"<house_no>2组14号</house_no><head_name>{name}</head_name><has_phone>no</has_phone></where>"
        f"<village>{area[:12]}</village><state>active</state><registered_on>2026-11-21</registered_on>"
        f'<meta><instanceID>uuid:{new_uuid(chance)}</instanceID><entities:entity dataset="households" id="{entity}"'
        f' create="1"><entities:label>{name} 2组14号</entities:label></entities:entity></meta></data>'
    ).encode()


def decision(
    chance: random.Random,
    act: str,
    kept: str,
    *,
    other: str = "",
    undone: str = "",
    about: str = "",
    on: str = "2026-11-22",
    versions: tuple[str, str, str] = ("", "", ""),
    **answers: str,
) -> bytes:
    """What somebody decides on households; `answers` are values that stand from then on, an edit from `versions`."""
    base, trunk, branch = versions
    named = {"act": act, "target": "household", "kept": kept, "other": other, "undone": undone, "about": about}
    what = "".join(f"<{name}>{value}</{name}>" for name, value in named.items() if value)
    values = "".join(f"<h_{name}>{value}</h_{name}>" for name, value in answers.items())
    entity = (
        f'<hh>{values}<meta><entities:entity dataset="households" id="{kept}" update="1" baseVersion="{base}"'
        f' trunkVersion="{trunk}" branchId="{branch}"/></meta></hh>'
    )
    return (
        f'<data {_SPACES} id="decision" version="{version_of("decision")}"><what>{what}<decided_on>{on}</decided_on>'
        f"</what>{entity if answers else ''}<reason>问过本人</reason>"
        f"<meta><instanceID>uuid:{new_uuid(chance)}</instanceID></meta></data>"
    ).encode()


def publication(chance: random.Random, act: str, release: str, *, body: str = "", **answers: str) -> bytes:
    """What an office says of a table for everybody: that it is proposed with `body`, approved, refused, taken back."""
    named = {"act": act, "release": release, "body": escape(body), **answers}
    what = "".join(f"<{name}>{value}</{name}>" for name, value in named.items() if value)
    return (
        f'<data {_SPACES} id="publication" version="{version_of("publication")}"><what>{what}</what>'
        f"<meta><instanceID>uuid:{new_uuid(chance)}</instanceID></meta></data>"
    ).encode()
