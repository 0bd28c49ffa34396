"""The counter's pages in the states in which people meet them: two who may be one, an office set up, not receiving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from service_world import household
from window_driver import WindowDriver

from desktop.pages.office.page import OfficePage
from desktop.pages.office.receiving import Receiving
from desktop.pages.parts.places import Name, Place
from forms.errors import Fault, Kind

FORMS = Path(__file__).parents[2] / "resources" / "forms"
Arrange = Callable[[WindowDriver], None]


def review_states() -> list[tuple[str, Arrange]]:
    """Pairs of people and of households, a contradiction, and what was decided."""
    return [
        ("review-pair", _twins),
        ("review-merging", _merging),
        ("review-homes", _homes),
        ("review-conflicts", lambda window: window.go(Place(Name.REVIEW, tab="conflicts"))),
        ("review-decided", _decided),
    ]


def office_states(window: WindowDriver) -> list[tuple[str, Arrange]]:
    """An office that is set up on this computer; nothing where this computer belongs to another."""
    if window.shell.context.me.enrolled:
        return []
    tabs = ("people", "departments", "calendar")
    return [
        ("office-here", _set_up),
        *((f"office-{tab}", _tab(tab)) for tab in tabs),
        ("office-invited", _invite),
        ("office-forms", _tab("forms")),
        ("office-form-sound", _check(FORMS / "visit.xlsx")),
        ("office-form-bad", _check(Path(__file__))),
        ("office-off", _off),
        ("office-error", _refused),
    ]


def _twins(window: WindowDriver) -> None:
    """Somebody is written down again in the same house with one sign of the telephone changed."""
    assert window.window.lanes is not None

    def again(desk: object) -> None:
        homes = desk.people.households(limit=1)  # type: ignore[attr-defined]
        if not homes:
            return
        entities = desk.context.store.entities  # type: ignore[attr-defined]
        known = entities.get(homes[0].uuid, "households").properties
        written = household(known["area"], known["head_name"], "赵春花")
        head = next(each for each in entities.members(homes[0].uuid) if each.label == known["head_name"]).properties
        written["member"][0] |= {"telephone": head.get("phone", ""), "birth": head.get("birth", "")}
        written["where"] |= {"house_no": known["house_no"], "phone": known.get("phone") or "15412345678"}
        desk.batch("household").add(written, base=Path())  # type: ignore[attr-defined]

    window.window.lanes.write(window.window, again)
    window.settle()
    window.go(Place(Name.REVIEW))


def _merging(window: WindowDriver) -> None:
    window.go(Place(Name.REVIEW, tab="pairs"))
    window.press("M")


def _homes(window: WindowDriver) -> None:
    """The pair of two households, the last of the list."""
    window.press("Esc")
    window.press("End")


def _decided(window: WindowDriver) -> None:
    """Two are one, and two others are not."""
    window.go(Place(Name.REVIEW, tab="pairs"))
    window.press("Left")
    window.press("N")
    window.go(Place(Name.REVIEW, tab="decided"))


def _receiving(window: WindowDriver) -> Receiving:
    found = window.shell.context.receiving
    assert found is not None
    return found


def _set_up(window: WindowDriver) -> None:
    context, lanes = window.shell.context, window.window.lanes
    assert lanes is not None
    window.go(Place(Name.OFFICE))
    _receiving(window).found(
        lanes,
        user=context.me.user,
        name=context.text("office.found_default", place=context.me.area_label),
        done=lambda _: None,
    )
    window.settle()


def _tab(tab: str) -> Arrange:
    return lambda window: window.go(Place(Name.OFFICE, tab=tab))


def _invite(window: WindowDriver) -> None:
    window.go(Place(Name.OFFICE, tab="people"))
    window.click(window.shell.context.text("office.invite_code"))


def _check(file: Path) -> Arrange:
    def arrange(window: WindowDriver) -> None:
        window.go(Place(Name.OFFICE, tab="forms"))
        assert isinstance(window.page, OfficePage)
        window.page.check_form(file)
        window.settle()

    return arrange


def _off(window: WindowDriver) -> None:
    window.go(Place(Name.OFFICE, tab="state"))
    _receiving(window).stop()
    window.settle()


def _refused(window: WindowDriver) -> None:
    """Another program serves this reception already."""
    window.go(Place(Name.OFFICE))
    receiving = _receiving(window)
    receiving.problem = Fault("hub.serving", Kind.USAGE, path="reception")
    receiving.changed.emit()
    window.settle()
