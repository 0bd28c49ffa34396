"""Somebody outside who has every table that left, knows what the words on it mean, and can solve equations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction


class Attacker:
    """Knows every number that was published, and solves exactly over the fractions. Written apart from the product."""

    def __init__(self, equations: Iterable[frozenset[object]]) -> None:
        self.rows: list[dict[object, Fraction]] = []
        for equation in equations:
            left = self.reduce(dict.fromkeys(equation, Fraction(1)))
            if left:
                pivot = next(iter(left))
                left = {name: value / left[pivot] for name, value in left.items()}
                for row in self.rows:
                    factor = row.get(pivot)
                    if factor:
                        for name, value in left.items():
                            row[name] = row.get(name, Fraction(0)) - factor * value
                            if not row[name]:
                                del row[name]
                self.rows.append({pivot: left.pop(pivot), **left})

    def reduce(self, vector: dict[object, Fraction]) -> dict[object, Fraction]:
        left = dict(vector)
        for row in self.rows:
            factor = left.get(next(iter(row)))
            if factor:
                for name, value in row.items():
                    left[name] = left.get(name, Fraction(0)) - factor * value
                    if not left[name]:
                        del left[name]
        return left

    def knows(self, group: Iterable[object]) -> bool:
        return not self.reduce(dict.fromkeys(group, Fraction(1)))


def said(
    shown: Sequence[Sequence[str]], down: Sequence[str], across: Sequence[str], hidden: str = "…"
) -> list[tuple[frozenset[int], int]]:
    """Every number of a table with totals: which records it counts, and what it says.

    `shown` has heads, lines and totals; `down` and `across` give each record's line and column in the words of the
    table. Words that no line has belong to the line that is none of them, the merged one.
    """
    lines, columns = [line[0] for line in shown[1:-1]], list(shown[0][1:-1])
    rows = {line: frozenset(at for at, word in enumerate(down) if _of(word, lines) == line) for line in lines}
    ways = {
        column: frozenset(at for at, word in enumerate(across) if _of(word, columns) == column) for column in columns
    }
    everybody = frozenset(range(len(down)))
    found = []
    for line in shown[1:]:
        inside = rows.get(line[0], everybody)
        for column, number in zip((*columns, None), line[1:], strict=True):
            if number != hidden:
                found.append((inside & ways[column] if column is not None else inside, int(number or 0)))
    return found


def _of(word: str, known: Sequence[str]) -> str:
    return word if word in known else next((each for each in known if each.startswith(MERGED)), word)


MERGED = ("其他", "Others")
