"""Exports kept under names come back as they were; what another program wrote is left out."""

from pathlib import Path

import pytest
from service_world import workspace

from desktop.services.desk import TheDesk
from desktop.services.sheets.schemes import SETTING, Scheme
from desktop.services.values import Level
from forms.export.types import Choices, Words


@pytest.fixture
def desk(tmp_path: Path) -> TheDesk:
    return workspace(tmp_path / "w").desk(writer=True)


def test_kept_replaced_and_forgotten(desk: TheDesk) -> None:
    first = Scheme("月报", "requests", Level.STATISTICS, "month", "", ".csv")
    other = Scheme("给民政", "residents", choices=Choices.COLUMNS, words=Words.NAMES, left_out=("phone", "alias"))
    desk.schemes.keep(first)
    desk.schemes.keep(other)
    assert set(desk.schemes.list()) == {first, other}
    changed = Scheme("月报", "hazard")
    desk.schemes.keep(changed)
    assert set(desk.schemes.list()) == {changed, other}
    desk.schemes.forget("给民政")
    assert desk.schemes.list() == (changed,)


def test_what_cannot_be_read_is_left_out(desk: TheDesk) -> None:
    desk.schemes.keep(Scheme("月报", "requests"))
    kept = desk.context.store.settings.get(SETTING)
    desk.context.store.settings.put(SETTING, kept[:-1] + ', {"name": "x", "level": "secret"}, 3]')
    assert [each.name for each in desk.schemes.list()] == ["月报"]
