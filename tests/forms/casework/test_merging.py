"""Decisions on who is whom come to the same in whatever order they are known."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import permutations

import pytest

from forms.casework import merging
from forms.casework.merging import Act, Decided, Standing, fold

TODAY = date(2026, 11, 22)
A, B, C, D = "a", "b", "c", "d"


def decided(id: str, act: Act, kept: str, other: str = "", *, undone: str = "", on: date | None = TODAY) -> Decided:
    return Decided(id, act, "residents", kept, other, undone=tuple(undone.split()), on=on)


def who(standing: Standing, *uuids: str) -> tuple[str, ...]:
    return tuple(standing.survivor("residents", uuid) for uuid in uuids)


def test_a_merged_person_is_found_under_the_one_that_stands_for_both() -> None:
    standing = fold([decided("1", Act.MERGE, A, B), decided("2", Act.MERGE, A, C)])
    assert who(standing, A, B, C, D) == (A, A, A, D)
    assert standing.group("residents", B) == (A, B, C)
    assert standing.survivor("households", B) == B


def test_a_merge_goes_on_from_a_merge() -> None:
    assert who(fold([decided("1", Act.MERGE, B, C), decided("2", Act.MERGE, A, B)]), A, B, C) == (A, A, A)


def test_two_clerks_who_keep_one_each_agree_on_the_same_person() -> None:
    circle = [decided("1", Act.MERGE, A, B), decided("2", Act.MERGE, B, A)]
    assert who(fold(circle), A, B) == (A, A)
    fork = [decided("1", Act.MERGE, C, A), decided("2", Act.MERGE, B, A)]
    assert who(fold(fork), A, B, C) == (B, B, B)


def test_an_undone_merge_leaves_two_people() -> None:
    standing = fold([decided("1", Act.MERGE, A, B), decided("2", Act.UNDO, A, undone="1")])
    assert who(standing, A, B) == (A, B)
    assert standing.undone == {"1": ("2",)}
    assert not standing.merges


def test_an_undoing_of_one_of_two_merges_of_a_pair_leaves_the_other() -> None:
    twice = [decided("1", Act.MERGE, A, B), decided("2", Act.MERGE, A, B)]
    assert who(fold([*twice, decided("3", Act.UNDO, A, undone="1")]), B) == (A,)
    assert who(fold([*twice, decided("3", Act.UNDO, A, undone="1 2")]), B) == (B,)


@pytest.mark.parametrize(("days", "undoes"), [(0, True), (30, True), (31, False)])
def test_a_merge_can_be_undone_for_thirty_days(days: int, undoes: bool) -> None:
    later = TODAY + timedelta(days)
    merge = decided("1", Act.MERGE, A, B)
    standing = fold([merge, decided("2", Act.UNDO, A, undone="1", on=later)])
    assert who(standing, B) == ((B,) if undoes else (A,))
    assert standing.late == (() if undoes else ("2",))
    assert merging.can_be_undone(merge, later) is undoes


def test_an_undoing_that_comes_before_its_merge_waits_for_it() -> None:
    undoing = decided("1", Act.UNDO, A, undone="2")
    assert fold([undoing]).late == ()
    assert who(fold([undoing, decided("2", Act.MERGE, A, B)]), B) == (B,)


def test_who_is_called_two_by_one_and_one_by_another_stays_two() -> None:
    standing = fold([decided("1", Act.MERGE, A, B), decided("2", Act.DIFFERENT, B, A)])
    assert who(standing, A, B) == (A, B)
    assert [each.instance_id for each in standing.contested] == ["1"]
    assert standing.are_apart("residents", A, B)


def test_two_who_are_apart_and_merged_with_a_third_are_contested() -> None:
    decisions = [decided("1", Act.MERGE, A, B), decided("2", Act.MERGE, A, C), decided("3", Act.DIFFERENT, B, C)]
    assert [each.instance_id for each in fold(decisions).contested] == ["3"]


def test_a_proposal_waits_until_somebody_decides_on_the_pair() -> None:
    proposal = decided("1", Act.PROPOSE, A, B)
    assert fold([proposal]).proposed == (proposal,)
    assert fold([proposal, decided("2", Act.MERGE, B, A)]).proposed == ()
    assert fold([proposal, decided("2", Act.DIFFERENT, B, A)]).proposed == ()
    assert fold([proposal, decided("2", Act.UNDO, A, undone="1")]).proposed == ()


def test_the_order_of_decisions_does_not_matter() -> None:
    chance = random.Random(7)
    for _ in range(60):
        decisions = [_any(chance, number) for number in range(5)]
        found = {repr(fold(order)) for order in permutations(decisions)}
        assert len(found) == 1, decisions


def _any(chance: random.Random, number: int) -> Decided:
    act = chance.choice((Act.MERGE, Act.MERGE, Act.DIFFERENT, Act.UNDO, Act.PROPOSE))
    kept, other = chance.sample((A, B, C, D), 2)
    on = TODAY + timedelta(chance.choice((0, 10, 40)))
    return decided(str(number), act, kept, other, undone=str(chance.randrange(5)), on=on)


def test_a_decision_is_read_from_its_answers() -> None:
    values = {
        "act": "conflict",
        "target": "household",
        "kept": A,
        "about": "uuid:1  uuid:2",
        "decided_on": "2026-11-22",
    }
    found = merging.read("decision", "uuid:9", values)
    assert found == Decided("uuid:9", Act.CONFLICT, "households", A, about=("uuid:1", "uuid:2"), on=TODAY)
    assert found is not None
    assert merging.settled([found], Act.CONFLICT, "households", A) == {"uuid:1", "uuid:2"}
    assert merging.settled([found], Act.CONFLICT, "residents", A) == frozenset()


@pytest.mark.parametrize(
    "values",
    [
        {"act": "merge", "target": "resident", "kept": A},
        {"act": "merge", "target": "resident", "kept": A, "other": A},
        {"act": "undo", "target": "resident", "kept": A},
        {"act": "take", "target": "resident", "kept": A},
        {"act": "other", "target": "resident", "kept": A, "other": B},
        {"act": "merge", "target": "request", "kept": A, "other": B},
        {"act": "merge", "target": "resident", "other": B},
    ],
)
def test_a_decision_that_lacks_what_it_needs_is_none(values: dict[str, str]) -> None:
    assert merging.read("decision", "uuid:9", values) is None
    assert merging.read("told", "uuid:9", {**values, "act": "merge", "other": B}) is None
