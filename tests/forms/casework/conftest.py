"""The pack's lists, read once."""

from importlib.resources import files

import pytest

from forms.casework.areas import Areas
from forms.casework.calendar import Calendar
from forms.casework.names import Names


def _pack(name: str) -> bytes:
    return (files("resources") / "pack" / name).read_bytes()


@pytest.fixture(scope="session")
def areas():
    return Areas.read(_pack("areas.csv"))


@pytest.fixture(scope="session")
def calendar():
    return Calendar.read(_pack("calendar.csv"))


@pytest.fixture(scope="session")
def names():
    return Names.read(_pack("surnames.csv"))
