"""Questions for what the register knows of somebody who was chosen before: tried out by choosing an invented one.

A form that lets one choose a resident or a household knows their facts, and has to have them stand there
(WCAG 2.2, 3.3.7 Redundant Entry).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from forms.api import Control, Environment, Form, Node, Question, Session
from forms.rows import Columns

CHOSEN = "00000000-0000-4000-8000-000000000000"
_MOMENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FACTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "residents.csv": {
        "full_name": ("姓名", "full name", "name"),
        "sex": ("性别", "sex", "gender"),
        "birth": ("出生日期", "出生年月", "出生年月日", "date of birth", "birth date"),
        "phone": ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "telephone", "phone", "phone number"),
        "id_no": ("身份证号", "身份证号码", "证件号码", "identity number", "id number"),
        "relation": ("与户主关系", "relation to the head of household"),
    },
    "households.csv": {
        "head_name": ("户主", "户主姓名", "head of household"),
        "house_no": ("门牌", "门牌号", "door number", "house number"),
        "phone": ("手机", "手机号", "联系电话", "电话", "telephone", "phone", "phone number"),
        "living": ("常住人口", "家里几口人", "people living there"),
    },
}
"""Properties that the register has of them, with labels that ask for just that."""
_VALUES = {"birth": "1960-12-05", "sex": "f", "phone": "15400000000", "living": "3"}
_MARKS = re.compile(r"[\s:：*（(].*$")


class Again(NamedTuple):
    """`question` is asked although choosing in `chooser` has told it: it is `fact` of the list."""

    question: Question
    chooser: Question
    dataset: str
    fact: str


def asked_again(form: Form) -> Iterator[Again]:
    """In the order of the questions; nothing of forms in which nobody is chosen."""
    choosers = [each for each in form.questions if each.itemset in FACTS and _asked(each)]
    choosers = [each for each in choosers if each.control is Control.SELECT_ONE]
    for chooser in choosers:
        suspects = [again for question in form.questions if (again := _suspect(question, chooser)) is not None]
        if not suspects:
            continue
        session = _open(form)
        if session.set(chooser.path, CHOSEN).skipped is not None:
            continue
        yield from (again for again in suspects if _is_open(session.node(again.question.path)))


def _suspect(question: Question, chooser: Question) -> Again | None:
    """A question that asks for a fact of whoever is chosen, and does not write it anew into the register."""
    writes = f"{question.saves_to.partition('#')[0]}.csv" in FACTS
    if writes or not _asked(question) or question.itemset in FACTS or question.calculated:
        return None
    words = {_MARKS.sub("", label.strip()).lower() for label in question.labels.values()}
    for fact, labels in FACTS[chooser.itemset].items():
        if question.name == fact or words & set(labels):
            return Again(question, chooser, chooser.itemset.removesuffix(".csv"), fact)
    return None


def _asked(question: Question) -> bool:
    """Whether somebody answers it, once a record."""
    return question.control is not None and not question.note and not question.repeats


def _is_open(node: Node) -> bool:
    return node.relevant and not node.readonly and not node.value


def _open(form: Form) -> Session:
    """A session in which the register knows one person and one household, with a value for every column."""
    rows = {}
    for external in form.externals:
        if external.name in FACTS:
            columns = {*external.columns, "name", "label", *FACTS[external.name]}
            known = {each: [CHOSEN if each == "name" else _VALUES.get(each, "1")] for each in columns}
            rows[external.id] = Columns(known)
    world = Environment(now=lambda: _MOMENT, uuid=lambda: CHOSEN, random=lambda: 0.5, number=lambda kind: f"{kind}-1")
    return form.open(world, rows=rows)
