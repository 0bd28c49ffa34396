"""The table that is put up or given away: needs by village and category over whole months, safe beside earlier ones.

Lines keep their order, whatever they count. Lines of fewer than `LEAST` are merged into the last one; small cells are
hidden with their complements, and more of them where an earlier release would give them away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forms.errors import Fault, Kind
from forms.export.releases import Parts, Release, fit, group
from forms.export.suppress import LEAST, Place

MERGED = ""
"""The line of all that are too small to stand alone."""

Counts = Mapping[tuple[str, str, str, str], int]
"""(month, village, category, matter) -> requests."""

REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`cells` by row and column, None where hidden; `rows`, `columns` are codes, `MERGED` last where there is one."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    total: int
    hidden: int
    release: Release


def make_sheet(
    counts: Counts, *, villages: Sequence[str], categories: Sequence[str], earlier: Sequence[Release]
) -> Sheet:
    """Faults: publication.too_few, and publication.follows where an earlier release gives a total away."""
    total = sum(counts.values())
    if total < LEAST:
        raise Fault("publication.too_few", Kind.USAGE, least=LEAST)
    rows = _lines(villages, _sums(counts, 1))
    columns = _lines(categories, _sums(counts, 2))
    cells, keys = _filled(counts, rows, columns)
    fitted = fit(cells, (Parts(keys),), earlier)
    if fitted is None:
        raise Fault("publication.follows", Kind.USAGE, least=LEAST)
    hidden, release = fitted
    return _sheet(cells, rows, columns, hidden, release)


def _sums(counts: Counts, part: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in counts.items():
        found[key[part]] = found.get(key[part], 0) + count
    return found


def _lines(order: Iterable[str], sums: Mapping[str, int]) -> dict[str, str]:
    """Value -> its line, in the order given; those below `LEAST` share one, with the smallest others until it is so."""
    wanted = [*order, *sorted(sums.keys() - set(order))]
    known = [value for value in wanted if value in sums and sums[value] > 0]
    small = [value for value in known if sums[value] < LEAST]
    by_size = sorted((value for value in known if sums[value] >= LEAST), key=lambda value: sums[value])
    while small and sum(sums[value] for value in small) < LEAST and by_size:
        small.append(by_size.pop(0))
    if len(small) == 1 and len(known) > 1:
        small = [*small, *by_size[:1]] if sums[small[0]] < LEAST else []
    large = [value for value in known if value not in small]
    return {**{value: value for value in large}, **{value: MERGED for value in known if value in small}}


def _filled(
    counts: Counts, rows: Mapping[str, str], columns: Mapping[str, str]
) -> tuple[list[list[int]], list[list[dict[str, int]]]]:
    down, across = list(dict.fromkeys(rows.values())), list(dict.fromkeys(columns.values()))
    cells = [[0] * len(across) for _ in down]
    keys: list[list[dict[str, int]]] = [[{} for _ in across] for _ in down]
    for key, count in counts.items():
        if not count:
            continue
        at, to = down.index(rows[key[1]]), across.index(columns[key[2]])
        cells[at][to] += count
        keys[at][to][group(REQUESTS, *key)] = count
    return cells, keys


def _sheet(
    cells: Sequence[Sequence[int]],
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    hidden: set[Place],
    release: Release,
) -> Sheet:
    shown = tuple(
        tuple(None if (at, to) in hidden else count for to, count in enumerate(line)) for at, line in enumerate(cells)
    )
    return Sheet(
        tuple(dict.fromkeys(rows.values())),
        tuple(dict.fromkeys(columns.values())),
        shown,
        tuple(map(sum, cells)),
        tuple(map(sum, zip(*cells, strict=True))),
        sum(map(sum, cells)),
        len(hidden),
        release,
    )
