"""The benchmark set of the link: a form of thirty answers, records of it, and residents of twelve properties.

Answers are drawn from a seed as a census visit would bring them: codes, dates, names, telephones, a sentence or two.
Both sides of a comparison send the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

FORM, VERSION = "home_visit", "2026112201"
RESIDENT_FORM = "resident_of_twelve"
GROUP = "9906211012010"
_SPACES = 'xmlns:entities="http://www.opendatakit.org/xforms/entities"'
_HEAD = (
    '<?xml version="1.0"?><h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"'
    ' xmlns:orx="http://openrosa.org/xforms" xmlns:entities="http://www.opendatakit.org/xforms/entities"><h:head>'
)

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉建国志玉华春梅红海燕云波宁"
SENTENCES = (
    "屋顶漏雨，请村里帮忙找人修",
    "低保金这个月没有到账",
    "门口的路灯坏了，晚上出门不方便",
    "想问养老保险怎么补缴",
    "水压低，二楼上不了水",
    "孩子在外打工，老人需要人照看",
    "化粪池满了，要抽",
    "没有",
)

# name -> (question, how an answer is drawn)
FIELDS = {
    "visited_on": lambda chance: f"2026-11-{chance.randint(1, 21):02}",
    "visitor": lambda chance: chance.choice(("王秀兰", "李建国", "张敏", "陈志强")),
    "area": lambda chance: f"{GROUP}{chance.randint(1, 6)}",
    "house_no": lambda chance: f"{chance.randint(1, 6)}组{chance.randint(1, 60)}号",
    "name": lambda chance: person(chance),
    "sex": lambda chance: chance.choice("mf"),
    "born": lambda chance: f"{chance.randint(1935, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
    "ethnic": lambda chance: chance.choices(("han", "yi", "miao"), (90, 6, 4))[0],
    "relation": lambda chance: chance.choice(("head", "spouse", "son", "daughter", "parent", "grandchild")),
    "school": lambda chance: chance.choice(("none", "primary", "middle", "high", "college")),
    "work": lambda chance: chance.choice(("farm", "away", "local", "study", "retired", "none")),
    "married": lambda chance: chance.choice(("single", "married", "widowed", "divorced")),
    "health": lambda chance: chance.choice(("good", "chronic", "ill", "disabled")),
    "disability": lambda chance: chance.choices(("0", "1", "2", "3"), (90, 4, 3, 3))[0],
    "insured": lambda chance: chance.choices(("yes", "no"), (95, 5))[0],
    "pension": lambda chance: chance.choice(("yes", "no")),
    "phone": lambda chance: f"154{chance.randrange(10**8):08}",
    "income": lambda chance: str(chance.randrange(0, 600) * 100),
    "land": lambda chance: f"{chance.randrange(0, 120) / 10:.1f}",
    "house": lambda chance: chance.choice(("brick", "earth", "concrete")),
    "rooms": lambda chance: str(chance.randint(1, 8)),
    "water": lambda chance: chance.choices(("tap", "well", "carried"), (80, 15, 5))[0],
    "toilet": lambda chance: chance.choice(("flush", "dry", "shared")),
    "internet": lambda chance: chance.choice(("yes", "no")),
    "animals": lambda chance: str(chance.choice((0, 0, 0, 1, 2, 3, 5, 8, 20, 40))),
    "crops": lambda chance: " ".join(sorted(chance.sample(("rice", "maize", "tea", "fruit", "rape"), 2))),
    "needs": lambda chance: chance.choice(("", "repair", "care", "money", "road", "water")),
    "urgency": lambda chance: chance.choices(("normal", "soon", "emergency"), (85, 13, 2))[0],
    "said": lambda chance: chance.choice(SENTENCES),
    "content": lambda chance: str(chance.randint(1, 5)),
}
PROPERTIES = ("household", "area", "house_no", "name", "sex", "born", "relation", "phone", "school", "work", "health",
              "insured")  # fmt: skip


def person(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _ in range(chance.choice((1, 2, 2))))


def uuid(chance: random.Random) -> str:
    made = f"{chance.getrandbits(128):032x}"
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-a{made[17:20]}-{made[20:]}"


def form() -> bytes:
    """The XForm of the thirty questions."""
    fields = "".join(f"<{name}/>" for name in FIELDS)
    return _form(FORM, "入户走访", f"{fields}<meta><instanceID/></meta>", tuple(FIELDS))


def resident_form() -> bytes:
    """An XForm whose records create residents of twelve properties."""
    fields = "".join(f"<{name}/>" for name in PROPERTIES)
    meta = '<entities:entity dataset="residents" create="1" id=""><entities:label/></entities:entity>'
    inside = f"{fields}<meta><instanceID/>{meta}</meta>"
    bound = (
        "".join(f'<bind nodeset="/data/{name}" type="string" entities:saveto="{name}"/>' for name in PROPERTIES)
        + '<bind nodeset="/data/meta/entity/label" type="string" calculate="/data/name"/>'
    )
    made = _form(RESIDENT_FORM, "居民", inside, PROPERTIES, bound)
    return made.replace(b"<model>", b'<model entities:entities-version="2024.1.0">')


def _form(form_id: str, title: str, inside: str, names: tuple[str, ...], bound: str = "") -> bytes:
    binds = bound or "".join(f'<bind nodeset="/data/{name}" type="string"/>' for name in names)
    asked = "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in names)
    return (
        f'{_HEAD}<h:title>{title}</h:title><model><instance><data id="{form_id}" version="{VERSION}">{inside}</data>'
        f'</instance>{binds}<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>'
        f"</model></h:head><h:body>{asked}</h:body></h:html>"
    ).encode()


def record(chance: random.Random, *, instance: str = "") -> bytes:
    """A filled-in visit."""
    fields = "".join(f"<{name}>{draw(chance)}</{name}>" for name, draw in FIELDS.items())
    return (
        f'<data id="{FORM}" version="{VERSION}">{fields}<meta><instanceID>uuid:{instance or uuid(chance)}</instanceID>'
        "</meta></data>"
    ).encode()


def records(count: int, *, seed: int = 1) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(count):
        yield record(chance)


def residents(count: int, *, seed: int = 1) -> Iterator[bytes]:
    """Records that create residents, some three to a household."""
    chance = random.Random(seed)
    home, area, left = "", "", 0
    for _ in range(count):
        if not left:
            home, area, left = uuid(chance), f"{GROUP}{chance.randint(1, 6)}", chance.randint(1, 5)
            house_no = f"{area[-1]}组{chance.randint(1, 90)}号"
        left -= 1
        drawn = {name: FIELDS[name](chance) for name in PROPERTIES[3:]}
        values = {"household": home, "area": area, "house_no": house_no, **drawn}
        fields = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
        yield (
            f'<data {_SPACES} id="{RESIDENT_FORM}" version="{VERSION}">{fields}<meta><instanceID>uuid:{uuid(chance)}'
            f'</instanceID><entities:entity dataset="residents" id="{uuid(chance)}" create="1"><entities:label>'
            f"{values['name']}</entities:label></entities:entity></meta></data>"
        ).encode()
