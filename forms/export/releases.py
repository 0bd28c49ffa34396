"""What leaves the office beside what left it before: whether a small group follows from several tables together.

A published number is the sum of what it counts: `keys`, the finest groups that the office counts by. Where a key has
another count today than when it was published first, what came in between is a group of its own, and so is what one
release covers and another does not. Linear algebra over all published numbers decides whether such a group of 1 to
`LEAST` - 1 follows. Elimination runs modulo a large prime: whatever follows over the fractions follows there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.export.suppress import LEAST, Place, suppress

PRIME = (1 << 61) - 1
_TRIES = 60

Piece = tuple[str, int]
"""A key and which of its growths: 0 is what it counted first, 1 what came until it was published next, and so on."""
Vector = dict[int, int]


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
    pieces = _Pieces(chain)
    span = _Span(pieces.published())
    found: dict[frozenset[str], int] = {}
    for group in pieces.groups():
        size = abs(sum(pieces.sizes[atom] for atom in group))
        if 0 < size < least and span.holds(dict.fromkeys(group, 1)):
            found.setdefault(pieces.keys(group), size)
    return tuple(Leak(size, keys & new.counts.keys()) for keys, size in found.items())


def fit(
    cells: Sequence[Sequence[int]], keys: Sequence[Sequence[Mapping[str, int]]], earlier: Sequence[Release]
) -> tuple[set[Place], Release] | None:
    """What to hide of a table that is published with its totals, and what it says then; None where hiding is no help.

    `keys` are those of each cell with what they count.
    """
    forced: set[Place] = set()
    for _ in range(_TRIES):
        hidden = suppress(cells, also=forced)
        release = _said_by(keys, hidden)
        found = leaks(earlier, release)
        if not found:
            return hidden, release
        more = _to_hide(found, keys, hidden)
        if not more:
            return None
        forced |= more
    return None


def _said_by(keys: Sequence[Sequence[Mapping[str, int]]], hidden: set[Place]) -> Release:
    groups = [[frozenset(cell) for cell in line] for line in keys]
    shown = [cell for at, line in enumerate(groups) for to, cell in enumerate(line) if cell and (at, to) not in hidden]
    lines = [frozenset[str]().union(*line) for line in (*groups, *zip(*groups, strict=True))]
    sums = [*shown, *lines, frozenset[str]().union(*lines)]
    counts = {key: count for line in keys for cell in line for key, count in cell.items()}
    return Release(counts, tuple(dict.fromkeys(sums)))


def _to_hide(found: Sequence[Leak], keys: Sequence[Sequence[Mapping[str, int]]], hidden: set[Place]) -> set[Place]:
    """The cells, still shown, through which the groups follow."""
    wanted = frozenset[str]().union(*(leak.keys for leak in found))
    return {
        (at, to)
        for at, line in enumerate(keys)
        for to, cell in enumerate(line)
        if (at, to) not in hidden and not wanted.isdisjoint(cell)
    }


def _connected(earlier: Sequence[Release], new: Release) -> list[Release]:
    """Those that share keys with the new one, or with one that does."""
    known, reached, grew = set(new.counts), set[int](), True
    while grew:
        grew = False
        for at, release in enumerate(earlier):
            if at not in reached and not known.isdisjoint(release.counts):
                reached.add(at)
                known |= release.counts.keys()
                grew = True
    return [release for at, release in enumerate(earlier) if at in reached]


class _Pieces:
    """Pieces that no published number tells apart, as atoms with their sizes."""

    def __init__(self, chain: Sequence[Release]) -> None:
        self._chain = chain
        self._of: list[dict[str, tuple[Piece, ...]]] = []  # of each release, what each of its keys is made of
        size = self._grow()
        seen: dict[Piece, list[int]] = {}
        self._sums = [(at, keys) for at, release in enumerate(chain) for keys in release.sums]
        for number, (at, keys) in enumerate(self._sums):
            for piece in self._within(at, keys):
                seen.setdefault(piece, []).append(number)
        atoms: dict[tuple[object, ...], int] = {}
        self._atom: dict[Piece, int] = {}
        for piece, numbers in seen.items():
            covered = tuple(at for at, of in enumerate(self._of) if piece in of.get(piece[0], ()))
            self._atom[piece] = atoms.setdefault((tuple(numbers), covered), len(atoms))
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
            for key, count in release.counts.items():
                before, parts = last.get(key, (0, ()))
                if count != before:
                    piece = (key, len(parts))
                    size[piece] = count - before
                    parts = (*parts, piece)
                last[key] = (count, parts)
                made[key] = parts
            self._of.append(made)
        return size

    def _within(self, at: int, keys: Iterable[str]) -> Iterator[Piece]:
        for key in keys:
            yield from self._of[at].get(key, ())

    def _atoms(self, at: int, keys: Iterable[str]) -> frozenset[int]:
        return frozenset(self._atom[piece] for piece in self._within(at, keys) if piece in self._atom)

    def keys(self, group: Iterable[int]) -> frozenset[str]:
        return frozenset(key for atom in group for key in self._keys[atom])

    def published(self) -> Iterator[Vector]:
        for at, keys in self._sums:
            yield dict.fromkeys(self._atoms(at, keys), 1)

    def groups(self) -> Iterator[frozenset[int]]:
        """What must not follow: each atom, and of every published number what other releases leave out."""
        for atom in range(len(self.sizes)):
            yield frozenset({atom})
        covered = [self._atoms(at, release.counts) for at, release in enumerate(self._chain)]
        everything = frozenset().union(*covered[:-1])
        seen: set[frozenset[int]] = set()
        for at, keys in self._sums:
            inside = self._atoms(at, keys)
            others = covered[:-1] if at == len(covered) - 1 else covered[-1:]
            rests = {inside - other for other in others} | ({inside - everything} if at == len(covered) - 1 else set())
            for rest in rests - seen:
                if rest:
                    seen.add(rest)
                    yield rest


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
        return not self._reduced(vector)

    def _reduced(self, vector: Vector) -> Vector:
        left, done = dict(vector), Vector()
        while left:
            at = min(left)
            value = left.pop(at)
            row = self._rows.get(at)
            if row is None:
                done[at] = value
                continue
            for column, share in row.items():
                if column != at:
                    rest = (left.get(column, 0) - value * share) % PRIME
                    if rest:
                        left[column] = rest
                    else:
                        left.pop(column, None)
        return done
