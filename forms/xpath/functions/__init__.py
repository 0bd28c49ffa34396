"""Every function that an expression may call, by name."""

from __future__ import annotations

from forms.xpath.functions import boolean, choosing, dates, digests, geo, naming, nodesets, numbers, strings
from forms.xpath.functions.library import Function

LIBRARY: dict[str, Function] = {
    function.name: function
    for family in (boolean, choosing, dates, digests, geo, naming, nodesets, numbers, strings)
    for function in family.FUNCTIONS
}
