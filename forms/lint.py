"""What a form asks of people, looked at: notice and legal basis stated, no sensitive question without a need, and
nothing that is known already.

Sensitive kinds follow PIPL article 28 and what officials' forms should not ask at all: accounts, faith, bodies,
politics, origin. Those need their own basis on the question; the others a mark and the form's notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from forms.api import Control, Form, Question, Severity
from forms.asked_again import asked_again
from forms.cells import SURVEY, SheetProblem
from forms.sealed import marked as marked_sealed
from forms.sheets import Row


class Kind(StrEnum):
    """What a question would tell; words under `check.kind_KIND`."""

    IDENTITY = "identity"
    HEALTH = "health"
    FINANCE = "finance"
    FAITH = "faith"
    BODY = "body"
    POLITICS = "politics"
    ORIGIN = "origin"
    INTIMATE = "intimate"
    WHEREABOUTS = "whereabouts"


RARE = frozenset({Kind.FINANCE, Kind.FAITH, Kind.BODY, Kind.POLITICS, Kind.ORIGIN, Kind.INTIMATE})
"""Kinds whose need the question itself has to state."""

_SOUNDS: Mapping[Kind, re.Pattern[str]] = {
    kind: re.compile(words, re.IGNORECASE)
    for kind, words in {
        Kind.IDENTITY: r"身份证|证件号|护照|社保卡号|户口本号|identity (?:card|number)|\bid (?:card|number|no)\b|"
        r"passport|social security number",
        Kind.HEALTH: r"病史|病情|疾病|患病|慢病|残疾|艾滋|乙肝|怀孕|孕期|流产|用药|诊断|体检|精神障碍|吸毒|"
        r"illness|disease|disabilit|diagnos|pregnan|medication|\bHIV\b|hepatitis|mental health|health condition",
        Kind.FINANCE: r"银行卡|银行账[号户]|存折|开户行|账户余额|存款|收入|工资|欠款|负债|微信支付|支付宝|"
        r"bank (?:card|account)|account (?:number|balance)|credit card|\bincome\b|salary|\bdebts?\b|savings",
        Kind.FAITH: r"宗教|信仰|信教|教派|礼拜|religio|\bfaith\b|\bchurch\b|\bmosque\b|denomination",
        Kind.BODY: r"指纹|掌纹|人脸|虹膜|声纹|基因|血型|DNA|fingerprint|\bface (?:photo|image|scan)|facial|\biris scan|"
        r"voice ?print|biometric|blood group|blood type",
        Kind.POLITICS: r"政治面貌|政治倾向|投(?:过|了)?谁的?票|上访史|political (?:opinion|view|affiliation)|"
        r"party membership|voted? for",
        Kind.ORIGIN: r"民族|籍贯|种族|族裔|ethnic|\brace\b|tribe|caste",
        Kind.INTIMATE: r"性取向|性生活|避孕|婚史|离婚原因|犯罪记录|前科|案底|sexual|contracepti|marital history|"
        r"criminal record|convict(?:ed|ion)",
        Kind.WHEREABOUTS: r"行踪|轨迹|行程|whereabouts|movements|itinerary",
    }.items()
}
_DRAWN = frozenset({"signature", "selfie", "new-front"})


def lint(form: Form, rows: Mapping[str, Row]) -> Iterator[SheetProblem]:
    """Warnings, in the order of the questions; those about the whole form stand at the first question concerned."""
    asked = [question for question in form.questions if question.control is not None and not question.note]
    marked = [question for question in form.questions if question.attributes.get("hamlet:sensitive")]
    based = any(question.attributes.get("hamlet:basis") for question in form.questions)
    noticed = any(question.note and question.attributes.get("hamlet:basis") for question in form.questions)
    concerned = [question for question in asked if question in marked or kinds(question)]
    for question in marked:
        if not based:
            yield _about(question, "basis_missing", rows, sensitive=question.attributes["hamlet:sensitive"])
    if concerned and not noticed:
        yield _about(concerned[0], "notice_missing", rows, count=len(concerned))
    for question in asked:
        yield from _needed(question, rows)
        if marked_sealed(question.attributes) and question.control is Control.UPLOAD:
            yield _about(question, "sealed_file", rows)
    for again in asked_again(form):
        names = {"chooser": again.chooser.name, "list": again.dataset, "fact": again.fact}
        yield _about(again.question, "asked_again", rows, **names)


def kinds(question: Question) -> tuple[Kind, ...]:
    """What the question sounds like in any of its languages, or asks by its kind of field."""
    words = " ".join(question.labels.values())
    found = [kind for kind, sound in _SOUNDS.items() if sound.search(words)]
    if question.type in ("geopoint", "geotrace", "geoshape") and Kind.WHEREABOUTS not in found:
        found.append(Kind.WHEREABOUTS)
    if question.control is Control.UPLOAD and _DRAWN & set(question.appearance) and Kind.BODY not in found:
        found.append(Kind.BODY)
    return tuple(found)


def _needed(question: Question, rows: Mapping[str, Row]) -> Iterator[SheetProblem]:
    found = kinds(question)
    if not found:
        return
    attributes = question.attributes
    if not attributes.get("hamlet:sensitive") and not attributes.get("hamlet:level"):
        yield _about(question, "sensitive_unmarked", rows)
    elif RARE & set(found) and not attributes.get("hamlet:basis"):
        yield _about(question, "need_missing", rows)


def _about(question: Question, code: str, rows: Mapping[str, Row], **values: object) -> SheetProblem:
    row = rows.get(question.name)
    label = next(iter(question.labels.values()), "") or question.name
    return SheetProblem(
        Severity.WARNING,
        code,
        {"question": label, **values},
        SURVEY if row else None,
        row.number if row else None,
        "name" if row else None,
    )
