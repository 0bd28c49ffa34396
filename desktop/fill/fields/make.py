"""Which field a node gets."""

from __future__ import annotations

from collections.abc import Callable

from desktop.fill.fields.attaching import FileField
from desktop.fill.fields.base import Field
from desktop.fill.fields.choosing import AcknowledgeField, ButtonsField, HeadField, is_long, is_searched
from desktop.fill.fields.counting import CounterField, GroupedField, StarsField
from desktop.fill.fields.drawing import DrawField
from desktop.fill.fields.measuring import RangeField, RankField
from desktop.fill.fields.placing import PlaceField, PlacesField
from desktop.fill.fields.searching import SearchField
from desktop.fill.fields.showing import ComputedField, UnsupportedField
from desktop.fill.fields.ticking import MOST_TICKS, PicksField, TicksField
from desktop.fill.fields.when import ClockField, DayField, MomentField
from desktop.fill.fields.writing import LineField, ParagraphField, ScanField, SecretField
from desktop.fill.kit import Kit
from forms.api import Control, Node

Maker = Callable[[Kit, Node], Field]

BY_TYPE: dict[str, Maker] = {
    "string": LineField,
    "int": LineField,
    "decimal": LineField,
    "barcode": ScanField,
    "date": DayField,
    "time": ClockField,
    "dateTime": MomentField,
    "geopoint": PlaceField,
    "geotrace": PlacesField,
    "geoshape": PlacesField,
}
BY_CONTROL: dict[Control, Maker] = {
    Control.UPLOAD: FileField,
    Control.TRIGGER: AcknowledgeField,
    Control.RANGE: RangeField,
    Control.RANK: RankField,
}
BY_LOOK: tuple[tuple[Control, str, Maker], ...] = (
    (Control.UPLOAD, "signature", DrawField),
    (Control.UPLOAD, "draw", DrawField),
    (Control.UPLOAD, "annotate", DrawField),
    (Control.RANGE, "rating", StarsField),
    (Control.SELECT_ONE, "label", HeadField),
    (Control.SELECT_MULTIPLE, "label", HeadField),
)
BY_LOOK_OF_WORDS: tuple[tuple[str, Maker], ...] = (
    ("multiline", ParagraphField),
    ("masked", SecretField),
    ("counter", CounterField),
    ("thousands-sep", GroupedField),
)
ABROAD = ("osm",)  # kinds of files that are made by another program


def maker(kit: Kit, node: Node, *, boxed: bool = False) -> Maker:
    """The field for a node; it may become another where the number of choices does.

    `boxed`: a choice of one in a box, for a table's cell and for choices that stand in one line.
    """
    for control, look, made in BY_LOOK:
        if node.control is control and look in node.appearance:
            return made
    if node.control is Control.SELECT_ONE:
        searched = boxed or is_searched(node) or is_long(node, len(kit.session.choices(node.ref)))
        return SearchField if searched else ButtonsField
    if node.control is Control.SELECT_MULTIPLE:
        searched = is_searched(node) or len(kit.session.choices(node.ref)) > MOST_TICKS
        return PicksField if searched else TicksField
    if node.control is Control.UPLOAD and node.parameters.get("mediatype", "").startswith(ABROAD):
        return UnsupportedField
    if node.control is not None and node.control in BY_CONTROL:
        return BY_CONTROL[node.control]
    return _written(node)


def _written(node: Node) -> Maker:
    """What is typed."""
    if node.readonly:
        return ComputedField
    if node.type in ("string", "int", "decimal"):
        for look, made in BY_LOOK_OF_WORDS:
            if look in node.appearance:
                return made
    return BY_TYPE.get(node.type, UnsupportedField)
