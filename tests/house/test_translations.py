"""Every string that a person sees stands in both languages, with the same values to fill in, and is used."""

import json
import re
import string
from pathlib import Path

import pytest

from forms.text import LANGUAGES, Text

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "resources" / "translations"
AREAS = sorted(path.stem for path in (TRANSLATIONS / "zh").glob("*.json"))
CODE = "\n".join(
    path.read_text("utf-8")
    for package in ("forms", "sync", "desktop")
    for path in sorted((ROOT / package).rglob("*.py"))
)


def strings(language: str, area: str) -> dict[str, str]:
    pairs = json.loads((TRANSLATIONS / language / f"{area}.json").read_text("utf-8"), object_pairs_hook=list)
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"{language}/{area}: a key stands twice"
    return dict(pairs)


def places(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}


def test_both_languages_have_the_same_files() -> None:
    assert AREAS
    assert sorted(path.stem for path in (TRANSLATIONS / "en").glob("*.json")) == AREAS


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same(area: str) -> None:
    chinese, english = strings("zh", area), strings("en", area)
    ones = {
        key for key in english if key.endswith("_1") and key[:-2] in english
    }  # Chinese has no form of its own for one
    assert chinese.keys() == english.keys() - ones
    for key in ones:
        assert places(english[key]) <= places(english[key[:-2]]), key
        assert english[key].strip(), key
    for key in chinese:
        assert places(chinese[key]) == places(english[key]), key
        assert chinese[key].strip(), key
        assert english[key].strip(), key


@pytest.mark.parametrize("area", AREAS)
def test_english_has_no_chinese_left(area: str) -> None:
    left = {key: value for key, value in strings("en", area).items() if re.search("[一-鿿]", value)}
    allowed = {key for key, value in left.items() if re.search(r"""乡情台账|中文|["(（][^")）]*[一-鿿]""", value)}
    assert left.keys() == allowed


def keys_in_code() -> set[str]:
    areas = "|".join(map(re.escape, AREAS))
    return set(re.findall(rf'"((?:{areas})\.[a-z][A-Za-z0-9_.]*[a-z0-9])"', CODE))


def test_every_key_in_the_code_has_words() -> None:
    english = Text("en")
    areas_with_keys = {f"{area}.{key}" for area in AREAS for key in strings("en", area)}
    files = (".json", ".geojson", ".csv", ".py", ".xlsx", ".db")
    packages = {f"{'.'.join(path.relative_to(ROOT).parts)}" for path in ROOT.glob("sync/**/") if path.is_dir()}
    names = {key for key in keys_in_code() if not key.endswith(files)} - packages
    unknown = {key for key in names if key not in areas_with_keys and key not in english}
    assert not unknown


def test_text_refuses_an_unknown_key() -> None:
    for language in LANGUAGES:
        with pytest.raises(KeyError):
            Text(language)(f"{AREAS[0]}.no_such_key")


def test_one_has_its_own_words_where_the_language_wants_it() -> None:
    assert Text("en")("board.days", count=1) == "1 working day"
    assert Text("en")("board.days", count=3) == "3 working days"
    assert Text("en")("services.event_days", days=1) == "within 1 working day"
    assert Text("en")("intake.run", count=f"{1:,}") == "Import 1 row"
    assert Text("zh")("board.days", count=1) == Text("zh")("board.days", count=3).replace("3", "1")
