"""Rows of a register of people as persons to be registered, each cell looked at; and who is the same person twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from forms.casework.duplicates import LIKELY, Person, compare
from forms.casework.names import Names
from forms.foreign.mapping import ColumnMap, WorkbookMap
from forms.register import lenient
from forms.register.lenient import Flaw, Telephone, When, Wrong, plainly
from forms.register.places import Places
from forms.register.reasons import Problem
from forms.register.table import Row, Written

_LIMBS = {"视": "sight", "听": "hearing", "言": "speech", "肢": "limb", "智": "mind", "精": "psych", "多": "multiple"}
_GRADES = {"一": "1", "二": "2", "三": "3", "四": "4", "1": "1", "2": "2", "3": "3", "4": "4"}
_HEAD, _RELATION, _NAME = "household.head_name", "relation", "full_name"
_PLACES = ("village", "group", "place")
FACTS = (
    *_PLACES, _HEAD, _NAME, _RELATION, "sex", "birth", "id_no", "phone", "tags", "remark",
)  # fmt: skip
"""Facts of a person that a register's columns can give, as its map names them."""
_NOT_SO = frozenset({"", "否", "无", "没有", "不是", "×", "x", "0", "no", "n"})


@dataclass(frozen=True, slots=True)
class Registered:
    """A person as a register has them; "" where it is silent. `area` is the group's code, or the village's.

    `birth` is a whole day; what is less of one stands in `asides`, with everything else that has no place of its own.
    """

    row: int
    name: str
    area: str
    head: str
    relation: str = ""
    sex: str = ""
    birth: str = ""
    id_no: str = ""
    phone: str = ""
    presence: str = ""
    tags: tuple[str, ...] = ()
    dis_kind: str = ""
    dis_grade: str = ""
    asides: tuple[str, ...] = ()

    @property
    def house(self) -> tuple[str, str]:
        """What tells one household from another: group and head."""
        return (self.area, self.head)


@dataclass(frozen=True, slots=True)
class Reading:
    """One row: the person as far as the cells could be read, and the reasons why they cannot be taken in."""

    row: int
    person: Registered
    problems: tuple[Problem, ...] = ()


class Dictionary:
    """What registers call things: `kind` (relation, presence), their word, our code. Data of the pack."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._words = {(row["kind"], plainly(row["word"]).lower()): row["value"] for row in rows}

    @classmethod
    def read(cls, data: bytes) -> Dictionary:
        """From register_words.csv (kind, word, value)."""
        return cls(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    def find(self, kind: str, text: str) -> str:
        return self._words.get((kind, plainly(text).lower()), "")


@dataclass(frozen=True, slots=True)
class PeopleReader:
    """Reads rows by a map whose facts are those of residents; `today` is the day after which nobody is born."""

    mapping: WorkbookMap
    places: Places
    words: Dictionary
    today: date
    columns: Mapping[str, tuple[ColumnMap, ...]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, tuple[ColumnMap, ...]] = {}
        for each in self.mapping.columns:
            if each.fact:
                found[each.fact] = (*found.get(each.fact, ()), each)
        object.__setattr__(self, "columns", found)

    def read(self, row: Row) -> Reading:
        """The person of a row, with every reason why it cannot be taken in."""
        return _RowReader(self, row).read()

    def read_all(self, rows: Iterable[Row]) -> list[Reading]:
        """Rows in their order: where a household is named on its first row only, the others belong to it."""
        found, above = [], Row(0, {})
        for row in rows:
            row = self._with_household(row, above)
            found.append(self.read(row))
            above = row
        return found

    def _with_household(self, row: Row, above: Row) -> Row:
        """The row with head, village and group of the one above where it is silent and the person is no head."""
        columns = {
            fact: self.columns[fact][0].heading for fact in (*_PLACES, _HEAD, _RELATION, _NAME) if fact in self.columns
        }
        own_head = columns.get(_HEAD, _HEAD)
        relation = row.text(columns.get(_RELATION, ""))
        is_head = self.words.find(_RELATION, relation) == "head"
        belongs = bool(relation) if _RELATION in columns else _HEAD in columns
        if row.text(own_head) or is_head or not belongs or not above.text(own_head):
            return row if row.text(own_head) else _given(row, own_head, row.text(columns.get(_NAME, "")))
        for heading in (own_head, *(columns[fact] for fact in _PLACES if fact in columns)):
            if not row.text(heading):
                row = _given(row, heading, above.text(heading))
        return row


def _given(row: Row, heading: str, text: str) -> Row:
    return replace(row, cells={**row.cells, heading: Written(text)})


class _RowReader:
    """One row while it is read."""

    def __init__(self, reader: PeopleReader, row: Row) -> None:
        self._reader, self._row = reader, row
        self._problems: list[Problem] = []
        self._asides: list[str] = []

    def read(self) -> Reading:
        name = self._text("full_name", lenient.name(self._value("full_name").text))
        id_no = self._text("id_no", lenient.identity(self._value("id_no")))
        person = Registered(
            row=self._row.number,
            name=name,
            area=self._area(),
            head=plainly(self._value(_HEAD).text) or plainly(name),
            relation=self._coded("relation"),
            sex=self._sex(id_no),
            birth=self._birth(id_no),
            id_no=id_no,
            phone=self._phone(),
        )
        person = self._with_tags(person)
        person = self._with_remark(person)
        return Reading(self._row.number, replace(person, asides=tuple(self._asides)), tuple(self._problems))

    def _heading(self, fact: str) -> str:
        columns = self._reader.columns.get(fact, ())
        return columns[0].heading if columns else fact

    def _value(self, fact: str) -> Written:
        return self._row.cells.get(self._heading(fact), Written(""))

    def _text(self, fact: str, found: str | Wrong) -> str:
        if isinstance(found, Wrong):
            self._note(fact, found.flaw)
            return ""
        return found

    def _note(self, fact: str, flaw: Flaw) -> None:
        self._problems.append(Problem(self._heading(fact) or fact, flaw, self._value(fact).text))

    def _has_wrong(self, fact: str) -> bool:
        return any(each.heading == self._heading(fact) for each in self._problems)

    def _area(self) -> str:
        places, place = self._reader.places, self._value("place").text
        fact = "village" if "village" in self._reader.columns or not place else "place"
        text, inside = self._value(fact).text, self._value("group").text
        if not plainly(inside):
            text, inside = places.parted(text or place)
        village = self._text(fact, places.village(text))
        return self._text("group", places.group(village, inside)) if village else ""

    def _sex(self, id_no: str) -> str:
        found = self._text("sex", lenient.sex(self._value("sex").text))
        if id_no and found and found != lenient.sex_of(id_no):
            self._note("sex", Flaw.SEX_MISMATCH)
        return found or (lenient.sex_of(id_no) if id_no else "")

    def _birth(self, id_no: str) -> str:
        """The day of birth. One in words does no harm where the identity number says it."""
        cell = self._value("birth")
        text = lenient.serial_day(cell) or cell.text
        found = lenient.when(text, century_before=self._reader.today.year)
        own = lenient.birth_of(id_no) if id_no else ""
        if isinstance(found, Wrong):
            if found.flaw is Flaw.BIRTH_IMPOSSIBLE or not (own or self._has_wrong("id_no")):
                self._note("birth", found.flaw)
            return own
        if found is None:
            return own
        if own and not found.fits(own):
            self._note("birth", Flaw.BIRTH_MISMATCH)
        return own or self._whole(found, text)

    def _whole(self, found: When, text: str) -> str:
        if not found.iso:
            self._asides.append(f"{self._heading('birth')}：{text.strip()}")
        elif date.fromisoformat(found.iso) > self._reader.today:
            self._note("birth", Flaw.BIRTH_FUTURE)
        return found.iso

    def _phone(self) -> str:
        found: Telephone | Wrong | None = lenient.telephone(self._value("phone").text)
        if isinstance(found, Wrong):
            self._note("phone", found.flaw)
        if not isinstance(found, Telephone):
            return ""
        if found.aside:
            self._asides.append(f"{self._heading('phone')}：{found.aside}")
        return found.digits

    def _coded(self, fact: str) -> str:
        text = self._value(fact).text.strip()
        found = self._reader.words.find(fact, text)
        if text and not found:
            self._asides.append(f"{self._heading(fact)}：{text}")
        return found

    def _with_tags(self, person: Registered) -> Registered:
        tags: list[str] = []
        for column in self._reader.columns.get("tags", ()):
            text = self._row.text(column.heading)
            if column.has == "disabled":
                person = self._with_disability(person, column.heading, text)
            elif column.has:
                tags += [column.has] if plainly(text).lower() not in _NOT_SO else []
            elif text:
                tags += self._chosen(column, text)
        disabled = ["disabled"] if person.dis_kind else []
        return replace(person, tags=tuple(dict.fromkeys([*tags, *disabled])))

    def _chosen(self, column: ColumnMap, text: str) -> list[str]:
        theirs = {plainly(word): ours for ours, word in column.words.items()}
        found = theirs.get(plainly(text)) or self._reader.words.find("tags", text)
        if not found:
            self._asides.append(f"{column.heading}：{text}")
        return [found] if found else []

    def _with_disability(self, person: Registered, heading: str, text: str) -> Registered:
        """Kind and grade where both are written; a certificate's half is kept as a remark, to be asked."""
        if plainly(text).lower() in _NOT_SO:
            return person
        kind = next((code for sign, code in _LIMBS.items() if sign in text), "")
        grade = next((code for sign, code in _GRADES.items() if sign in plainly(text)), "")
        if kind and grade:
            return replace(person, dis_kind=kind, dis_grade=grade)
        self._asides.append(f"{heading}：{text}")
        return person

    def _with_remark(self, person: Registered) -> Registered:
        presence = ""
        for column in self._reader.columns.get("remark", ()):
            text = self._row.text(column.heading)
            presence = presence or self._reader.words.find("presence", text)
            if text:
                self._asides.append(f"{column.heading}：{text}")
        return replace(person, presence=presence)


class KnownPeople:
    """Who is registered already, in the store and earlier in the file; `find` says whom a row means."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._by_id: dict[str, str] = {}
        self._by_sound: dict[str, list[tuple[Person, str]]] = {}

    def add(self, person: Person, id_no: str = "") -> None:
        """`person.uuid` is what `find` gives back."""
        if id_no:
            self._by_id.setdefault(id_no, person.uuid)
        for sound in self._sounds(person.name):
            self._by_sound.setdefault(sound, []).append((person, id_no))

    def find(self, person: Person, id_no: str = "") -> str:
        """The one who is `person`, "" for nobody: by the identity number, else by name and a second sign."""
        if id_no and id_no in self._by_id:
            return self._by_id[id_no]
        best, score = "", LIKELY - 1
        alike = [each for sound in self._sounds(person.name) for each in self._by_sound.get(sound, ())]
        for other, other_id in alike:
            if id_no and other_id and id_no != other_id:
                continue
            match = compare(person, other, self._names)
            if match.score > score:
                best, score = other.uuid, match.score
        return best

    def _sounds(self, name: str) -> frozenset[str]:
        """What a name sounds like; itself where that is not known."""
        plain = plainly(name)
        return frozenset(self._names.keys(plain).full) or frozenset({plain})


def order_of_trust(people: Sequence[Registered]) -> list[Registered]:
    """Those that say most first, so that of two writings of a person the fuller one is registered."""
    return sorted(people, key=lambda each: (not each.id_no, not each.birth, each.row))
