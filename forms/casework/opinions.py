"""What of an opinion's words needs care before anybody else reads them: personal data, abuse, hearsay, accusations.

The signs are words; each finding quotes them as its reason. Nothing is decided here: a person does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from forms.casework.disclosure import mask_text


class Care(StrEnum):
    """Why a text needs care; words under `opinions.care_KEY`."""

    PERSONAL = "personal"
    ABUSE = "abuse"
    RUMOUR = "rumour"
    ACCUSATION = "accusation"


@dataclass(frozen=True, slots=True)
class Finding:
    """`quote` are the words that gave the sign."""

    care: Care
    quote: str


_OFFICES = "书记|主任|支书|村长|镇长|会计|文书|队长|组长|医生|老师|校长|老板|师傅|主席|委员|所长|站长"
_TITLED = re.compile(rf"(?:姓)?([\u4e00-\u9fff])(?:某{{0,2}}|[\u4e00-\u9fff]{{0,2}})(?:{_OFFICES})")
_HOUSE = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,3}\s?组)\s?[一二三四五六七八九十百\d]{1,4}\s?号|[\d]{1,4}\s?号(?:院|屋|房)?(?:那|这|家|的人)"
)
_WHOSE = re.compile(r"([\u4e00-\u9fff]{2,3})(?:家|他家|她家)(?:的|那|里|，)")
_ABUSE = re.compile(
    r"王八|混蛋|混账|他妈的|妈的|狗日|狗东西|狗官|畜生|滚蛋|傻[逼子叉]|蠢货|贱人|婊子|不要脸|人渣|败类|去死|死全家|"
    r"短命|砍死|打死他|弄死|bastard|idiot|\bdamn|\bshit|\bcrook\b|scum|moron|\bkill (?:him|her|them)\b",
    re.IGNORECASE,
)
_RUMOUR = re.compile(
    r"听说|听人说|听别人|据说|传言|谣传|都在传|在传说|有人说|有人讲|网上说|群里(?:都)?说|小道消息|不知(?:道)?真假|"
    r"不知(?:道)?是不是真|好像是要|rumou?r|heard that|they say|people say|apparently",
    re.IGNORECASE,
)
_ACCUSATION = re.compile(
    r"贪污|受贿|行贿|回扣|吃拿卡要|吃喝|克扣|截留|挪用|冒领|优亲厚友|关系户|走后门|塞钱|送礼|包工头|黑社会|打人|家暴|偷|"
    r"骗|强占|bribe|corrupt|embezzl|stole|steal|theft|kickback|beat(?:s|en)? (?:his|her|up)",
    re.IGNORECASE,
)
_STARRED = re.compile(r"[0-9A-Za-z]*\*[0-9A-Za-z*]*")
LONGEST = 12
"""Signs of a name."""
HIDDEN = "某某"


def findings(text: str, *, surnames: Collection[str] = (), names: Collection[str] = ()) -> tuple[Finding, ...]:
    """What to be careful about. `names` are people's full names as the register has them."""
    found = [Finding(Care.PERSONAL, quote) for quote in _personal(text, surnames, names)]
    for care, signs in ((Care.ABUSE, _ABUSE), (Care.RUMOUR, _RUMOUR), (Care.ACCUSATION, _ACCUSATION)):
        found += [Finding(care, quote) for quote in dict.fromkeys(match[0] for match in signs.finditer(text))]
    return tuple(found)


def softened(text: str, *, surnames: Collection[str] = (), names: Collection[str] = ()) -> str:
    """A first draft of what might be published: names and abuse gone, numbers starred. A person reads it first."""
    for quote in sorted(_names(text, surnames, names), key=len, reverse=True):
        text = text.replace(quote, HIDDEN)
    return mask_text(_ABUSE.sub("……", _HOUSE.sub(HIDDEN, text))).text


def _personal(text: str, surnames: Collection[str], names: Collection[str]) -> Iterator[str]:
    seen = set(_names(text, surnames, names))
    yield from sorted(seen, key=text.index)
    for match in _HOUSE.finditer(text):
        yield match[0]
    masked = mask_text(text)
    if masked.count:
        yield from dict.fromkeys(match[0] for match in _STARRED.finditer(masked.text))


def _names(text: str, surnames: Collection[str], names: Collection[str]) -> Iterator[str]:
    known = set(names)
    for size in range(LONGEST, 1, -1) if known else ():
        for at in range(len(text) - size + 1):
            if text[at : at + size] in known:
                yield text[at : at + size]
    for match in _TITLED.finditer(text):
        if match[1] in surnames:
            yield match[0]
    for match in _WHOSE.finditer(text):
        if match[1][0] in surnames and match[1] not in _NOT_NAMES:
            yield match[1]


_NOT_NAMES = frozenset(
    {"国家", "大家", "人家", "自家", "各家", "我们", "他们", "全村", "一家", "几家", "有些", "时候", "老人"}
)
