"""How people look for a Chinese name: by pinyin, by initials, by the readings that a surname really has.

pypinyin takes half a second to import: it is imported when the first name with a Chinese character is asked for.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

READINGS = 3
"""Readings of a character that are indexed; rarer ones nobody types."""

APART = "'"

AMBIGUOUS = frozenset("乐行重长朝盛传曾茜莎娜珊晟柏屏宁和单少为与贾折乘调相将教强降露缪洗广隆臧参樊厦约雀著那适")
"""Signs of given names whose second reading people use too."""

MOST = 24
"""Spellings of one name at most."""


@dataclass(frozen=True, slots=True)
class NameKeys:
    """Lower-case spellings without tones, the likeliest first: `chenguifang`, and its initials `cgf`."""

    full: tuple[str, ...]
    initials: tuple[str, ...]


class Names:
    """Spellings of names; `surnames` are the rows of surnames.csv."""

    def __init__(self, surnames: Iterable[Mapping[str, str]] = ()) -> None:
        self._surnames: dict[str, tuple[str, ...]] = {}
        for row in surnames:
            spellings = [row.get("pinyin", ""), row.get("other_reading", ""), row.get("usual_misreading", "")]
            plain = [plain_pinyin(each) for each in spellings if each]
            self._surnames[row["surname"]] = tuple(dict.fromkeys(each for each in plain if each))
        self._keys = lru_cache(maxsize=20_000)(self._spell)

    @classmethod
    def read(cls, data: bytes) -> Names:
        """From the bytes of surnames.csv."""
        return cls(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    def keys(self, name: str) -> NameKeys:
        """All spellings by which `name` is found. A name in Latin letters is spelled as it is written."""
        return self._keys(name)

    def surname(self, name: str) -> str:
        """The surname that a Chinese name begins with: two signs where the list has them, else one."""
        return name[:2] if len(name) > 2 and name[:2] in self._surnames else name[:1]

    def sound(self, name: str) -> str:
        """The likeliest spelling: two names with the same are pronounced alike."""
        full = self.keys(name).full
        return full[0] if full else ""

    def _spell(self, name: str) -> NameKeys:
        plain = "".join(sign for sign in unicodedata.normalize("NFKC", name) if sign.isalnum() or sign == " ").strip()
        if not any(_is_chinese(sign) for sign in plain):
            words = plain.lower().split()
            joined, initials = "".join(words), "".join(word[0] for word in words)
            return NameKeys((joined,) if joined else (), (initials,) if initials else ())
        syllables = self._syllables(plain.replace(" ", ""))
        spelled = [combined for combined, _ in zip(product(*syllables), range(MOST), strict=False)]
        full = dict.fromkeys("".join(each).replace(APART, "") for each in spelled)
        short = dict.fromkeys("".join(part[0] for part in APART.join(each).split(APART)) for each in spelled)
        return NameKeys(tuple(full), tuple(short))

    def _syllables(self, name: str) -> list[tuple[str, ...]]:
        """Readings in order of the signs; a double surname is one entry, its two syllables parted by `APART`."""
        double = self._surnames.get(name[:2]) if len(name) > 1 else None
        if double:
            return [tuple(_parted(each, name[1]) for each in double), *map(_given, name[2:])]
        known = self._surnames.get(name[0], ())
        return [tuple(dict.fromkeys((*known, *_readings(name[0])))), *map(_given, name[1:])]


def _parted(spelling: str, second: str) -> str:
    """`ouyang` as `ou'yang`, knowing the readings of its second sign."""
    for reading in _readings(second):
        if spelling.endswith(reading) and len(spelling) > len(reading):
            return spelling.removesuffix(reading) + APART + reading
    return spelling


def _given(sign: str) -> tuple[str, ...]:
    """Readings of a sign inside a given name: the usual one, and a second where names really use it."""
    readings = _readings(sign)
    return (
        readings if sign in AMBIGUOUS else tuple(dict.fromkeys(each for each in readings if _same(each, readings[0])))
    )


def _same(one: str, other: str) -> bool:
    return one.replace("v", "u") == other.replace("v", "u")


def plain_pinyin(reading: str) -> str:
    """`Lǚ` as it is typed: `lv`; without tones, in lower case."""
    decomposed = unicodedata.normalize("NFD", reading.strip().lower()).replace("u\u0308", "v")
    return "".join(sign for sign in decomposed if sign.isascii() and sign.isalpha())


@lru_cache(maxsize=8192)
def _readings(sign: str) -> tuple[str, ...]:
    """Readings of a sign, the usual one first; one with ü also as it is typed without it. A sign unknown is itself."""
    if not _is_chinese(sign):
        return (sign.lower(),)
    from pypinyin import Style, pinyin

    found = pinyin(sign, style=Style.NORMAL, heteronym=True, v_to_u=False)
    readings = [plain_pinyin(each) or sign for each in found[0]] if found else [sign]
    spelled = list(dict.fromkeys(readings))[:READINGS]
    return tuple(dict.fromkeys([*spelled, *(each.replace("v", "u") for each in spelled if "v" in each)]))


def _is_chinese(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff" or "\U00020000" <= sign <= "\U0003ffff"
