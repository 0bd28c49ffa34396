"""Visits, hazards and changes of people in the window: begun from the list of forms, handed in by keys."""

from window_driver import WindowDriver

from desktop.pages.filling.page import FormHost
from desktop.pages.filling.registered import RegisteredPage
from desktop.pages.parts.places import Name, Place


def household(window: WindowDriver, resident: str) -> str:
    found: list[str] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.people.person(resident).row.household, found.append)
    window.settle()
    return found[0]


TITLES = {
    "zh": ("走访", "隐患报告", "民意", "人口变动", "更正"),
    "en": ("Visit", "Hazard", "Opinion", "Change of people", "Correction"),
}


def test_the_list_offers_the_whole_pack(window: WindowDriver, language: str) -> None:
    window.go(Place(Name.FORMS))
    assert set(TITLES[language]) <= set(window.words().splitlines())


def test_a_visit_leads_on_to_the_request_of_who_was_met(window: WindowDriver, seeded) -> None:
    known = (
        ("household", household(window, seeded.uuid)),
        ("seen", seeded.uuid),
        ("problems", "none"),
        ("need", "yes"),
    )
    window.go(Place(Name.FORM, "visit", known=known))
    window.press("Ctrl+Return")
    window.press("Return")
    assert isinstance(window.page, FormHost)
    assert (window.here.subject, dict(window.here.known)["resident"]) == ("request", seeded.uuid)
    assert seeded.name in window.words()


def test_a_hazard_has_its_number_and_what_comes_next(window: WindowDriver) -> None:
    known = (
        ("kind", "water"),
        ("hlevel", "serious"),
        ("description", "水塘边没有护栏"),
        ("/data/where/area", "99062110120103"),
        ("place", "老桥头水塘"),
        ("kit_have", "sign"),
        ("/data/done/did", "watch"),
    )
    window.go(Place(Name.FORM, "hazard", known=known))
    window.press("Ctrl+Return")
    window.press("Return")
    assert isinstance(window.page, RegisteredPage)
    assert "YH-" in window.words()
