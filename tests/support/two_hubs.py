"""A county's hub above a township's, with a line between them that can be cut."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub_world import COUNTY, PASSPHRASE, TOWNSHIP, Clock, Direct, World

from forms.errors import Fault, Kind
from forms.load import load_form
from sync import vouching
from sync.client import enrol
from sync.hub import above, admin, opening
from sync.hub.above import HubAbove
from sync.hub.relay import Exchanged, Relay
from sync.hub.service import Hub
from sync.protocol import Role
from sync.vouching import HubBelow

_TEMPLATE: list[tuple[tempfile.TemporaryDirectory[str], Any]] = []


def make_county(folder: Path, clock: Clock) -> World:
    """A county's hub, a copy of one that is made once."""
    if not _TEMPLATE:
        made = tempfile.TemporaryDirectory()
        atexit.register(made.cleanup)
        place = Path(made.name) / "county"
        opening.create(place, name="青山县", area=COUNTY, passphrase=PASSPHRASE, load=load_form, clock=clock)
        _TEMPLATE.append((made, opening.unlock(place, PASSPHRASE)))
    template, key = _TEMPLATE[0]
    shutil.copytree(Path(template.name) / "county", folder)
    return World(folder, clock, opening.open_hub(folder, key, load=load_form, clock=clock))


@dataclass(slots=True)
class Line(Direct):
    """A transport that breaks when its turn has come; `left` counts requests until then, None for never."""

    left: int | None = None
    lost: bool = False  # what breaks is the answer, not the question
    said: list[tuple[str, Any]] = field(default_factory=list)

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        if name not in ("hello", "push", "pull", "attach"):
            return found

        def through(message: Any) -> Any:
            self.said.append((name, message))
            if self.left is not None:
                self.left -= 1
                if self.left < 0 and not self.lost:
                    raise Fault("sync.unreachable", Kind.UNREACHABLE, url="https://county")
            answer = found(message)
            if self.left is not None and self.left < 0:
                raise Fault("sync.unreachable", Kind.UNREACHABLE, url="https://county")
            return answer

        return through


def belong(township: Hub, county: Hub) -> HubAbove:
    """Enrol the township's hub at the county's, as `hub serve --upstream` does."""
    code = admin.invite(county, area=TOWNSHIP, role=Role.TOWNSHIP).code
    extra = vouching.introduce(HubBelow(township.identity.hub, township.identity.public))
    given = enrol.enrol(Direct(county), url="https://county", code=code, user=township.identity.name, extra=extra)
    found = HubAbove(given.url, given.hub, given.hub_name, given.hub_identity, given.device, given.area, given.key)
    township.write(lambda there: above.remember(there, township.identity, found))
    return found


def exchange(township: Hub, to: HubAbove, line: Line) -> Exchanged:
    return Relay(township, to, line).exchange()
