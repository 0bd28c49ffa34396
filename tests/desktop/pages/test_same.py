"""Which requests may be the same as the one that is written."""

from types import SimpleNamespace
from typing import cast

from desktop.pages.same import SHOWN, same_matter
from desktop.services.values import RequestRow, RequestState


def request(
    ref: str, matter: str = "H05", state: RequestState = RequestState.ASSIGNED, resident: str = "x"
) -> RequestRow:
    return cast(RequestRow, SimpleNamespace(ref=ref, matter=matter, state=state, resident=resident))


def test_open_ones_of_the_matter_are_alike_the_residents_own_first() -> None:
    rows = [
        request("1"),
        request("2", matter="H01"),
        request("3", state=RequestState.TOLD),
        request("4", state=RequestState.CLOSED),
        request("5", resident="me"),
    ]
    assert [each.ref for each in same_matter(rows, "H05", "me")] == ["5", "1"]


def test_only_a_few_are_shown() -> None:
    assert len(same_matter([request(str(number)) for number in range(9)], "H05", "")) == SHOWN
