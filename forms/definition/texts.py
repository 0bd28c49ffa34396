"""Labels, hints and messages of a form: itext by language, or written in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from forms.definition.model import Output, TextDef
from forms.xml import Element, local

_ITEXT = re.compile(r"\s*jr:itext\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)\s*\Z")
Parts = tuple[str | Output, ...]
Forms = dict[str, Parts]  # by form: "" is the plain text, else image, audio, video, big-image, short, long, guidance


class Texts:
    """The texts of one language; each takes its form when it is first asked for."""

    __slots__ = ("_made", "_make", "_written")

    def __init__(self, written: Mapping[str, Any], make: Callable[[Any], Forms]) -> None:
        self._written = written
        self._make = make
        self._made: dict[str, Forms] = {}

    def get(self, name: str) -> Forms | None:
        found = self._made.get(name)
        if found is None and name in self._written:
            found = self._made[name] = self._make(self._written[name])
        return found

    def names(self) -> Iterable[str]:
        return self._written


class Itext:
    """Translations by language; a language is read when the first of its texts is asked for.

    Reading twice at the same moment in two threads gives the same result, so no lock is needed.
    """

    __slots__ = ("_readers", "_texts", "default", "languages")

    def __init__(self, readers: Mapping[str, Callable[[], Texts]], default: str) -> None:
        self._readers = readers
        self._texts: dict[str, Texts] = {}
        self.languages = tuple(readers)
        self.default = default

    def forms(self, language: str, name: str) -> Forms | None:
        """The forms of a text in a language, falling back on the default one."""
        found = self.texts(language).get(name)
        if found is None and language != self.default:
            return self.texts(self.default).get(name)
        return found

    def texts(self, language: str) -> Texts:
        known = self._texts.get(language)
        if known is None:
            reader = self._readers.get(language)
            known = self._texts[language] = Texts({}, dict) if reader is None else reader()
        return known


def itext_of(translations: Iterable[Element]) -> Itext:
    """The texts of `<translation>` elements."""
    readers: dict[str, Callable[[], Texts]] = {}
    default = ""
    for element in translations:
        language = str(element.get("lang") or "")
        readers.setdefault(language, partial(_read, element))
        if not default and element.get("default") is not None and element.get("default") != "false()":
            default = language
    return Itext(readers, default or next(iter(readers), ""))


def outputs_of(translations: Iterable[Element]) -> dict[str, set[str]]:
    """For each text that has one: the expressions of its outputs, in all languages."""
    found: dict[str, set[str]] = {}
    for element in translations:
        for output in element.iter("{*}output"):
            above = output.getparent()
            while above is not None and local(str(above.tag)) != "text":
                above = above.getparent()
            if above is not None:
                expression = str(output.get("value") or output.get("ref") or "")
                found.setdefault(str(above.get("id") or ""), set()).add(expression)
    return found


def _read(translation: Element) -> Texts:
    return Texts({str(text.get("id") or ""): text for text in translation}, _forms_of)


def _forms_of(text: Element) -> Forms:
    forms: Forms = {}
    for value in text:
        forms.setdefault(str(value.get("form") or ""), parts_of(value))
    return forms


def parts_of(element: Element) -> Parts:
    """The text of an element, with its outputs as expressions."""
    if not len(element):
        return (str(element.text),) if element.text else ()
    parts: list[str | Output] = [str(element.text)] if element.text else []
    for child in element:
        if isinstance(child.tag, str):
            if local(child.tag) == "output":
                parts.append(Output(str(child.get("value") or child.get("ref") or "")))
            else:
                parts.append("".join(str(piece) for piece in child.itertext()))
        if child.tail:
            parts.append(str(child.tail))
    return tuple(parts)


def text_of(element: Element) -> TextDef:
    """A `<label>`, `<hint>` or similar element."""
    reference = element.get("ref")
    return expression_text(str(reference)) if reference else TextDef(parts=parts_of(element))


def expression_text(expression: str) -> TextDef:
    """A text given by an expression, most often `jr:itext('id')`."""
    found = _ITEXT.match(expression)
    if found:
        return TextDef(itext=found[1] if found[1] is not None else found[2])
    return TextDef(expression=expression)


def message_text(value: str) -> TextDef:
    """A message attribute: `jr:itext('id')` or the words themselves."""
    found = _ITEXT.match(value)
    if found:
        return TextDef(itext=found[1] if found[1] is not None else found[2])
    if value.strip().startswith("jr:itext("):
        return TextDef(expression=value)
    return TextDef(parts=(value,))
