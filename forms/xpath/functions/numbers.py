"""Numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext

from forms.xpath.functions.library import Function, plain, worldly
from forms.xpath.nodes import Context
from forms.xpath.values import NAN, to_number


def _guarded(function: Callable[..., float]) -> Callable[..., float]:
    """NaN where the mathematics has no answer."""

    def guarded(*values: float) -> float:
        if any(value != value for value in values):
            return NAN
        try:
            return float(function(*values))
        except (ValueError, ZeroDivisionError):
            return NAN
        except OverflowError:
            return math.inf

    return guarded


def _round(value: float, places: float = 0.0) -> float:
    """Halves go up for positive numbers and, with places, away from zero; without, towards positive infinity."""
    if value != value or places != places or math.isinf(value):
        return value if places == places else NAN
    if places == 0:
        return math.floor(value + 0.5) if value >= 0 else -math.floor(-value + 0.5)
    if abs(places) > 30:
        return value
    unit = Decimal(1).scaleb(-int(places))
    with localcontext(prec=400):  # the largest double has 309 digits before its point
        return float((Decimal(repr(value)) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit)


def _int(value: float) -> float:
    return float(math.trunc(value)) if math.isfinite(value) else value


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., float]:
    def extreme(c: Context, *sets: list[str]) -> float:
        found = [to_number(text, c) for texts in sets for text in texts]
        if not found or any(value != value for value in found):
            return NAN
        return pick(found)

    return extreme


def _sum(c: Context, texts: list[str]) -> float:
    return math.fsum(to_number(text, c) for text in texts) if texts else 0.0


def _log10(value: float) -> float:
    return -math.inf if value == 0 else math.log10(value)


def _log(value: float) -> float:
    return -math.inf if value == 0 else math.log(value)


def _one(name: str, function: Callable[..., float]) -> Function:
    return plain(name, "number", "n", _guarded(function))


FUNCTIONS = (
    plain("int", "number", "n", _int),
    plain("round", "number", "nn", _round, least=1),
    worldly("sum", "number", "S", _sum),
    worldly("max", "number", "S*", _extreme(max)),
    worldly("min", "number", "S*", _extreme(min)),
    plain("pow", "number", "nn", _guarded(math.pow)),
    plain("atan2", "number", "nn", _guarded(math.atan2)),
    plain("pi", "number", "", lambda: math.pi),
    worldly("random", "number", "", lambda c: c.world.random()),
    _one("abs", abs),
    _one("floor", lambda v: v if math.isinf(v) else math.floor(v)),
    _one("ceiling", lambda v: v if math.isinf(v) else math.ceil(v)),
    _one("sqrt", math.sqrt),
    _one("exp", math.exp),
    _one("exp10", lambda v: 10.0**v),
    _one("log", _log),
    _one("log10", _log10),
    _one("sin", math.sin),
    _one("cos", math.cos),
    _one("tan", math.tan),
    _one("asin", math.asin),
    _one("acos", math.acos),
    _one("atan", math.atan),
)
