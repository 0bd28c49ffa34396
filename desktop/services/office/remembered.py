"""What an office keeps for its daily work: filters of the board under names, and answers with slots to fill."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from desktop.services.context import Context
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import BoardFilter, Tab
from forms.casework.states import Outcome

FILTERS, TEMPLATES = "board_filters", "answer_templates"
MOST = 40  # of each, per workspace
SLOT = re.compile(r"【[^【】]*】|\[[^\[\]]*\]")
SHIPPED = {
    Outcome.DONE: ("repaired", "paid", "visited"),
    Outcome.PARTLY: ("first_part",),
    Outcome.DECLINED: ("not_entitled", "papers_missing"),
}
"""Templates that come with the program: texts under `answers.NAME_PART`."""


@dataclass(frozen=True, slots=True)
class KeptFilter:
    """A filter of the board under a name; `wanted` has neither page nor limit of its own."""

    name: str
    wanted: BoardFilter


@dataclass(frozen=True, slots=True)
class AnswerTemplate:
    """An answer to begin with. What stands in 【】 or [] is a slot, and has to be filled before it goes out."""

    name: str
    outcome: Outcome
    did: str = ""
    reason: str = ""
    basis: str = ""
    next_step: str = ""
    own: bool = True


def open_slots(words: str) -> tuple[str, ...]:
    """Slots of a template that nobody has filled yet, as they stand."""
    return tuple(SLOT.findall(words))


@dataclass(frozen=True, slots=True)
class RememberedDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_REQUESTS)
    def filters(self) -> tuple[KeptFilter, ...]:
        found = self._read(FILTERS)
        return tuple(KeptFilter(name, _filter(values)) for name, values in sorted(found.items()))

    @needs(Use.SEE_REQUESTS)
    def keep_filter(self, name: str, wanted: BoardFilter) -> None:
        """Under a name; the same name again replaces it."""
        values = {
            "tab": wanted.tab.value,
            "village": wanted.village,
            "category": wanted.category,
            "department": wanted.department,
            "query": wanted.query,
            "newest": "1" if wanted.newest else "",
            "stuck": "1" if wanted.stuck else "",
        }
        self._put(FILTERS, name, values)

    @needs(Use.SEE_REQUESTS)
    def drop_filter(self, name: str) -> None:
        self._put(FILTERS, name, None)

    @needs(Use.ANSWER)
    def templates(self) -> tuple[AnswerTemplate, ...]:
        """The office's own first, then those of the program."""
        own = [_template(name, values) for name, values in sorted(self._read(TEMPLATES).items())]
        return (*(each for each in own if each is not None), *self._shipped())

    @needs(Use.ANSWER)
    def keep_template(self, template: AnswerTemplate) -> None:
        values = {key: str(value) for key, value in asdict(template).items() if key not in ("name", "own")}
        self._put(TEMPLATES, template.name, values)

    @needs(Use.ANSWER)
    def drop_template(self, name: str) -> None:
        self._put(TEMPLATES, name, None)

    def _shipped(self) -> Sequence[AnswerTemplate]:
        text = self.context.text

        def part(key: str) -> str:
            return text(key) if key in text else ""

        return [
            AnswerTemplate(
                name=text(f"answers.{name}_name"),
                outcome=outcome,
                did=part(f"answers.{name}_did"),
                reason=part(f"answers.{name}_reason"),
                basis=part(f"answers.{name}_basis"),
                next_step=part(f"answers.{name}_next"),
                own=False,
            )
            for outcome, names in SHIPPED.items()
            for name in names
        ]

    def _read(self, setting: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = json.loads(self.context.store.settings.get(setting, "{}"))
        return found

    def _put(self, setting: str, name: str, values: dict[str, str] | None) -> None:
        self.context.require_writer()
        kept = {known: each for known, each in self._read(setting).items() if known != name}
        if values is not None and name.strip():
            kept = dict([*kept.items(), (name.strip(), values)][-MOST:])
        self.context.store.settings.put(setting, json.dumps(kept, ensure_ascii=False))


def _filter(values: dict[str, str]) -> BoardFilter:
    tab = values.get("tab", "")
    return BoardFilter(
        tab=Tab(tab) if tab in set(Tab) else Tab.OPEN,
        village=values.get("village", ""),
        category=values.get("category", ""),
        department=values.get("department", ""),
        query=values.get("query", ""),
        newest=bool(values.get("newest")),
        stuck=bool(values.get("stuck")),
    )


def _template(name: str, values: dict[str, str]) -> AnswerTemplate | None:
    outcome = next((each for each in Outcome if each.value == values.get("outcome")), None)
    if outcome is None:
        return None
    did, reason, basis, step = (values.get(key, "") for key in ("did", "reason", "basis", "next_step"))
    return AnswerTemplate(name, outcome, did, reason, basis, step)
