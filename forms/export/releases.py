"""What leaves the office beside what left it before: whether a small group follows from several tables together.

A published number is the sum of what it counts: `keys`, the finest groups that the office counts by. The same things
are counted in several ways, by matter and by state: each way has keys of its own, and all tables share one, `group`,
in which at least their lines are sums. Where a key has
another count today than when it was published first, what came in between is a group of its own, and so is what one
release covers and another does not. Linear algebra over all published numbers decides whether such a group of 1 to
`LEAST` - 1 follows. Elimination runs modulo a large prime: whatever follows over the fractions follows there too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from forms.export.suppress import LEAST, Place, suppress

PRIME = (1 << 61) - 1
_TRIES = 60

Piece = tuple[str, int]
"""A key and which of its growths: 0 is what it counted first, 1 what came until it was published next, and so on."""
Vector = dict[int, int]
Way = tuple[str, ...]
Covered = tuple[int, ...]
"""The releases that a piece is in, by their place in the order in which they left."""


@dataclass(frozen=True, slots=True)
class Release:
    """One table that left: how much each key counted on that day, and over which keys each published number sums."""

    counts: Mapping[str, int]
    sums: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """A group of `size` that would follow; `keys` are those of it that the new release counts."""

    size: int
    keys: frozenset[str]


def leaks(earlier: Sequence[Release], new: Release, least: int = LEAST) -> tuple[Leak, ...]:
    """Groups of 1 to `least` - 1 that follow from `new` together with `earlier`, in the order in which they left."""
    chain = [*_connected(earlier, new), new]
    pieces = _Pieces(chain, least)
    span = _Span(pieces.published())
    found: dict[frozenset[str], int] = {}
    for group in pieces.groups():
        size = abs(sum(pieces.sizes[atom] for atom in group))
        if 0 < size < least and span.holds(dict.fromkeys(group, 1)):
            found.setdefault(pieces.keys(group), size)
    return tuple(Leak(size, keys & new.counts.keys()) for keys, size in found.items())


Grid = Sequence[Sequence[Mapping[str, int]]]
"""Of each cell the keys with what they count."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A table in the keys of one way to count: cell by cell, or, where its columns cut across them, by its lines alone.

    In the second case each line of `grid` is one cell.
    """

    grid: Grid
    whole: bool = True


def group(of: str, month: str, village: str, *finest: str) -> str:
    """The key that all tables of the same things share; `village` is a code."""
    return "\t".join((of, "", village, *finest, month))


def together(releases: Iterable[Release]) -> Release:
    """Several that leave at once."""
    made = tuple(releases)
    counts = {key: count for release in made for key, count in release.counts.items()}
    return Release(counts, tuple(dict.fromkeys(each for release in made for each in release.sums)))


def fit(
    cells: Sequence[Sequence[int]], parts: Sequence[Parts], earlier: Sequence[Release]
) -> tuple[set[Place], Release] | None:
    """What to hide of a table that is published with its totals, and what it says then; None where hiding is no help.

    `parts` are the same table in the keys of every way to count in which earlier releases may have said something.
    """
    forced: set[Place] = set()
    for _ in range(_TRIES):
        hidden = suppress(cells, also=forced)
        release = together(_said_by(each, hidden) for each in parts)
        found = leaks(earlier, release)
        if not found:
            return hidden, release
        more = _to_hide(found, parts, hidden)
        if not more:
            return None
        forced |= more
    return None


def _said_by(parts: Parts, hidden: set[Place]) -> Release:
    groups = [[frozenset(cell) for cell in line] for line in parts.grid]
    rows = [frozenset[str]().union(*line) for line in groups]
    sums = [*rows, frozenset[str]().union(*rows)]
    if parts.whole:
        sums += [
            cell for at, line in enumerate(groups) for to, cell in enumerate(line) if cell and (at, to) not in hidden
        ]
        sums += [frozenset[str]().union(*line) for line in zip(*groups, strict=True)]
    counts = {key: count for line in parts.grid for cell in line for key, count in cell.items()}
    return Release(counts, tuple(dict.fromkeys(each for each in sums if each)))


def _to_hide(found: Sequence[Leak], parts: Sequence[Parts], hidden: set[Place]) -> set[Place]:
    """The cells, still shown, through which the groups follow."""
    wanted = frozenset[str]().union(*(leak.keys for leak in found))
    return {
        (at, to)
        for each in parts
        if each.whole
        for at, line in enumerate(each.grid)
        for to, cell in enumerate(line)
        if (at, to) not in hidden and not wanted.isdisjoint(cell)
    }


def _connected(earlier: Sequence[Release], new: Release) -> list[Release]:
    """What they say of keys of the new one, or of keys that are summed with those."""
    known, left = set(new.counts), {(at, each) for at, release in enumerate(earlier) for each in release.sums}
    while met := {(at, each) for at, each in left if not known.isdisjoint(each)}:
        known = known.union(*(each for _, each in met))
        left -= met
    return [
        Release(
            {key: count for key, count in release.counts.items() if key in known},
            tuple(each for each in release.sums if not known.isdisjoint(each)),
        )
        for release in earlier
        if not known.isdisjoint(release.counts)
    ]


class _Pieces:
    """Pieces that no published number tells apart, as atoms with their sizes."""

    def __init__(self, chain: Sequence[Release], least: int) -> None:
        self._chain = chain
        self._of: list[dict[str, tuple[Piece, ...]]] = []  # of each release, what each of its keys is made of
        size = self._grow()
        seen: dict[Piece, list[int]] = {}
        self._sums = [(at, keys) for at, release in enumerate(chain) for keys in release.sums]
        for number, (at, keys) in enumerate(self._sums):
            for piece in self._within(at, keys):
                seen.setdefault(piece, []).append(number)
        atoms: dict[tuple[object, ...], int] = {}
        joined: dict[Piece, list[object]] = {}
        self._atom: dict[Piece, int] = {}
        self._size, self._least = size, least
        self._covered = {
            piece: tuple(at for at, of in enumerate(self._of) if piece in of.get(piece[0], ())) for piece in seen
        }
        self._spans = {covered: tuple(_spans(covered, len(chain) - 1)) for covered in self._covered.values()}
        self._parts = {key: _parts(key) for key, _ in seen}
        self._links = self._linked(seen)
        for name, link in self._links.items():
            for piece in link:
                joined.setdefault(piece, []).append(name)
        for piece, numbers in seen.items():
            sign = tuple(numbers), self._covered[piece], tuple(joined.get(piece, ()))
            self._atom[piece] = atoms.setdefault(sign, len(atoms))
        self.sizes = [0] * len(atoms)
        self._keys: list[set[str]] = [set() for _ in atoms]
        for piece, atom in self._atom.items():
            self.sizes[atom] += size[piece]
            self._keys[atom].add(piece[0])

    def _grow(self) -> dict[Piece, int]:
        size: dict[Piece, int] = {}
        last: dict[str, tuple[int, tuple[Piece, ...]]] = {}
        for release in self._chain:
            made = {}
            places = {_place(key) for key in release.counts}
            gone = {key: 0 for key in last if key not in release.counts and _place(key) in places}
            for key, count in (*release.counts.items(), *gone.items()):
                before, parts = last.get(key, (0, ()))
                if count != before:
                    piece = (key, len(parts))
                    size[piece] = count - before
                    parts = (*parts, piece)
                last[key] = (count, parts)
                made[key] = parts
            self._of.append(made)
        return size

    def _linked(self, pieces: Iterable[Piece]) -> dict[object, dict[Piece, int]]:
        """What came to a village between two releases is as much, whichever way it is counted: sums that come to 0."""
        ways: dict[tuple[str, ...], set[int]] = {}
        for piece in pieces:
            ways.setdefault(self._parts[piece[0]][0], set()).update(self._covered[piece])
        links: dict[object, dict[Piece, int]] = {}
        for piece in pieces:
            way, parts = self._parts[piece[0]]
            if not parts:
                continue
            for other, releases in ways.items():
                if other[1:] != ("",) and other[0] == way[0] and way in (other, (other[0], "")):
                    covered = tuple(at for at in self._covered[piece] if at in releases)
                    if covered:
                        links.setdefault((other, parts[0], covered), {})[piece] = 1 if way == other else PRIME - 1
        return links

    def _within(self, at: int, keys: Iterable[str]) -> Iterator[Piece]:
        for key in keys:
            yield from self._of[at].get(key, ())

    def _atoms(self, at: int, keys: Iterable[str]) -> frozenset[int]:
        return frozenset(self._atom[piece] for piece in self._within(at, keys) if piece in self._atom)

    def keys(self, group: Iterable[int]) -> frozenset[str]:
        return frozenset(key for atom in group for key in self._keys[atom])

    def published(self) -> Iterator[Vector]:
        """What anybody knows of the atoms: the numbers, and that two ways to count come to the same."""
        for at, keys in self._sums:
            yield dict.fromkeys(self._atoms(at, keys), 1)
        for link in self._links.values():
            yield {self._atom[piece]: sign for piece, sign in link.items()}

    def groups(self) -> Iterator[frozenset[int]]:
        """What must not follow, where it is small: whatever has a part of its key in common, in any span of time."""
        for atom in range(len(self.sizes)):
            yield frozenset({atom})
        lumps = self._lumps()
        size, wanted = dict[object, int](), dict[object, list[_Lump]]()
        for lump in lumps:
            for name in self._named(lump):
                size[name] = size.get(name, 0) + lump.size
        small = {name for name, count in size.items() if 0 < abs(count) < self._least}
        for lump in lumps:
            for name in self._named(lump):
                if name in small:
                    wanted.setdefault(name, []).append(lump)
        pieces = Counter(self._atom.values())
        for found in wanted.values():
            inside = dict.fromkeys((lump.atom for lump in found), 0)
            for lump in found:
                inside[lump.atom] += lump.pieces
            if all(pieces[atom] == count for atom, count in inside.items()):  # else it cannot be told from others
                yield frozenset(inside)

    def _lumps(self) -> list[_Lump]:
        """Pieces of all months that nothing tells apart as one, the others each for itself."""
        found: dict[tuple[Way, Way, Covered], dict[int, list[Piece]]] = {}
        for piece, atom in self._atom.items():
            way, parts = self._parts[piece[0]]
            alike = found.setdefault((way, parts[:-1], self._covered[piece]), {})
            alike.setdefault(atom, []).append(piece)
        lumps: list[_Lump] = []
        for (way, kept, covered), alike in found.items():
            for atom, pieces in alike.items():
                if len(alike) == 1:
                    size = sum(self._size[each] for each in pieces)
                    lumps.append(_Lump(way, (*kept, None), covered, atom, size, len(pieces)))
                    continue
                for each in pieces:
                    lumps.append(_Lump(way, self._parts[each[0]][1], covered, atom, self._size[each], 1))
        return lumps

    def _named(self, lump: _Lump) -> Iterator[tuple[object, ...]]:
        """The groups that pieces lie in: some parts of their key, and when."""
        kept = list(product(*(((part, None) if part is not None else (None,)) for part in lump.parts)))
        for when in self._spans[lump.covered]:
            for each in kept:
                yield (lump.way, each, when)


@dataclass(frozen=True, slots=True)
class _Lump:
    """Pieces of one atom with the same parts of their keys; a month of None is any."""

    way: Way
    parts: tuple[str | None, ...]
    covered: Covered
    atom: int
    size: int
    pieces: int


def _place(key: str) -> Way:
    """The way to count, village and month: who counted one of its keys counted all of them."""
    way, parts = _parts(key)
    return (*way, *parts[:1], *parts[-1:])


def _parts(key: str) -> tuple[Way, Way]:
    """The way to count that a key belongs to, and village, value and month."""
    known = tuple(key.split("\t"))
    return known[:2], known[2:]


def _spans(covered: Covered, new: int) -> Iterator[object]:
    """When a piece counted: in these releases alone, in each, in one and not in the new one, or since another."""
    yield covered
    inside = set(covered)
    for at in range(new + 1):
        if at in inside:
            yield at
            if new not in inside:
                yield (at, "without", new)
        elif new in inside:
            yield (new, "without", at)
    yield ("came", min(covered))
    for at in range(1, min(covered) + 1):
        yield ("since", at)
        if new in inside:
            yield (new, "since", at)


class _Span:
    """The numbers that follow from published ones: rows in echelon form modulo `PRIME`."""

    def __init__(self, rows: Iterable[Vector]) -> None:
        self._rows: dict[int, Vector] = {}
        for row in sorted(rows, key=len):
            left = self._reduced(row)
            if left:
                pivot = min(left)
                scale = pow(left[pivot], -1, PRIME)
                self._rows[pivot] = {at: value * scale % PRIME for at, value in left.items()}

    def holds(self, vector: Vector) -> bool:
        return not self._reduced(vector, all_of_it=False)

    def _reduced(self, vector: Vector, *, all_of_it: bool = True) -> Vector:
        left, done = dict(vector), Vector()
        while left:
            at = min(left)
            value = left.pop(at)
            row = self._rows.get(at)
            if row is None:
                done[at] = value
                if not all_of_it:
                    return done
                continue
            for column, share in row.items():
                if column != at:
                    rest = (left.get(column, 0) - value * share) % PRIME
                    if rest:
                        left[column] = rest
                    else:
                        left.pop(column, None)
        return done
