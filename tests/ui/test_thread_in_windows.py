"""The whole thread in two windows and a real hub: written, handed over, assigned, answered, told, exported."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.filling.registered import RegisteredPage
from desktop.pages.parts.places import Name, Place
from desktop.services.clock import Clock
from desktop.services.keeping.workspace import enrol
from desktop.services.trying.demo import make
from desktop.services.trying.story_hub import HubProcess
from desktop.services.values import RequestState

pytestmark = pytest.mark.slow
TOWNSHIP, VILLAGE = "990621101", "990621101201"


@dataclass(frozen=True, slots=True)
class Places:
    hub: HubProcess
    village: Path
    township: Path
    initials: str


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    from pypinyin import lazy_pinyin

    hub = HubProcess(tmp_path / "hub", PASSPHRASE)
    hub.create(name="青石镇", area=TOWNSHIP)
    hub.start()
    name = ""
    for folder, user, area, role in (
        ("village", "王秀兰", VILLAGE, "village"),
        ("township", "林晓", TOWNSHIP, "township"),
    ):
        code = hub.invite(area=area, role=role)
        workspace = enrol(tmp_path / folder, url=hub.url, code=code, user=user, passphrase=PASSPHRASE, clock=Clock())
        if role == "village":
            desk = workspace.desk(writer=True)
            make(desk, households=2, requests=0, seed=1)
            name = desk.people.list()[0].name
            desk.close()
        workspace.lock()
    yield Places(hub, tmp_path / "village", tmp_path / "township", "".join(s[0] for s in lazy_pinyin(name)))
    hub.stop()


def hand_over(window: WindowDriver) -> None:
    window.front().press("F9")
    window.press("Return")
    assert not window.page.running


def state(window: WindowDriver, ref: str) -> RequestState:
    found = []
    window.window.lanes.read(window.window, lambda desk: desk.requests.show(ref).row.state, found.append)
    window.settle()
    return found[0]


def step(window: WindowDriver, key: str) -> None:
    """Begin a step on the board's first row by its key."""
    window.front().go(Place(Name.BOARD))
    window.press(key)
    assert window.here.page is Name.FORM


def hand_in(window: WindowDriver) -> None:
    window.press("Ctrl+Return")
    window.press("Return")


def test_the_thread_in_two_windows(open_window, places: Places, tmp_path: Path) -> None:
    village = open_window(places.village)
    village.unlock()
    places.hub.stop()
    village.press("F3")
    village.type(places.initials)
    village.press("Return")
    village.type("ld")
    village.press("Return")
    village.commit("村东头小学路口三盏路灯不亮")
    hand_in(village)
    assert isinstance(village.page, RegisteredPage)
    ref = village.page._stored.ref

    hand_over(village)  # nobody answers: said in words, nothing lost
    assert village.page._said.isVisible()
    assert state(village, ref) is RequestState.READY

    places.hub.start()
    hand_over(village)
    assert state(village, ref) is RequestState.ARRIVED

    township = open_window(places.township)
    township.unlock()
    hand_over(township)
    township.front().go(Place(Name.BOARD))
    township.press("A")
    township.press("Ctrl+Return")
    township.go(Place(Name.TODAY))  # what waits to be taken back is done when one leaves the page
    assert state(township, ref) is RequestState.ASSIGNED

    step(township, "R")
    form = township.page.form
    township.press("1")
    form.go_to("/data/ret/return_text")
    township.commit("请补拍灯杆编号")
    hand_in(township)
    assert state(township, ref) is RequestState.RETURNED
    hand_over(township)

    hand_over(village)
    assert state(village, ref) is RequestState.RETURNED
    village.go(Place(Name.TODAY))
    village.click("去补充")
    village.page.form.go_to("/data/note_text")
    village.commit("灯杆编号 12、13、14")
    hand_in(village)
    hand_over(village)

    hand_over(township)
    township.front().go(Place(Name.BOARD))
    township.press("D")
    township.commit("三盏灯都换好了")
    township.press("Ctrl+Return")
    township.go(Place(Name.TODAY))
    assert state(township, ref) is RequestState.ANSWERED
    hand_over(township)

    hand_over(village)
    assert state(village, ref) is RequestState.ANSWERED
    village.go(Place(Name.TODAY))
    assert "三盏灯都换好了" in village.words()
    village.click("已告知")
    village.page.form.go_to("/data/how/way")
    village.press("1")
    village.page.form.go_to("/data/how/reaction")
    village.press("1")
    hand_in(village)
    assert state(village, ref) is RequestState.TOLD

    hand_over(village)
    hand_over(township)
    assert state(township, ref) is RequestState.TOLD
    township.go(Place(Name.EXPORT))
    township.page._folder = tmp_path
    township.press("Ctrl+Return")
    assert "导出好了" in township.words()
    (file,) = tmp_path.glob("*.xlsx")
    rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert any(ref in row for row in rows)
