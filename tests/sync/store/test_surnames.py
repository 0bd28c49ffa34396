"""Everybody is found by every reading of the surname that people use, and by mixtures of what they remember."""

import csv
import io
from collections.abc import Iterator
from importlib.resources import files

import pytest

from forms.casework.names import Names, plain_pinyin
from sync.store.search_keys import EXACT, Subject, keys, terms

DATA = (files("resources") / "pack" / "surnames.csv").read_bytes()
ROWS = list(csv.DictReader(io.StringIO(DATA.decode("utf-8-sig"))))
NAMES = Names.read(DATA)


def readings(row: dict[str, str]) -> Iterator[str]:
    for column in ("pinyin", "other_reading", "usual_misreading"):
        plain = plain_pinyin(row.get(column) or "")
        if plain:
            yield plain
            yield plain.replace("v", "u")  # typed without the dots


def finds(text: str, subject: Subject) -> bool:
    """As the store looks: every term by one of its keys, exactly or by prefix."""
    held = {key[1:] for key in keys(subject, NAMES)}
    return all(
        any(key in held if key[0] in EXACT else any(each.startswith(key) for each in held) for key in term.keys)
        for term in terms(text)
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["surname"])
def test_a_surname_is_found_by_every_reading(row: dict[str, str]) -> None:
    subject = Subject(
        "residents", row["surname"] + "桂芳", {"full_name": row["surname"] + "桂芳"}, "石桥村三组 3组", "12号"
    )
    for reading in readings(row):
        for typed in (
            reading,
            reading + "guifang",
            reading + "gf",
            f"{reading} guifang",
            f"{reading} 3zu",
            f"{reading} 12号",
            f"{row['surname']} gf",
            f"{row['surname']} 3zu",
        ):
            assert finds(typed, subject), typed
        assert not finds(f"{reading} 4zu", subject)


@pytest.mark.parametrize("row", ROWS[::20], ids=lambda row: row["surname"])
def test_every_letter_that_is_typed_keeps_the_person(row: dict[str, str]) -> None:
    subject = Subject("residents", row["surname"] + "桂芳", {"full_name": row["surname"] + "桂芳"})
    for reading in readings(row):
        whole = reading + "guifang"
        assert all(finds(whole[:length], subject) for length in range(1, len(whole) + 1)), whole
