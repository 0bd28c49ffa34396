"""Write tables as one workbook or csv: at a level of disclosure, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from forms.export.types import Order, Progress, Table, Written


def write(
    order: Order,
    tables: Sequence[Table],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Written:
    """Write `tables` to `order.target` under a temporary name beside it, then rename; nothing partial remains.

    At level statistics the rows become tables of counts with small cells suppressed. A csv holds the first table;
    further tables lie beside it as `STEM-KEY.csv`. Raises `Cancelled`, and Fault `export.*` for a full disk, a
    file in use, or a place that cannot be written.
    """
    raise NotImplementedError
