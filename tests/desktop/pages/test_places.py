"""Each role's navigation: every page can be built, has words and an icon, and lights a line of the bar."""

import sys

import pytest

from desktop.pages.parts.places import Name, Place, entry_of, navigation
from desktop.pages.shell.ahead import OFTEN, load_ahead
from desktop.pages.shell.build import Frame, builders
from desktop.pages.shell.keys import SEQUENCES, Key
from desktop.tasks import Ticket
from desktop.theme.apply import Theme
from forms.text import Text
from sync.protocol import Role


@pytest.mark.parametrize("role", list(Role))
def test_a_role_has_pages_with_words_and_icons(role: Role, text: Text, theme: Theme) -> None:
    made = builders(Frame())
    for entry in navigation(role):
        assert text(f"shell.nav_{entry.page.value}")
        assert not theme.icon(entry.icon).isNull()
        assert entry.page in made


def test_a_supervisor_has_what_is_late_and_what_is_printed_as_lines_of_their_own() -> None:
    lines = {entry.page: entry.key for entry in navigation(Role.SUPERVISOR)}
    assert (lines[Name.OVERDUE], lines[Name.BOARD], lines[Name.PRINTING]) == ("Ctrl+2", "Ctrl+3", "Ctrl+5")
    for page in (Name.OVERDUE, Name.BOARD, Name.PRINTING):
        assert entry_of(Place(page), Role.SUPERVISOR) is page
    assert entry_of(Place(Name.PRINTING), Role.TOWNSHIP) is Name.TODAY


@pytest.mark.parametrize("role", list(Role))
def test_what_is_loaded_ahead_is_there(role: Role) -> None:
    load_ahead(role, Ticket())
    assert all(module in sys.modules for module in OFTEN[role])


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("form", ["request", "household", "told", "request_update"])
def test_a_form_lights_a_line_that_is_there_or_none(role: Role, form: str) -> None:
    lit = entry_of(Place(Name.FORM, form), role)
    assert lit in {entry.page for entry in navigation(role)} or lit is Name.FORMS


def test_every_f_key_has_a_twin_with_alt_and_its_number() -> None:
    for keys in SEQUENCES.values():
        for key in keys:
            if key.startswith("F") and key[1:].isdigit():
                assert f"Alt+{key[-1]}" in keys  # Alt+0 for F10


def test_no_two_keys_do_different_things() -> None:
    flat = [key for keys in SEQUENCES.values() for key in keys]
    assert len(flat) == len(set(flat))


def test_every_key_is_explained(text: Text) -> None:
    assert all(f"shell.key_{key.value}" in text for key in Key)
