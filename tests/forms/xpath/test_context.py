"""Which expressions are compiled once for all the nodes that have them."""

import pytest

from forms.xpath.context import same_anywhere
from forms.xpath.parser import parse


@pytest.mark.parametrize(
    "expression",
    [
        "/data/a = 'yes'",
        "selected(/data/a, 'x') and not(/data/b > 3)",
        "count(/data/rep[x = 1]) + 2 * -/data/a",
        "instance('l')/root/item[name = /data/a]/label",
        "if(today() > /data/d, 1, (/data/a | /data/b))",
    ],
)
def test_those_that_say_nothing_of_their_own_node(expression: str) -> None:
    assert same_anywhere(parse(expression))


@pytest.mark.parametrize(
    "expression",
    [
        ". > 3",
        "../a",
        "current()/../a",
        "/data/rep[x = current()/../a]",
        "position(..)",
        "once(/data/a)",
        "string()",
        "instance('l')/root/item[name = current()/../a]",
        "indexed-repeat(/data/rep/x, /data/rep, 1)",
        "jr:choice-name(/data/a, '../a')",
    ],
)
def test_those_that_do(expression: str) -> None:
    assert not same_anywhere(parse(expression))
