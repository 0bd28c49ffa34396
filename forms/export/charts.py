"""Charts and tables as parts of an xlsx package (ECMA-376, DrawingML charts and SpreadsheetML tables)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms.export.cells import inside, letters

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = "http://schemas.openxmlformats.org"
_CHART = f"{_SCHEMAS}/drawingml/2006/chart"
_DRAWING = f"{_SCHEMAS}/drawingml/2006/main"
_PLACED = f"{_SCHEMAS}/drawingml/2006/spreadsheetDrawing"
_RELATED = f"{_SCHEMAS}/officeDocument/2006/relationships"
_COLOUR = "0B6652"
_WIDE, _HIGH = 8, 17
"""Columns and rows that a chart covers."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of `counts`, named by `names`, which stand in columns B and C from row `first` on.

    `upright` for what runs along time; the others lie, so that long names can be read.
    """

    title: str
    first: int
    names: Sequence[str]
    counts: Sequence[int]
    upright: bool = False


def chart(each: Chart, sheet: str) -> str:
    """One chart on `sheet`."""
    last = each.first + len(each.names) - 1
    book = inside("'" + sheet.replace("'", "''") + "'")
    names = "".join(f'<c:pt idx="{at}"><c:v>{inside(name)}</c:v></c:pt>' for at, name in enumerate(each.names))
    counts = "".join(f'<c:pt idx="{at}"><c:v>{count}</c:v></c:pt>' for at, count in enumerate(each.counts))
    size = f'<c:ptCount val="{len(each.names)}"/>'
    return (
        f'{_XML}<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_DRAWING}" xmlns:r="{_RELATED}">'
        f'<c:roundedCorners val="0"/><c:chart>{_title(each.title)}<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="{"col" if each.upright else "bar"}"/><c:grouping val="clustered"/>'
        '<c:varyColors val="0"/><c:ser><c:idx val="0"/><c:order val="0"/>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{_COLOUR}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>{book}!$B${each.first}:$B${last}</c:f>"
        f"<c:strCache>{size}{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{book}!$C${each.first}:$C${last}</c:f>"
        f"<c:numCache><c:formatCode>0</c:formatCode>{size}{counts}</c:numCache></c:numRef></c:val></c:ser>"
        f'<c:gapWidth val="40"/><c:axId val="1001"/><c:axId val="1002"/></c:barChart>{_axes(each.upright)}'
        '</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    )


def _title(title: str) -> str:
    return (
        '<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="1"/></a:pPr><a:r><a:rPr sz="1200" b="1"/>'
        f'<a:t>{inside(title)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _axes(upright: bool) -> str:
    """Lying bars are read from the top down, so their first is put there."""
    order, names, counts = ("minMax", "b", "l") if upright else ("maxMin", "l", "t")
    return (
        f'<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{names}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1002"/><c:crosses val="autoZero"/>'
        '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/>'
        f'<c:axPos val="{counts}"/><c:numFmt formatCode="0" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1001"/><c:crosses val="autoZero"/>'
        "</c:valAx>"
    )


def drawing(charts: Sequence[Chart]) -> str:
    """Where the charts stand: two beside each other, to the right of columns A to C."""
    anchors = []
    for at, each in enumerate(charts):
        column, row = 4 + at % 2 * _WIDE, 1 + at // 2 * _HIGH
        anchors.append(
            f"<xdr:twoCellAnchor>{_corner('from', column, row)}{_corner('to', column + _WIDE - 1, row + _HIGH - 1)}"
            f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{at + 2}" name="Chart {at + 1}" '
            f'descr="{_attribute(each.title)}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
            '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
            f'<a:graphic><a:graphicData uri="{_CHART}"><c:chart xmlns:c="{_CHART}" r:id="rId{at + 1}"/>'
            "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>"
        )
    return (
        f'{_XML}<xdr:wsDr xmlns:xdr="{_PLACED}" xmlns:a="{_DRAWING}" xmlns:r="{_RELATED}">{"".join(anchors)}</xdr:wsDr>'
    )


def _corner(name: str, column: int, row: int) -> str:
    return (
        f"<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
    )


def table(number: int, name: str, headers: Sequence[str], rows: int) -> str:
    """A table over a whole sheet, which a pivot table takes as its source by `name`."""
    span = f"A1:{letters(len(headers))}{rows + 1}"
    columns = "".join(f'<tableColumn id="{at}" name="{_attribute(each)}"/>' for at, each in enumerate(headers, 1))
    return (
        f'{_XML}<table xmlns="{_SCHEMAS}/spreadsheetml/2006/main" id="{number}" name="{name}" displayName="{name}" '
        f'ref="{span}" totalsRowShown="0"><autoFilter ref="{span}"/>'
        f'<tableColumns count="{len(headers)}">{columns}</tableColumns>'
        '<tableStyleInfo name="TableStyleLight9" showFirstColumn="0" showLastColumn="0" showRowStripes="1" '
        'showColumnStripes="0"/></table>'
    )


def relations(targets: Sequence[tuple[str, str]]) -> str:
    """Relations rId1, rId2, ... by (kind, target), such as ("chart", "../charts/chart1.xml")."""
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">{lines}</Relationships>'


def _attribute(value: str) -> str:
    return inside(value).replace('"', "&quot;")
