"""R13 at the window: with the first word that its township has shut it out, a computer is locked and shows nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub_world import VILLAGE, World, make_world
from window_driver import PASSPHRASE, WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.services.clock import Clock
from desktop.services.keeping.workspace import enrol
from desktop.services.trying.demo import make
from sync.client import stick as laptop_stick
from sync.hub import admin
from sync.hub import stick as hub_stick
from sync.hub.server import serving
from sync.protocol import Role

USER = "王秀兰"


def enrolled(world: World, url: str, folder: Path) -> str:
    """A village's workspace with people in it; what its list of people says of them."""
    code = admin.invite(world.hub, area=VILLAGE, role=Role.VILLAGE).code
    made = enrol(folder, url=url, code=code, user=USER, passphrase=PASSPHRASE, clock=Clock())
    desk = made.desk(writer=True)
    make(desk, households=1, requests=1, seed=3)
    count = len(desk.people.list())
    (device,) = admin.devices(world.hub)
    laptop_stick.write(lambda work: work(desk.context.store), folder.parent / "up.hamlet")
    hub_stick.read_bundle(world.hub, folder.parent / "up.hamlet")
    desk.close()
    made.lock()
    admin.revoke(world.hub, device.id)
    hub_stick.write_answer(world.hub, folder.parent / "down.hamlet", area=device.area)
    return f"{count} residents"


@pytest.mark.parametrize("way", ["line", "stick"])
def test_a_computer_that_was_shut_out_is_locked_and_shows_nobody(open_window, tmp_path: Path, way: str) -> None:
    world = make_world(tmp_path / "hub")
    try:
        with serving(world.hub, world.folder) as address:
            people = enrolled(world, address.url, tmp_path / "village")
            window: WindowDriver = open_window(tmp_path / "village", language="en")
            window.unlock()
            window.go(Place(Name.PEOPLE))
            assert people in window.words()
            window.go(Place(Name.HAND_OVER))
            learn(window, way, tmp_path / "down.hamlet")
            assert window.window.shell is None
            window.unlock()
            window.go(Place(Name.PEOPLE))
            assert people not in window.words()
            assert window.shell.context.text("services.shut_out") in window.words()
            window.go(Place(Name.HAND_OVER))
            learn(window, way, tmp_path / "down.hamlet")
            assert window.window.shell is not None, "who knows it is not locked again and again"
    finally:
        world.hub.close()


def learn(window: WindowDriver, way: str, answer: Path) -> None:
    if way == "stick":
        window.page.stick.read(answer)  # type: ignore[attr-defined]
        window.settle()
    else:
        window.shell.context.exchange.begin()
        window.settle()
