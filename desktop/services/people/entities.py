"""Residents, households and requests as rows of their lists: what scripts and pickers see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.filling.sealing import readable
from desktop.services.people.masks import masked
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import EntityRow
from forms.casework.areas import code
from forms.errors import Fault, Kind
from sync.store.api import EntityItem

PAGE = 1000
PACK = ("residents", "households", "requests")
SEALED = frozenset({"id_no", "birth", "dis_kind", "dis_grade"})
"""Properties that a list never shows: security.md R22, form-pack.md 2."""


@dataclass(frozen=True, slots=True)
class EntitiesDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_PEOPLE)
    def list(self, dataset: str, *, query: str = "") -> tuple[EntityRow, ...]:
        self._known(dataset)
        if query and dataset in ("residents", "households"):
            return self._search(dataset, query)
        return tuple(entity_row(item, self.context) for item in self._all(dataset, query))

    @needs(Use.SEE_PEOPLE)
    def show(self, uuid: str) -> EntityRow:
        item = self.context.store.entities.get(uuid)
        if item is None or item.deleted:
            raise Fault("services.unknown_entity", Kind.USAGE, id=uuid)
        self.actor.require_area(item.area)
        return entity_row(item, self.context)

    def _known(self, dataset: str) -> None:
        """Fault where no form fills this list; the pack's are known without a look at the forms."""
        if dataset in PACK:
            return
        forms = [self.context.form(row.form_id) for row in self.context.store.forms.list()]
        known = sorted({*PACK, *(entity.dataset for form in forms for entity in form.entities)})
        if dataset not in known:
            raise Fault("services.unknown_dataset", Kind.USAGE, name=dataset, known=", ".join(known))

    def _all(self, dataset: str, query: str) -> Iterator[EntityItem]:
        after: str | None = None
        while True:
            page = self.context.store.entities.list(dataset, query=query, area=self.actor.area, after=after, limit=PAGE)
            yield from page.rows
            if page.next is None:
                return
            after = page.next

    def _search(self, dataset: str, query: str) -> tuple[EntityRow, ...]:
        """As in the window: names, pinyin, initials, door numbers, last digits."""
        near = self.actor.area
        hits = self.context.store.people.search(query, datasets=(dataset,), near=near, limit=200)
        found = (self.context.store.entities.get(hit.uuid, dataset) for hit in hits if self.actor.sees(hit.area))
        return tuple(entity_row(item, self.context) for item in found if item is not None)


def entity_row(item: EntityItem, context: Context) -> EntityRow:
    said = {name: readable(value, context) for name, value in item.properties.items() if name not in SEALED}
    properties = {name: masked(name, value) or value for name, value in said.items()}
    return EntityRow(item.uuid, item.label, code(item.area), item.version, item.dataset, properties)
