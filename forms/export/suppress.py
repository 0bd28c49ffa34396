"""Which cells of a table of counts are hidden, so that no hidden one follows from the others and the totals.

Hidden cells are edges between their row and their column. With all totals known, linear algebra finds a hidden cell
exactly where its edge is a bridge: it lies on no closed path along which one could be added and taken away in turn.
Who knows besides that nothing counts less than none, and that what is hidden counts one at least, finds a cell where
every such path is stopped, both ways, by a cell that has no more to give.
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
        wanted = _thin_line(cells, hidden, least)
        if wanted is None:
            wanted = _for_bridge(cells, hidden)
        if wanted is None:
            wanted = _for_stuck(cells, hidden, least)
        if wanted is None:
            return hidden
        if not wanted:
            return everything
        hidden |= wanted


def bridges(hidden: Iterable[Place]) -> set[Place]:
    """Hidden places that follow from the totals: edges on no closed path."""
    beside = _beside(hidden)
    found: set[Place] = set()
    entered: dict[_Node, int] = {}
    lowest: dict[_Node, int] = {}
    for root in beside:
        if root in entered:
            continue
        entered[root] = lowest[root] = len(entered)
        path = [(root, root, iter(beside[root]))]
        while path:
            node, came, others = path[-1]
            other = next(others, None)
            if other is None:
                path.pop()
                lowest[came] = min(lowest[came], lowest[node])
                if node != came and lowest[node] > entered[came]:
                    found.add((node[1], came[1]) if node[0] == _ROW else (came[1], node[1]))
            elif other not in entered:
                entered[other] = lowest[other] = len(entered)
                path.append((other, node, iter(beside[other])))
            elif other != came:
                lowest[node] = min(lowest[node], entered[other])
    return found


_ROW, _COLUMN = 0, 1
_Node = tuple[int, int]
"""A row or a column, and its number."""


def _beside(places: Iterable[Place]) -> dict[_Node, list[_Node]]:
    """Rows and the columns that they share a place with, and the other way round."""
    found: dict[_Node, list[_Node]] = {}
    for row, column in sorted(places):
        found.setdefault((_ROW, row), []).append((_COLUMN, column))
        found.setdefault((_COLUMN, column), []).append((_ROW, row))
    return found


def stuck(cells: Sequence[Sequence[int]], hidden: Iterable[Place], least: int = LEAST) -> set[Place]:
    """Hidden small cells that can count nothing else, where every hidden one that counts anything counts 1 at least."""
    every = set(hidden)
    all_, giving = _beside(every), _beside(place for place in every if cells[place[0]][place[1]] > 1)
    return {
        (row, column)
        for row, column in every
        if 0 < cells[row][column] < least
        and not _reaches(row, column, taken=giving, given=all_)
        and (cells[row][column] == 1 or not _reaches(row, column, taken=all_, given=giving))
    }


def _reaches(row: int, column: int, *, taken: dict[_Node, list[_Node]], given: dict[_Node, list[_Node]]) -> bool:
    """Whether one that is added at a place is evened out: up columns by places `taken`, along rows by those `given`."""
    start, end = (_COLUMN, column), (_ROW, row)
    known, new = {start}, [start]
    while new:
        node = new.pop()
        for other in (taken if node[0] == _COLUMN else given).get(node, ()):
            if other not in known and (node, other) != (start, end):
                if other == end:
                    return True
                known.add(other)
                new.append(other)
    return False


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


def _for_stuck(cells: Sequence[Sequence[int]], hidden: set[Place], least: int) -> set[Place] | None:
    """One more place beside a small cell that can count nothing else, the cheapest; None where none is."""
    found = sorted(stuck(cells, hidden, least))
    if not found:
        return None
    row, column = found[0]
    everywhere = {(at, to) for at in range(len(cells)) for to in range(len(cells[0]))} - hidden
    outside = {place for place in everywhere if place[0] == row or place[1] == column} or everywhere
    if not outside:
        return None
    return {min(outside, key=lambda place: (cells[place[0]][place[1]] < 2, cells[place[0]][place[1]], place))}
