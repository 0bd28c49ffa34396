"""Labels, hints and messages of a form: itext by language, or written in place."""

from __future__ import annotations

import re

from forms.definition.model import Output, TextDef
from forms.xml import Element, local

_ITEXT = re.compile(r"\s*jr:itext\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)\s*\Z")
Parts = tuple[str | Output, ...]
Forms = dict[str, Parts]  # by form: "" is the plain text, else image, audio, video, big-image, short, long, guidance


class Itext:
    """Translations by language; a language is read when the first of its texts is asked for.

    Reading twice at the same moment in two threads gives the same result, so no lock is needed.
    """

    __slots__ = ("_elements", "_texts", "default", "languages")

    def __init__(self, translations: list[Element]) -> None:
        self._elements: dict[str, Element] = {}
        self._texts: dict[str, dict[str, Forms]] = {}
        self.default = ""
        for element in translations:
            language = str(element.get("lang") or "")
            self._elements.setdefault(language, element)
            if not self.default and element.get("default") is not None and element.get("default") != "false()":
                self.default = language
        self.languages = tuple(self._elements)
        if not self.default and self.languages:
            self.default = self.languages[0]

    def forms(self, language: str, name: str) -> Forms | None:
        """The forms of a text in a language, falling back on the default one."""
        found = self._language(language).get(name)
        if found is None and language != self.default:
            return self._language(self.default).get(name)
        return found

    def names(self, language: str) -> dict[str, Forms]:
        return self._language(language)

    def with_outputs(self) -> dict[str, set[str]]:
        """For each text that has one: the expressions of its outputs, in all languages."""
        found: dict[str, set[str]] = {}
        for element in self._elements.values():
            for output in element.iter("{*}output"):
                above = output.getparent()
                while above is not None and local(str(above.tag)) != "text":
                    above = above.getparent()
                if above is not None:
                    expression = str(output.get("value") or output.get("ref") or "")
                    found.setdefault(str(above.get("id") or ""), set()).add(expression)
        return found

    def _language(self, language: str) -> dict[str, Forms]:
        known = self._texts.get(language)
        if known is None:
            element = self._elements.get(language)
            known = self._texts[language] = {} if element is None else _read(element)
        return known


def _read(translation: Element) -> dict[str, Forms]:
    texts: dict[str, Forms] = {}
    for text in translation:
        forms: Forms = {}
        for value in text:
            forms.setdefault(str(value.get("form") or ""), parts_of(value))
        texts[str(text.get("id") or "")] = forms
    return texts


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
