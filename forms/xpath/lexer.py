"""Expression text -> tokens, by the disambiguation rules of XPath 1.0 section 3.7."""

from __future__ import annotations

import re
from typing import NamedTuple

from forms.xpath.errors import ExpressionError

MAX_LENGTH = 100_000

_NAME = r"[A-Za-z_\u00C0-\uFFFF][\w.\-\u00B7]*"
_PATTERN = re.compile(
    rf"""\s*(?:
    (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<literal>"[^"]*"|'[^']*')
  | (?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
  | (?P<sign>::|//|\.\.|<=|>=|!=|[/.@\[\](),|+\-=<>*$])
)""",
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
_QNAME = rf"{_NAME}(?::(?!:){_NAME})?"
# No more than 64 steps at once: a long path that turns out not to be plain would be read anew from each of its steps.
_PLAIN_PATH = re.compile(rf"\s*(?P<path>(?>(?:\.\.|/?{_QNAME})(?:/(?:\.\.|{_QNAME})){{0,64}}))(?!\s*[(\[:/])")
_WITHIN_STEP = ("@", "::")  # after which a name is a test, never a path
_WORD_OPERATORS = frozenset({"and", "or", "div", "mod"})


class Token(NamedTuple):
    kind: str  # number literal name sign operator path end
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """The tokens and a closing `end`. Raises ExpressionError.

    A path of plain steps, which most of any form is, is one token `path`: `/data/a`, `../b`, `c`.
    """
    if len(source) > MAX_LENGTH:
        raise ExpressionError("expression_too_long", length=len(source), limit=MAX_LENGTH)
    found: list[Token] = []
    at, end = 0, len(source)
    operand = False  # whether what precedes is an operand, after which a name or * is an operator
    within_step = False
    match, plain_path = _PATTERN.match, _PLAIN_PATH.match
    while at < end:
        m = (None if operand or within_step else plain_path(source, at)) or match(source, at)
        if m is None:
            rest = _SPACE.match(source, at)
            at = rest.end() if rest else at
            if at >= end:
                break
            raise ExpressionError("expression_malformed", expression=source, at=at + 1, found=source[at : at + 10])
        kind = m.lastgroup or ""
        text = m.group(kind)
        if operand and (text == "*" or (kind == "name" and text in _WORD_OPERATORS)):
            kind = "operator"
            operand = False
        else:
            operand = kind != "sign" or text in (")", "]", "..", ".", "*")
        within_step = text in _WITHIN_STEP
        found.append(Token(kind, text, m.end() - len(text)))
        at = m.end()
    found.append(Token("end", "", end))
    return found
