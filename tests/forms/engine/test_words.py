"""Everything that the engine can say has words in both languages, with the same places to fill in."""

import json
import re
import string
from importlib.resources import files
from pathlib import Path

import forms

CODES = re.compile(
    r'(?:problem|warning|ExpressionError|EvaluationFault|XmlFault|Fault)\(\s*"(?:forms\.)?([a-z][a-z_0-9]*)"'
)


def words(language: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads(
        (files("resources") / "translations" / language / "forms.json").read_text("utf-8")
    )
    return loaded


def used() -> set[str]:
    folder = Path(next(iter(forms.__path__)))
    own = [folder / f"{name}.py" for name in ("load", "play", "rows", "submission", "xml")]
    own += [file for name in ("xpath", "definition", "engine") for file in (folder / name).rglob("*.py")]
    return {code for file in own for code in CODES.findall(file.read_text("utf-8"))}


def test_every_code_has_words_and_a_remedy() -> None:
    for language in ("zh", "en"):
        known = words(language)
        assert {code for code in used() if code not in known} == set()
        said = {key.removesuffix("_1") for key in known if not key.endswith(".remedy")}  # one may have its own words
        assert {code for code in said if f"{code}.remedy" not in known} == set()


def test_both_languages_fill_in_the_same() -> None:
    chinese, english = words("zh"), words("en")
    assert set(chinese) == {key for key in english if not key.endswith("_1")}
    formatter = string.Formatter()
    for key, text in chinese.items():
        places = [{name for _, name, _, _ in formatter.parse(each) if name} for each in (text, english[key])]
        assert places[0] == places[1], key
