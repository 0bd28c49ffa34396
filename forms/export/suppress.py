"""Which cells of a table of counts are hidden, so that no hidden one follows from the others and the totals.

Hidden cells are edges between their row and their column. With all totals known, linear algebra finds a hidden cell
exactly where its edge is a bridge: it lies on no closed path along which one could be added and taken away in turn.
Source: Gusfield, A graph theoretic approach to statistical data security (SIAM J. Comput. 17, 1988).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LEAST = 5
"""Records that a published count stands for, at least."""

Place = tuple[int, int]


def suppress(cells: Sequence[Sequence[int]], least: int = LEAST, *, also: Iterable[Place] = ()) -> set[Place]:
    """Places (row, column) to hide in `cells`, whose row and column totals are all published.

    `also` are hidden whatever they count. A table of one row or one column, in which nothing can be hidden, is hidden
    whole where it has a small cell.
    """
    rows, columns = len(cells), len(cells[0]) if cells else 0
    hidden = {(r, c) for r in range(rows) for c in range(columns) if 0 < cells[r][c] < least} | set(also)
    if not hidden:
        return hidden
    everything = {(r, c) for r in range(rows) for c in range(columns)}
    while True:
        wanted = _thin_line(cells, hidden, least) or _for_bridge(cells, hidden)
        if wanted is None:
            return hidden
        if not wanted:
            return everything
        hidden |= wanted


def bridges(hidden: Iterable[Place]) -> set[Place]:
    """Hidden places that follow from the totals: edges on no closed path."""
    remaining = set(hidden)
    return {edge for edge in remaining if not _connected(edge, remaining - {edge})}


def _connected(edge: Place, others: set[Place]) -> bool:
    """Whether the row and the column of `edge` are joined by `others`."""
    rows, columns = {edge[0]}, set()
    grew = True
    while grew:
        grew = False
        for row, column in others:
            if (row in rows) != (column in columns):
                rows.add(row)
                columns.add(column)
                grew = True
    return edge[1] in columns


def _thin_line(cells: Sequence[Sequence[int]], hidden: set[Place], least: int) -> set[Place] | None:
    """One more place of a row or column whose hidden cells are too few or sum too low; empty where it has no more."""
    rows, columns = range(len(cells)), range(len(cells[0]))
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    for line in lines:
        inside = [place for place in line if place in hidden]
        total = sum(cells[row][column] for row, column in inside)
        if inside and (len(inside) < 2 or total < least + len(inside) - 1):
            outside = [place for place in line if place not in hidden]
            if not outside:
                if len(inside) < 2:
                    return set()
                continue
            return {min(outside, key=lambda place: (not cells[place[0]][place[1]], cells[place[0]][place[1]], place))}
    return None


def _for_bridge(cells: Sequence[Sequence[int]], hidden: set[Place]) -> set[Place] | None:
    """Places that put a bridge on a closed path, cheapest first; None where there is no bridge."""
    found = sorted(bridges(hidden))
    if not found:
        return None
    row, column = found[0]
    loops = [
        {(row, other), (away, column), (away, other)} - hidden
        for away in range(len(cells))
        for other in range(len(cells[0]))
        if away != row and other != column
    ]
    return min(loops, key=lambda loop: (sum(cells[r][c] for r, c in loop), len(loop), sorted(loop)), default=set())
