"""What the register knows of whoever is chosen is not asked again (3.3.7 of WCAG 2.2): it stands there already."""

import pytest
from pack_forms import FORMS, entity_list, open_pack, pack_form

from forms.api import Control, Form, NodeKind, Question

REGISTER = {"residents": "resident", "households": "household"}
OF_OTHERS = {
    ("opinion", "area"): "the place that the opinion is about, wherever its author lives",
    ("resident_change", "guardian_consent"): "of the newcomer, not of the head who is chosen",
}
"""Questions that are named like a fact of whoever is chosen and ask for something else."""


def facts(dataset: str) -> dict[str, str]:
    """Every property that the register has of them, with a value of its own."""
    (created,) = (each for each in pack_form(REGISTER[dataset]).entities if each.dataset == dataset)
    return {name: f"13800000{number:03d}" for number, name in enumerate(created.properties)}


def asked_again(form: Form, dataset: str) -> list[Question]:
    """Questions for a fact of the register, but those that write it anew and those that choose somebody."""
    known = facts(dataset)
    asked = [each for each in form.questions if each.control is not None and not each.note and not each.repeats]
    asked = [each for each in asked if each.itemset.removesuffix(".csv") not in REGISTER]
    return [each for each in asked if each.name in known and each.saves_to.partition("#")[0] not in REGISTER]


CHOOSERS = [
    (name, dataset, question.path)
    for name in FORMS
    for dataset in REGISTER
    for question in pack_form(name).questions
    if question.itemset == f"{dataset}.csv" and question.control is Control.SELECT_ONE and not question.repeats
]


@pytest.mark.parametrize(("name", "dataset", "chooser"), CHOOSERS)
def test_what_is_known_of_whoever_is_chosen_stands_there(name: str, dataset: str, chooser: str) -> None:
    known = facts(dataset)
    lists = {each: entity_list({"name": "u-1", "label": "王建国", **facts(each)}) for each in REGISTER}
    session = open_pack(name, **lists)
    session.set(chooser, "u-1")
    for question in asked_again(pack_form(name), dataset):
        if (name, question.name) in OF_OTHERS:
            continue
        node = session.node(question.path)
        assert node.kind is NodeKind.QUESTION
        assert node.value == known[question.name], question.path


def test_there_is_something_to_take_over() -> None:
    assert [each.name for each in asked_again(pack_form("request"), "residents")] == ["phone"]
