"""Invented records in large numbers through the form engine: processes fill in, one writes, many to a transaction."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import cast

from desktop.services.clock import fixed
from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.trying.crew import Ask, Crew, Processes
from desktop.services.trying.demo import Made, Maker, Plan, everybody, plan_for
from desktop.services.trying.demo_fast import KIND, Numbers
from forms.api import Submission
from forms.casework.numbers import format_number, parse
from forms.entities import EntityChange, changes
from sync.store.rows import Finalise
from sync.vault.keys import DataKey

AT_ONCE = 50  # records of a transaction

Filled = tuple[Submission, tuple[EntityChange, ...]]


@dataclass(slots=True)
class Filler:
    """Fills in planned records in a process of its own, on a connection that only reads.

    `key` is the workspace's, handed over in memory only; `moment` the one at which all of them are made; `before` the
    running number of the last request that was there.
    """

    folder: Path
    key: bytes = field(repr=False)
    user: str
    language: str
    moment: str
    zone: tzinfo
    plan: Plan
    others: tuple[str, ...]
    letters: str
    before: int
    _maker: Maker | None = None

    def __call__(self, task: object, ask: Ask) -> list[Filled]:
        numbers, maker = cast("Numbers", task), self._begun()
        return [self._filled(maker, numbers.form_id, n) for n in range(numbers.first, numbers.last + 1)]

    def _filled(self, maker: Maker, form_id: str, number: int) -> Filled:
        if form_id == "household":
            made = maker.submission(self.plan.household(number))
        else:
            ref = format_number(KIND, self.letters, self.before + number)
            made = maker.submission(self.plan.request(number, self.others), ref)
        return made, changes(maker.batch(form_id).form, made.xml)

    def _begun(self) -> Maker:
        if self._maker is None:
            clock = fixed(self.moment, zone=self.zone)
            opened = OpenWorkspace(self.folder, self.user, clock, os.urandom, _key=DataKey(self.key))
            self._maker = Maker(opened.desk(language=self.language))
        return self._maker


def make_filled(
    opened: OpenWorkspace, desk: TheDesk, *, households: int, requests: int, seed: int, crew: Crew | None = None
) -> Made:
    """As `demo.make`, the same records, with processes that fill in; `AT_ONCE` records in a durable transaction."""
    plan, store, crew = plan_for(desk, households=households, seed=seed), desk.context.store, crew or Processes()
    following = parse(store.records.peek_number(KIND))
    filler = Filler(
        folder=opened.folder,
        key=opened.key().secret(),
        user=opened.user,
        language=desk.context.language,
        moment=desk.context.clock.instant().isoformat(),
        zone=desk.context.clock.zone,
        plan=plan,
        others=() if households or not requests else tuple(everybody(desk)),
        letters=store.identity().letters,
        before=following.running - 1 if following else 0,
    )
    if not households and not filler.others:
        requests = 0
    residents, asked = 0, 0
    for form_id, count in (("household", households), ("request", requests)):
        for filled in _filled(desk, replace(filler), crew, form_id, count):
            if form_id == "household":
                residents += sum(len(born) - 1 for _, born in filled)
            else:
                asked += len(filled)
    return Made(households, residents, asked)


def _filled(desk: TheDesk, filler: Filler, crew: Crew, form_id: str, count: int) -> Iterator[list[Filled]]:
    """What was filled in, once it is stored."""
    tasks = [Numbers(form_id, first, min(count, first + AT_ONCE - 1)) for first in range(1, count + 1, AT_ONCE)]
    form = desk.batch(form_id).form
    author = desk.context.actor.user
    for made in crew.results(filler, [tasks], lambda _: None) if tasks else ():
        filled = cast("list[Filled]", made)
        desk.context.store.records.finalise_all(
            [Finalise(submission, form, author=author, changes=asked) for submission, asked in filled]
        )
        yield filled
