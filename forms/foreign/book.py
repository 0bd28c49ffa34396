"""A workbook of somebody else's as a package of parts: what we do not touch leaves as it came, byte for byte.

openpyxl would lose pictures, charts, drop-downs over other sheets and headers' images on saving; so cells are set in
the sheet's own XML. Source: ECMA-376 part 1 (SpreadsheetML), part 2 (packages).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from forms.errors import Fault, Kind
from forms.foreign.sheet import Sheet, Styles
from forms.sheets import bounded, is_old_workbook
from forms.xml import Element, local, parse

_MAX_NODES = 5_000_000
_MAX_PART = 100 * 1024 * 1024
WORKBOOK = "xl/workbook.xml"
"""The part that names the sheets."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class Book:
    """An .xlsx that can be filled. Raises Fault `check.*` for what is none, is damaged or would do harm."""

    def __init__(self, content: bytes, *, name: str = "") -> None:
        if is_old_workbook(content):
            raise Fault("foreign.old", Kind.DAMAGED, name=name)
        bounded(content, name)
        self.name = name
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self._infos = archive.infolist()
            self._parts = {info.filename: archive.read(info) for info in self._infos}
        self._trees: dict[str, Element] = {}
        workbook = self.tree(WORKBOOK)
        targets = self._relations(WORKBOOK)
        self._sheet_parts: dict[str, str] = {}
        hidden = set()
        for each in workbook.iter():
            if local(each.tag) == "sheet":
                relation = each.get(_RELATION) or each.get(_STRICT_RELATION) or ""
                target = targets.get(relation, ("", ""))[1]
                if target in self._parts and "worksheets/" in target:
                    self._sheet_parts[each.get("name") or ""] = target
                    if each.get("state") in ("hidden", "veryHidden"):
                        hidden.add(each.get("name") or "")
        if not self._sheet_parts:
            raise Fault("check.not_a_workbook", Kind.DAMAGED, name=name)
        self.shown = tuple(name for name in self._sheet_parts if name not in hidden) or tuple(self._sheet_parts)
        """Sheets that people see, in their order."""
        self._strings = self._shared_strings()
        self._styles = Styles(self._read("xl/styles.xml") if "xl/styles.xml" in self._parts else None)
        self._sheets: dict[str, Sheet] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Sheets in their order."""
        return tuple(self._sheet_parts)

    def sheet(self, name: str) -> Sheet:
        """One sheet; the same object at every call. Raises Fault where there is none of that name."""
        if name not in self._sheet_parts:
            known = ", ".join(self._sheet_parts)
            raise Fault("foreign.sheet", Kind.USAGE, name=self.name, sheet=name, known=known)
        if name not in self._sheets:
            tree = self.tree(self._sheet_parts[name])
            self._sheets[name] = Sheet(name, tree, self._strings, self._styles)
        return self._sheets[name]

    def sheet_part(self, name: str) -> str:
        return self._sheet_parts[name]

    def tree(self, part: str) -> Element:
        """A part's XML; what is changed in it is written by `save`."""
        if part not in self._trees:
            self._trees[part] = parse(self._parts[part], max_bytes=_MAX_PART, max_nodes=_MAX_NODES)
        return self._trees[part]

    def _read(self, part: str) -> Element:
        """A part's XML that is only looked at: the part leaves byte for byte."""
        found = self._trees.get(part)
        return parse(self._parts[part], max_bytes=_MAX_PART, max_nodes=_MAX_NODES) if found is None else found

    def defined_names(self) -> Iterator[Element]:
        """The `definedName` elements of the workbook."""
        return (each for each in self.tree(WORKBOOK).iter() if local(each.tag) == "definedName")

    def related(self, part: str) -> dict[str, str]:
        """Part that `part` points to -> the last word of the relation's type (table, comments, drawing)."""
        return {target: kind for kind, target in self._relations(part).values() if target in self._parts}

    def recalculate(self) -> None:
        """Have every formula computed anew when the workbook is opened: stored results and their order go."""
        for name in self._sheet_parts:
            self.sheet(name).forget_results()
        self._drop_chain()
        workbook = self.tree(WORKBOOK)
        calc = next((each for each in workbook if local(each.tag) == "calcPr"), None)
        if calc is None:
            namespace = etree.QName(workbook).namespace
            calc = etree.Element(f"{{{namespace}}}calcPr")
            after = [at for at, each in enumerate(workbook) if local(each.tag) in _BEFORE_CALC]
            workbook.insert(max(after) + 1 if after else len(workbook), calc)
        calc.set("fullCalcOnLoad", "1")

    def save(self, file: BinaryIO) -> None:
        """Write the package; parts that were not read as XML leave as they came."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self._infos:
                if info.filename in self._parts:
                    archive.writestr(info, self._content(info.filename), zipfile.ZIP_DEFLATED)

    def _content(self, part: str) -> bytes:
        if part not in self._trees:
            return self._parts[part]
        written: bytes = etree.tostring(self._trees[part], xml_declaration=True, encoding="UTF-8", standalone=True)
        return written

    def _drop_chain(self) -> None:
        """The order of calculation is of no use any more, and a wrong one makes Excel repair the file."""
        chain = "xl/calcChain.xml"
        if self._parts.pop(chain, None) is None:
            return
        for part, attribute in ((_relations_of(WORKBOOK), "Target"), ("[Content_Types].xml", "PartName")):
            tree = self.tree(part)
            for each in list(tree):
                if (each.get(attribute) or "").endswith("calcChain.xml"):
                    tree.remove(each)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation's id -> (last word of its type, the part it points to)."""
        path = _relations_of(part)
        if path not in self._parts:
            return {}
        found = {}
        for each in self._read(path):
            if each.get("TargetMode") == "External":
                continue
            target = each.get("Target") or ""
            place = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
            kind = (each.get("Type") or "").rsplit("/", 1)[-1]
            found[each.get("Id") or ""] = (kind, posixpath.normpath(place))
        return found

    def _shared_strings(self) -> tuple[str, ...]:
        part = next((target for kind, target in self._relations(WORKBOOK).values() if kind == "sharedStrings"), "")
        if part not in self._parts:
            return ()
        return tuple(
            "".join(text.text or "" for text in item.iter() if local(text.tag) == "t" and not _is_reading(text))
            for item in self._read(part)
            if local(item.tag) == "si"
        )


_BEFORE_CALC = frozenset({"sheets", "functionGroups", "externalReferences", "definedNames"})


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _is_reading(text: Element) -> bool:
    """Whether a `t` is the reading above a word (furigana, pinyin), which is no part of it."""
    parent = text.getparent()
    return parent is not None and local(parent.tag) == "rPh"
