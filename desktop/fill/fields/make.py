"""Which field a node gets."""

from __future__ import annotations

from collections.abc import Callable

from desktop.fill.fields.attaching import FileField
from desktop.fill.fields.base import Field
from desktop.fill.fields.choosing import AcknowledgeField, ButtonsField, SearchField, TicksField, is_long
from desktop.fill.fields.measuring import RangeField, RankField
from desktop.fill.fields.placing import PlaceField
from desktop.fill.fields.showing import ComputedField, UnsupportedField
from desktop.fill.fields.when import ClockField, DayField, MomentField
from desktop.fill.fields.writing import LineField, ParagraphField
from desktop.fill.kit import Kit
from forms.api import Control, Node

Maker = Callable[[Kit, Node], Field]

BY_TYPE: dict[str, Maker] = {
    "string": LineField,
    "int": LineField,
    "decimal": LineField,
    "barcode": LineField,
    "date": DayField,
    "time": ClockField,
    "dateTime": MomentField,
    "geopoint": PlaceField,
}
BY_CONTROL: dict[Control, Maker] = {
    Control.SELECT_MULTIPLE: TicksField,
    Control.UPLOAD: FileField,
    Control.TRIGGER: AcknowledgeField,
    Control.RANGE: RangeField,
    Control.RANK: RankField,
}


def maker(kit: Kit, node: Node) -> Maker:
    """The field for a node; it may become another where the number of choices does."""
    if node.control is Control.SELECT_ONE:
        return SearchField if is_long(node, len(kit.session.choices(node.ref))) else ButtonsField
    if node.control is not None and node.control in BY_CONTROL:
        return BY_CONTROL[node.control]
    if node.readonly:
        return ComputedField
    if node.type == "string" and "multiline" in node.appearance:
        return ParagraphField
    return BY_TYPE.get(node.type, UnsupportedField)
