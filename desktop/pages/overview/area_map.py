"""The lines of the table as areas, where the township gave outlines: shapes, legend, and the table that says it."""

from __future__ import annotations

from desktop.pages.overview.cards import ChartCard
from desktop.pages.overview.say import Sayings, Twin, TwinRow
from desktop.services.overview.figures import Overview
from desktop.theme.apply import Theme
from desktop.widgets.charts.shapes import Shape, ShapeMap, Shapes
from desktop.widgets.table_model import Cell
from forms.casework.outlines import Picture, classes
from forms.text import Text


class MapCard(ChartCard):
    """Off until it is asked for."""

    def __init__(self, theme: Theme, text: Text) -> None:
        self._shapes = ShapeMap(theme, text("overview.view_map"))
        self._text = text
        super().__init__(theme, self._shapes, text("overview.view_map"))

    def show_figures(self, overview: Overview, picture: Picture, say: Sayings) -> None:
        """The requests of the overview's span in each line that has an outline."""
        self._shapes.put(shapes(self._text, overview, picture, say))
        self.say(self._text("overview.map_second", span=self._text(f"overview.span_{overview.span}")))
        self.twin(twin(self._text, overview, say))


def shapes(text: Text, overview: Overview, picture: Picture, say: Sayings) -> Shapes:
    """Counts in up to four classes of equal width; a line without a figure is told from one without requests."""
    totals = {
        row.code: sum(cell.count for cell in cells) for row, cells in zip(overview.lines, overview.cells, strict=True)
    }
    heat = say.heat()
    bounds = classes([totals[code] for code in picture.shapes if code in totals])
    found = []
    for line, row in zip(overview.lines, heat.rows, strict=True):
        rings = picture.shapes.get(line.code)
        if rings is None:
            continue
        count, figure = totals[line.code], _figure(text, totals[line.code], silent=line.silent)
        known = figure != text("overview.none")
        grade = None if not known else next((at for at, top in enumerate(bounds, 1) if 0 < count <= top), 0)
        found.append(Shape(line.label, figure, grade, rings, row.total.words, row.total.value if count else None))
    return Shapes(picture.height, tuple(found), _legend(text, bounds, found), len(bounds))


def _legend(text: Text, bounds: tuple[int, ...], found: list[Shape]) -> tuple[tuple[int | None, str], ...]:
    """Only what is in the picture, the highest class first."""
    used = {shape.grade for shape in found}
    said: list[tuple[int | None, str]] = [
        (at, text("overview.map_class", low=(bounds[at - 2] if at > 1 else 0) + 1, high=bounds[at - 1]))
        for at in range(len(bounds), 0, -1)
    ]
    if 0 in used:
        said.append((0, text("overview.map_none")))
    if None in used:
        said.append((None, text("overview.map_hidden")))
    return tuple(said)


def twin(text: Text, overview: Overview, say: Sayings) -> Twin:
    """As the map: a number, or that nothing is known."""
    heads = (text("overview.head_line"), text("overview.head_count"), text("overview.head_data"))
    rows = []
    for line, row in zip(overview.lines, say.heat().rows, strict=True):
        old = text("overview.none") if line.silent is None else str(line.silent)
        cells = (Cell(line.label), Cell(_figure(text, row.total.count, silent=line.silent)), Cell(old))
        rows.append(TwinRow(cells, row.total.value if row.total.count else None))
    return Twin(heads, tuple(rows), (0, 6, 9))


def _figure(text: Text, count: int, *, silent: int | None) -> str:
    """A line from which nothing ever came has no figure, not the figure 0."""
    return str(count) if count or silent is not None else text("overview.none")
