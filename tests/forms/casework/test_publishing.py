"""How a proposal stands is the same in whatever order its submissions come."""

from itertools import permutations

import pytest

from forms.casework.publishing import Act, Said, Stage, fold, read

MADE = Said("uuid:1", "p-1", Act.PROPOSE, "wang", "2026-11-20T01:00:00.000Z", title="十月", body="{}")


def said(number: int, act: Act, who: str) -> Said:
    return Said(f"uuid:{number}", "p-1", act, who, f"2026-11-20T0{number}:00:00.000Z")


@pytest.mark.parametrize(
    ("acts", "stage"),
    [
        ((), Stage.PROPOSED),
        (((Act.APPROVE, "wang"),), Stage.PROPOSED),
        (((Act.APPROVE, ""),), Stage.PROPOSED),
        (((Act.APPROVE, "li"),), Stage.APPROVED),
        (((Act.APPROVE, "li"), (Act.REFUSE, "zhao")), Stage.REFUSED),
        (((Act.APPROVE, "li"), (Act.WITHDRAW, "wang")), Stage.WITHDRAWN),
        (((Act.WITHDRAW, "li"), (Act.REFUSE, "li"), (Act.APPROVE, "li")), Stage.WITHDRAWN),
    ],
)
def test_a_set_and_no_order(acts: tuple[tuple[Act, str], ...], stage: Stage) -> None:
    everything = [MADE, *(said(number, act, who) for number, (act, who) in enumerate(acts, 2))]
    for order in permutations(everything):
        (proposal,) = fold(order)
        assert (proposal.stage, proposal.made.who) == (stage, "wang")


def test_what_was_decided_about_nothing_known_waits() -> None:
    assert fold([said(2, Act.APPROVE, "li")]) == ()


def test_answers_are_read_by_their_names() -> None:
    values = {"act": "refuse", "release": "p-1", "who": "li", "reason_not": "再等等"}
    found = read("uuid:2", values, author="wang", at="2026-11-20T02:00:00.000Z")
    assert found is not None
    assert (found.act, found.who, found.reason) == (Act.REFUSE, "li", "再等等")
    assert read("uuid:3", {"act": "other", "release": "p-1"}, author="wang", at="") is None
