"""Every page has its own help, in both languages."""

import pytest

from desktop.pages.parts.places import Name
from forms.text import Text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_explained_in_words_of_its_own(language: str) -> None:
    text = Text(language)
    said = [text(f"help.{page.value}") for page in Name]
    assert len(set(said)) == len(said)
