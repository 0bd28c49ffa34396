"""Ctrl+K: pages, people and requests by a few letters, from anywhere."""

from window_driver import WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.services.values import BoardFilter, Tab


def test_a_page_a_person_and_a_request_are_a_few_keys_away(window: WindowDriver, seeded, language: str) -> None:
    window.press("Ctrl+K")
    window.type("jj" if language == "zh" else "hand")
    window.press("Return")
    assert window.here.page is Name.HAND_OVER
    window.press("Ctrl+K")
    window.commit(seeded.name)
    window.press("Return")
    assert window.here == Place(Name.RESIDENT, seeded.uuid)
    found: list[str] = []
    window.window.lanes.read(
        window.window, lambda desk: desk.requests.board(BoardFilter(tab=Tab.ALL)).rows[0].ref, found.append
    )
    window.settle()
    window.press("Ctrl+K")
    window.type(found[0])
    window.press("Return")
    assert window.here.page is Name.REQUESTS
    assert found[0] in window.words()


def test_escape_leaves_everything_as_it_was(window: WindowDriver) -> None:
    before, focus = window.here, window.focus
    window.press("Ctrl+K")
    window.type("q")
    window.press("Esc")
    assert window.here == before
    assert window.focus is focus
