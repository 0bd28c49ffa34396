"""Plausible requests as envelopes of one device's chain, from a seed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence

from sync import crypto
from sync.protocol import Attachment, Envelope, Run

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "秀兰桂芳建国志强明丽华军平海英玉梅春红伟"
_TEXTS = (
    "路灯不亮了三天，晚上老人出门不方便",
    "自来水管漏水，水压很小，做饭都困难",
    "低保申请一直没有消息，想问问进度",
    "房子后墙有裂缝，下雨漏水，怕塌",
    "孩子上学的补助没有到账，问是怎么回事",
    "医保报销材料交了两个月没有结果",
)


def new_uuid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _moment(chance: random.Random, day: str, hour: int) -> str:
    minute, second, milli = chance.randrange(60), chance.randrange(60), chance.randrange(1000)
    return f"{day}T{hour:02d}:{minute:02d}:{second:02d}.{milli:03d}+08:00"


def request_xml(chance: random.Random, number: int, instance_id: str) -> bytes:
    """One request as the pack's form writes it, about 1.4 kB."""
    matter = f"H0{chance.randrange(1, 9)}"
    day = f"2026-11-{10 + number // 20 % 15:02d}"
    start, end = (_moment(chance, day, 8 + number % 10) for _ in range(2))
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(_GIVEN)
    text = chance.choice(_TEXTS) + name + "说，" + "".join(chance.sample("村组东头西边电线杆旁桥小学校门口水井田埂", 8))
    area = f"9906211012010{chance.randrange(1, 6)}"
    ref = f"QS-SQA-{number:04d}-{chance.randrange(10)}"
    return (
        f'<data xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
        f'xmlns:entities="http://www.opendatakit.org/xforms/entities" id="request" version="2026112101">'
        f"<start>{start}</start><end>{end}</end><today>{day}</today><username>王秀兰</username>"
        f"<deviceid>hamlet:7QXK2</deviceid><who><requester>person</requester><resident>{new_uuid(chance)}</resident>"
        f"<phone>154{chance.randrange(10**8):08d}</phone></who><what><matter>{matter}</matter>"
        f"<matter_label>路灯亮化维护{matter}</matter_label><description>{text}</description>"
        f"<urgency>{chance.choice(['normal', 'urgent'])}</urgency><affected>{chance.randrange(1, 50)}</affected>"
        f"<place>{chance.choice(['村口', '小学东边', '桥头', '三组晒场'])}</place><position/><photo/>"
        f"<tell_by>{chance.choice(['face', 'phone'])}</tell_by></what>"
        f"<area>{area}</area><village>990621101201</village>"
        f"<category>H</category><dept_hint>power</dept_hint><days>{chance.choice([3, 5, 7])}</days>"
        f"<sensitive>0</sensitive><request_no>{ref}</request_no><asked_on>{day}</asked_on><status>ready</status>"
        f"<meta><instanceID>{instance_id}</instanceID><instanceName>{ref} 路灯</instanceName>"
        f'<entity dataset="requests" id="{new_uuid(chance)}" create="1"><label>{ref} 路灯</label></entity>'
        f"</meta></data>"
    ).encode()


def envelope(
    chance: random.Random,
    seq: int,
    *,
    device: str = "D1",
    area: str = "990621/990621101/990621101201/99062110120101",
    attachments: Sequence[Attachment] = (),
    xml: bytes | None = None,
) -> Envelope:
    instance_id = f"uuid:{new_uuid(chance)}"
    body = request_xml(chance, seq, instance_id) if xml is None else xml
    salt = chance.randbytes(16)
    return Envelope(
        instance_id=instance_id,
        form_id="request",
        form_version="2026112101",
        xml=body,
        salt=salt,
        commit=crypto.commit(salt, body, attachments),
        attachments=tuple(attachments),
        area=area,
        author="王秀兰",
        device=device,
        seq=seq,
        wall_time=f"2026-11-21T08:{seq // 60 % 60:02d}:{seq % 60:02d}Z",
        clock_offset=0,
    )


def run_of(envelopes: Sequence[Envelope], key: crypto.SigningKey, *, before: bytes = crypto.NO_LINK) -> Run:
    """The envelopes under one signature of their head."""
    head = crypto.links(before, envelopes)[-1] if envelopes else before
    device = envelopes[0].device if envelopes else "D1"
    return Run(device=device, before=before, envelopes=tuple(envelopes), signature=key.sign("run", head))
