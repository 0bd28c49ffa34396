"""What is wrong with an XLSForm's sheets, cell by cell, before anything is compiled: sheet, row, column, cause, remedy.

Source of the rules: xlsform.org/en and getodk.github.io/xforms-spec. Words under `check.CODE`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from forms.cells import (
    CHOICES,
    ENTITIES,
    EXPRESSIONS,
    NAMED,
    SETTINGS,
    SOMETIMES,
    SURVEY,
    SheetProblem,
    cell_problems,
    error,
    filter_problems,
    nearest,
    warning,
)
from forms.sheets import Row, SheetRows, plain_header

NAME = re.compile(
    r"(?!.*[\uff00-\uffef])(?:[^\W\d]|:)[-\w.:]*"
)  # full-width letters look like others that they are not
_SELECT = re.compile(
    r"(?:add )?(select[ _]one|select[ _]multiple|select1|rank|select all that apply)(?: from| prompt using)?\s+(\S.*)",
    re.IGNORECASE,
)
_FROM_FILE = re.compile(r"select[ _](?:one|multiple)[ _]from[ _]file\b\s*(\S.*)?", re.IGNORECASE)
_EXTERNAL = re.compile(r"select[ _]one[ _]external\b", re.IGNORECASE)
_BEGIN = re.compile(r"begin[ _](group|repeat|lgroup|loop|looped group)\b", re.IGNORECASE)
_END = re.compile(r"end[ _](group|repeat|lgroup|loop|looped group)\b", re.IGNORECASE)
_KINDS = {"lgroup": "repeat", "looped group": "repeat"}
_STRUCTURE = frozenset({"begin_group", "end_group", "begin_repeat", "end_repeat", "select_one", "select_multiple"})
_PREFIXED = re.compile(r"(?:bind|body|instance|control)\s*::?\s*([A-Za-z_][-\w.]*):\w.*")
_PREFIXES = frozenset({"h", "ev", "xsd", "jr", "orx", "odk", "entities", "esri", "xml"})

_COLUMNS = frozenset(
    {*EXPRESSIONS, *SOMETIMES, "type", "name", "constraint_message", "required_message", "guidance_hint", "appearance"}
    | {"parameters", "save_to", "autoplay", "body::accuracyThreshold", "image", "audio", "video", "big-image"}
)


def precheck(sheets: Mapping[str, SheetRows], types: Collection[str]) -> tuple[SheetProblem, ...]:
    """Problems of the sheets, in their order. `types` are the question types without a list that are known."""
    sheets = {name: sheet for name, sheet in sheets.items() if name != CHOICES or any(sheet.headers) or sheet.rows}
    survey = sheets.get(SURVEY)
    if survey is None:
        return (error("sheet_missing", sheet=SURVEY, sheets=", ".join(sheets)),)
    blank = [name for name in NAMED if name in sheets and sheets[name].name.strip() != sheets[name].name]
    if blank:
        return tuple(error("sheet_blank", sheet=name, name=sheets[name].name) for name in blank)
    missing = [column for column in ("type", "name") if not _has(survey, column)]
    if missing:
        return tuple(error("column_missing", SURVEY, 1, column, name=column) for column in missing)
    if not survey.rows:
        return (error("no_questions", SURVEY, 2),)
    return (*_headers(sheets), *_Survey(survey, sheets, frozenset(types)).problems(), *_choices(sheets),
            *_entities(sheets, survey), *_settings(sheets))  # fmt: skip


def questions(sheets: Mapping[str, SheetRows]) -> dict[str, Row]:
    """Question name -> its row of the survey sheet; names that stand twice are left out."""
    found: dict[str, Row] = {}
    twice = set()
    for row in sheets[SURVEY].rows if SURVEY in sheets else ():
        name = row.get("name")
        if name and name in found:
            twice.add(name)
        found.setdefault(name, row)
    return {name: row for name, row in found.items() if name and name not in twice}


def _has(sheet: SheetRows, column: str) -> bool:
    return any(plain_header(header) == column for header in sheet.headers)


def _headers(sheets: Mapping[str, SheetRows]) -> Iterator[SheetProblem]:
    for name in NAMED:
        if name in sheets and sheets[name].apart:
            yield error("rows_apart", name, sheets[name].apart)
        headers = [header for header in sheets[name].headers if header] if name in sheets else []
        for header in sorted({header for header in headers if headers.count(header) > 1}):
            yield error("column_twice", name, 1, header)
    for header in sheets[SURVEY].headers:
        plain = header.partition("::")[0].lower()
        near = nearest(plain, _COLUMNS)
        if near and plain_header(header) not in _COLUMNS and ":" not in header.replace("::", ""):
            yield warning("column_spelling", SURVEY, 1, header, near=near)
    yield from _namespaces(sheets)


def _namespaces(sheets: Mapping[str, SheetRows]) -> Iterator[SheetProblem]:
    """Attributes such as `bind::hamlet:level` whose prefix the sheet settings does not declare."""
    declared = {*_PREFIXES, *(each for row in _rows(sheets, SETTINGS)[:1] for each in _declared(row))}
    for header in sheets[SURVEY].headers:
        found = _PREFIXED.fullmatch(header)
        if found and found[1] not in declared:
            yield error("namespace_unknown", SURVEY, 1, header, prefix=found[1])


def _declared(settings: Row) -> list[str]:
    return re.findall(r"([A-Za-z_][-\w.]*)\s*=", settings.get("namespaces"))


@dataclass(slots=True)
class _Open:
    """A group or repeat that has begun; `names` are those used in it, by row."""

    kind: str
    name: str
    row: int
    names: dict[str, int] = field(default_factory=dict)


class _Survey:
    """One pass over the rows, with the groups that are open."""

    def __init__(self, survey: SheetRows, sheets: Mapping[str, SheetRows], types: frozenset[str]) -> None:
        self._rows = survey.rows
        self._types = types
        self._lists = {row.get("list_name") for row in _rows(sheets, CHOICES)}
        self._choices = sheets.get(CHOICES)
        self._names = {row.get("name") for row in survey.rows} - {""}
        self._open = [_Open("form", "", 0)]

    def problems(self) -> Iterator[SheetProblem]:
        for row in self._rows:
            if row.get("type") or row.get("name"):
                yield from self._row(row)
        for left in self._open[1:]:
            yield error("begin_without_end", SURVEY, left.row, "type", kind=left.kind, question=left.name)

    def _row(self, row: Row) -> Iterator[SheetProblem]:
        written = row.get("type")
        if not written:
            yield error("type_missing", SURVEY, row.number, "type", question=row.get("name"))
            return
        ended = _END.fullmatch(written)
        if ended:
            yield from self._end(row, _kind(ended))
            return
        begun = _BEGIN.match(written)
        if not begun:
            yield from self._type(row, written)
        yield from self._name(row)
        yield from cell_problems(SURVEY, row, self._names)
        if self._choices is not None:
            select = _SELECT.fullmatch(written)
            if select and select[2].split()[0] in self._lists:
                yield from filter_problems(row, self._choices.headers)
        if begun:
            self._open.append(_Open(_kind(begun), row.get("name"), row.number))

    def _end(self, row: Row, kind: str) -> Iterator[SheetProblem]:
        if len(self._open) == 1:
            yield error("end_without_begin", SURVEY, row.number, "type", kind=kind)
            return
        begun = self._open.pop()
        if begun.kind != kind:
            yield error("end_other", SURVEY, row.number, "type", kind=kind, begun=begun.kind, other_row=begun.row)

    def _type(self, row: Row, written: str) -> Iterator[SheetProblem]:
        if _EXTERNAL.match(written):
            return
        from_file = _FROM_FILE.fullmatch(written)
        if from_file:
            if not (from_file[1] or "").endswith((".csv", ".xml", ".geojson")) and "${" not in (from_file[1] or ""):
                yield error("file_missing", SURVEY, row.number, "type", type=written)
            return
        select = _SELECT.fullmatch(written)
        if select:
            yield from self._list(row, select[2].removesuffix(" or_other").removesuffix(" or specify other").strip())
            return
        plain = " ".join(written.replace("_", " ").lower().split())
        if plain in ("select one", "select multiple", "rank"):
            yield error("list_not_named", SURVEY, row.number, "type", type=written)
        elif written.lower() not in self._types and plain not in self._types and plain.split()[0] != "osm":
            near = nearest(plain.replace(" ", "_"), _STRUCTURE) or nearest(written.lower(), self._types)
            yield error("type_unknown", SURVEY, row.number, "type", type=written, near=near)

    def _list(self, row: Row, name: str) -> Iterator[SheetProblem]:
        if "${" in name or name in self._lists:
            return
        if self._choices is not None and not (_has(self._choices, "list_name") and _has(self._choices, "name")):
            return  # said of the sheet
        if self._choices is None:
            yield error("sheet_missing_for_list", SURVEY, row.number, "type", list=name)
            return
        near = nearest(name, {each for each in self._lists if each})
        yield error("list_missing", SURVEY, row.number, "type", list=name, near=near)

    def _name(self, row: Row) -> Iterator[SheetProblem]:
        name = row.get("name")
        if not name:
            if row.get("type") not in ("audit", "note") and not row.get("type").lower().startswith("end"):
                yield error("name_missing", SURVEY, row.number, "name", type=row.get("type"))
            return
        if not NAME.fullmatch(name):
            yield error("name_bad", SURVEY, row.number, "name", name=name)
        names = self._open[-1].names
        if name in names:
            yield error("name_twice", SURVEY, row.number, "name", name=name, other_row=names[name])
        names.setdefault(name, row.number)


def _choices(sheets: Mapping[str, SheetRows]) -> Iterator[SheetProblem]:
    if CHOICES not in sheets:
        return
    sheet = sheets[CHOICES]
    missing = [column for column in ("list_name", "name") if not _has(sheet, column)]
    if missing == ["name"] and _has(sheet, "value"):
        missing = []
    if missing:
        yield from (error("column_missing", CHOICES, 1, column, name=column) for column in missing)
        return
    settings = _rows(sheets, SETTINGS)
    duplicates_allowed = bool(settings) and settings[0].get("allow_choice_duplicates").lower() in ("yes", "true")
    seen: dict[tuple[str, str], int] = {}
    several = set(_lists_of_several(sheets))
    for row in sheet.rows:
        name, value = row.get("list_name"), row.get("name") or row.get("value")
        if not name:
            if value:
                yield warning("choice_list_missing", CHOICES, row.number, "list_name", name=value)
            continue
        if not value:
            yield error("choice_name_missing", CHOICES, row.number, "name", list=name)
        elif (name, value) in seen and not duplicates_allowed:
            yield error("choice_twice", CHOICES, row.number, "name", list=name, name=value, other_row=seen[name, value])
        elif " " in value and name in several:
            yield error("choice_space", CHOICES, row.number, "name", list=name, name=value)
        seen.setdefault((name, value), row.number)


def _lists_of_several(sheets: Mapping[str, SheetRows]) -> Iterator[str]:
    """Lists whose choices are stored several in one value, parted by spaces."""
    for row in _rows(sheets, SURVEY):
        select = _SELECT.fullmatch(row.get("type"))
        if select and not select[1].lower().startswith(("select_one", "select one", "select1")):
            yield select[2].removesuffix(" or_other").strip()


def _entities(sheets: Mapping[str, SheetRows], survey: SheetRows) -> Iterator[SheetProblem]:
    names = {row.get("name") for row in survey.rows}
    for row in _rows(sheets, ENTITIES):
        yield from cell_problems(ENTITIES, row, names)


def _settings(sheets: Mapping[str, SheetRows]) -> Iterator[SheetProblem]:
    settings = _rows(sheets, SETTINGS)
    if not settings or not (settings[0].get("form_id") or settings[0].get("set_form_id")):
        yield warning("form_id_missing", SETTINGS, 2, "form_id")
    if not settings or not settings[0].get("version"):
        yield warning("version_missing", SETTINGS, 2, "version")


def _rows(sheets: Mapping[str, SheetRows], name: str) -> tuple[Row, ...]:
    return sheets[name].rows if name in sheets else ()


def _kind(found: re.Match[str]) -> str:
    kind = found[1].lower()
    return _KINDS.get(kind, kind)
