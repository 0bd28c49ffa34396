"""Tokens -> syntax tree, by recursive descent with a bound on nesting."""

from __future__ import annotations

from functools import lru_cache

from forms.xpath.errors import ExpressionError
from forms.xpath.lexer import Token, tokens
from forms.xpath.syntax import (
    Alternatives,
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Filter,
    Literal,
    Logic,
    Negation,
    Number,
    Path,
    Step,
)

MAX_NESTING = 100
_WEIGHT_OF_PREDICATE = 1  # beyond that of its expression: it takes more calls to compile than parentheses do
_WEIGHT_OF_REPEAT = 2  # indexed-repeat() is compiled as a path with predicates
_AXES = frozenset(
    {
        "ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
        "following-sibling", "parent", "preceding", "preceding-sibling", "self",
    }
)  # fmt: skip
_NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})
_BINDING = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6,
    "|": 8,
}  # fmt: skip
_UNARY = 7
_ANY = Step("descendant-or-self", "node()")
_PARENT = Step("parent", "node()")
_SELF = Step("self", "node()")


@lru_cache(maxsize=8192)
def parse(source: str) -> Expression:
    """The syntax tree of an expression; one for each distinct string. Raises ExpressionError."""
    return _Parser(source).whole()


@lru_cache(maxsize=8192)
def plain_path(source: str) -> Path:
    """The tree of a path without predicates, axes and functions."""
    absolute = source.startswith("/")
    names = (source[1:] if absolute else source).split("/")
    return Path("/" if absolute else None, tuple(_PARENT if name == ".." else Step("child", name) for name in names))


class _Parser:
    __slots__ = ("at", "depth", "source", "tokens")

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = 0
        self.depth = 0

    def whole(self) -> Expression:
        found = self.expression(0)
        if self.tokens[self.at].kind != "end":
            raise self.unexpected()
        return found

    def unexpected(self) -> ExpressionError:
        token = self.tokens[self.at]
        return ExpressionError("expression_malformed", expression=self.source, at=token.at + 1, found=token.text)

    def expect(self, text: str) -> None:
        token = self.tokens[self.at]
        if token.text != text or token.kind == "literal":
            raise self.unexpected()
        self.at += 1

    def operator(self) -> str:
        token = self.tokens[self.at]
        return token.text if token.kind in ("operator", "sign") else ""

    def expression(self, least: int) -> Expression:
        """An expression whose operators bind tighter than `least`."""
        depth = self.depth
        self.deepen()
        left = self.operand()
        while True:
            operator = self.operator()
            binding = _BINDING.get(operator, 0)
            if binding <= least:
                break
            left = self.chain(left, operator, binding)
        self.depth = depth
        return left

    def deepen(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ExpressionError("expression_too_deep", limit=MAX_NESTING, expression=self.source[:200])

    def chain(self, left: Expression, operator: str, binding: int) -> Expression:
        if binding in (1, 2, 8):
            operands = [left]
            while self.operator() == operator:
                self.at += 1
                operands.append(self.expression(binding))
            return Alternatives(tuple(operands)) if binding == 8 else Logic(operator, tuple(operands))
        if binding in (3, 4):
            self.at += 1
            self.deepen()  # a comparison's left side may be another: the tree is as deep as their chain is long
            return Comparison(operator, left, self.expression(binding))
        rest: list[tuple[str, Expression]] = []
        while _BINDING.get(operator, 0) == binding:
            self.at += 1
            rest.append((operator, self.expression(binding)))
            operator = self.operator()
        return Arithmetic(left, tuple(rest))

    def operand(self) -> Expression:
        token = self.tokens[self.at]
        if token.kind == "sign" and token.text == "-":
            signs = 0
            while self.tokens[self.at].text == "-" and self.tokens[self.at].kind == "sign":
                signs += 1
                self.at += 1
            operand = self.expression(_UNARY)
            return Negation(operand) if signs % 2 else Negation(Negation(operand))
        return self.path()

    def path(self) -> Expression:
        token = self.tokens[self.at]
        if token.kind == "path":
            self.at += 1
            return plain_path(token.text)
        if token.text in ("/", "//") and token.kind == "sign":
            return Path("/", self.absolute(token))
        if not self.primary_ahead(token):
            return Path(None, self.relative([]))
        base = self.primary(token)
        predicates = self.predicates()
        if predicates:
            base = Filter(base, predicates)
        if self.operator() in ("/", "//"):
            return Path(base, self.continued([]))
        return base

    def primary_ahead(self, token: Token) -> bool:
        if token.kind in ("number", "literal") or (token.kind == "sign" and token.text == "("):
            return True
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return token.kind == "name" and following.text == "(" and token.text not in _NODE_TYPES

    def primary(self, token: Token) -> Expression:
        self.at += 1
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "literal":
            return Literal(token.text[1:-1])
        if token.text == "(":
            inner = self.expression(0)
            self.expect(")")
            return inner
        self.expect("(")
        weight = _WEIGHT_OF_REPEAT if token.text == "indexed-repeat" else 0
        self.depth += weight
        arguments: list[Expression] = []
        if self.operator() != ")":
            arguments.append(self.expression(0))
            while self.operator() == ",":
                self.at += 1
                arguments.append(self.expression(0))
        self.expect(")")
        self.depth -= weight
        return Call(token.text, tuple(arguments))

    def absolute(self, token: Token) -> tuple[Step, ...]:
        self.at += 1
        if token.text == "//":
            return self.relative([_ANY])
        following = self.tokens[self.at]
        if following.kind in ("name", "path") or following.text in (".", "..", "@", "*"):
            return self.relative([])
        return ()

    def relative(self, steps: list[Step]) -> tuple[Step, ...]:
        self.more(steps)
        return self.continued(steps)

    def more(self, steps: list[Step]) -> None:
        """The next step, or as many as one token holds."""
        token = self.tokens[self.at]
        if token.kind != "path":
            steps.append(self.step())
        elif token.text.startswith("/"):
            raise self.unexpected()
        else:
            self.at += 1
            steps.extend(plain_path(token.text).steps)

    def continued(self, steps: list[Step]) -> tuple[Step, ...]:
        while self.operator() in ("/", "//"):
            if self.operator() == "//":
                steps.append(_ANY)
            self.at += 1
            self.more(steps)
        return tuple(steps)

    def step(self) -> Step:
        token = self.tokens[self.at]
        if token.kind == "sign" and token.text in (".", ".."):
            self.at += 1
            predicates = self.predicates()
            plain = _SELF if token.text == "." else _PARENT
            return Step(plain.axis, plain.test, predicates) if predicates else plain
        axis = "child"
        if token.text == "@" and token.kind == "sign":
            axis = "attribute"
            self.at += 1
        elif token.kind == "name" and self.tokens[self.at + 1].text == "::":
            axis = token.text
            if axis not in _AXES:
                raise self.unexpected()
            self.at += 2
        return Step(axis, self.test(), self.predicates())

    def test(self) -> str:
        token = self.tokens[self.at]
        if token.text == "*" and token.kind == "sign":
            self.at += 1
            return "*"
        if token.kind != "name":
            raise self.unexpected()
        self.at += 1
        if token.text in _NODE_TYPES and self.operator() == "(":
            self.at += 1
            self.expect(")")
            return f"{token.text}()"
        return token.text

    def predicates(self) -> tuple[Expression, ...]:
        if self.operator() != "[":
            return ()
        found: list[Expression] = []
        self.depth += _WEIGHT_OF_PREDICATE
        while self.operator() == "[":
            self.at += 1
            found.append(self.expression(0))
            self.expect("]")
        self.depth -= _WEIGHT_OF_PREDICATE
        return tuple(found)
