"""Tokens → Ast. Recursive descent over XPath 1.0's grammar (§3), refusing what ODK does not have."""

from __future__ import annotations

from functools import lru_cache

from forms.errors import XPathError
from forms.xpath.arity import check_call
from forms.xpath.ast import Ast, Call, Chain, Negate, Number, Path, Step, String
from forms.xpath.lex import Token, tokens

MAX_DEPTH = 40
"""Nested brackets, arguments and predicates. Deeper is an attack on the stack, not a questionnaire."""

MAX_PREDICATES = 2
"""Predicates inside predicates: each level multiplies the work by the number of rows."""

_BINDING = {
    "or": 0,
    "and": 1,
    "=": 2,
    "!=": 2,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "times": 5,
    "div": 5,
    "mod": 5,
}
_AXES = {"child": "child", "parent": "parent", "self": "self"}


@lru_cache(maxsize=4096)
def parse(source: str) -> Ast:
    """The expression's tree. Raises XPathError with the column where reading stopped."""
    return _Parser(source).whole()


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = tokens(source)
        self.next = 0
        self.depth = self.inside = 0

    def whole(self) -> Ast:
        tree = self.expression()
        if self.look().kind != "end":
            raise self.unexpected()
        return tree

    # --- the cursor -------------------------------------------------------------------------------

    def look(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.next + ahead, len(self.tokens) - 1)]

    def is_op(self, *texts: str) -> bool:
        token = self.look()
        return token.kind == "op" and token.text in texts

    def take(self) -> Token:
        token = self.look()
        self.next += 1
        return token

    def expect(self, text: str) -> None:
        if not self.is_op(text):
            raise self.unexpected(f"expected {text}")
        self.next += 1

    def unexpected(self, note: str = "") -> XPathError:
        token = self.look()
        what = "end" if token.kind == "end" else token.text
        return XPathError("xpath_unreadable", f"{what} {note}".strip(), token.at)

    # --- operators --------------------------------------------------------------------------------

    def expression(self) -> Ast:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise XPathError("xpath_too_deep", str(MAX_DEPTH), self.look().at)
        tree = self.level(0)
        self.depth -= 1
        return tree

    def level(self, lowest: int) -> Ast:
        """Precedence climbing: operators that bind at least as tightly as ``lowest``."""
        left = self.unary()
        while (binding := self.binding()) >= lowest:
            rest: list[tuple[str, Ast]] = []
            while self.binding() == binding:
                operator = self.take().text
                rest.append((operator, self.level(binding + 1)))
            left = Chain(left, tuple(rest))
        return left

    def binding(self) -> int:
        token = self.tokens[self.next]
        return _BINDING.get(token.text, -1) if token.kind == "op" else -1

    def unary(self) -> Ast:
        minus = 0
        while self.is_op("-"):
            self.next += 1
            minus += 1
        tree = self.union()
        return Negate(tree) if minus % 2 else (Negate(Negate(tree)) if minus else tree)

    def union(self) -> Ast:
        first = self.path()
        rest: list[tuple[str, Ast]] = []
        while self.is_op("|"):
            self.next += 1
            rest.append(("|", self.path()))
        if not rest:
            return first
        for tree in (first, *(arg for _, arg in rest)):
            if not is_nodeset(tree):
                raise XPathError("xpath_needs_nodes", "|", self.look().at)
        return Chain(first, tuple(rest))

    # --- paths ------------------------------------------------------------------------------------

    def path(self) -> Ast:
        token = self.look()
        if self.starts_primary(token):
            return self.filtered()
        if self.is_op("/"):
            self.next += 1
            return Path(True, self.steps() if self.starts_step() else (), at=token.at)
        if self.is_op("//"):
            return Path(True, self.more_steps([]), at=token.at)
        if not self.starts_step():
            raise self.unexpected()
        return Path(False, self.steps(), at=token.at)

    def starts_primary(self, token: Token) -> bool:
        if token.kind in ("number", "string") or self.is_op("("):
            return True
        return token.kind == "name" and self.look(1).text == "(" and self.look(1).kind == "op"

    def starts_step(self) -> bool:
        return self.look().kind == "name" or self.is_op(".", "..", "*", "@")

    def filtered(self) -> Ast:
        at = self.look().at
        tree = self.primary()
        predicates = self.predicates()
        if not predicates and not self.is_op("/", "//"):
            return tree
        if not is_nodeset(tree):
            raise XPathError("xpath_needs_nodes", "/", at)
        return Path(False, self.more_steps([]), tree, predicates, at)

    def primary(self) -> Ast:
        token = self.take()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "string":
            return String(token.text)
        if token.kind == "op":
            tree = self.expression()
            self.expect(")")
            return tree
        return self.call(token)

    def call(self, name: Token) -> Ast:
        self.expect("(")
        args: list[Ast] = []
        while not self.is_op(")"):
            args.append(self.expression())
            if not self.is_op(","):
                break
            self.next += 1
        self.expect(")")
        tree = Call(name.text, tuple(args), name.at)
        check_call(tree, [is_nodeset(arg) for arg in args])
        return tree

    def steps(self) -> tuple[Step, ...]:
        return self.more_steps([self.step()])

    def more_steps(self, found: list[Step]) -> tuple[Step, ...]:
        while self.is_op("/", "//"):
            deep = self.take().text == "//"
            if deep and self.inside:
                raise XPathError("xpath_unsupported", "[//]", self.look().at)
            step = self.step()
            if deep and step.axis != "child":
                raise XPathError("xpath_unsupported", f"//{step.axis}", self.look().at)
            found.append(Step("descendant", step.name, step.predicates) if deep else step)
        return tuple(found)

    def step(self) -> Step:
        token = self.take()
        if token.kind == "op" and token.text in (".", ".."):
            axis = "self" if token.text == "." else "parent"
            return Step(axis, "*", self.predicates())
        if token.kind == "name" and self.is_op("::"):
            return self.axis_step(token)
        if token.kind == "name" and self.is_op("("):
            raise XPathError("xpath_unsupported", f"{token.text}()", token.at)
        if token.kind == "name" or (token.kind == "op" and token.text == "*"):
            return Step("child", token.text, self.predicates())
        if token.text == "@":
            raise XPathError("xpath_unsupported", "@", token.at)
        self.next -= 1
        raise self.unexpected()

    def axis_step(self, name: Token) -> Step:
        if name.text not in _AXES:
            raise XPathError("xpath_unsupported", f"{name.text}::", name.at)
        self.expect("::")
        test = self.take()
        if test.kind == "name" and test.text == "node" and self.is_op("("):
            self.next += 1
            self.expect(")")
            return Step(_AXES[name.text], "*", self.predicates())
        if test.kind != "name" and test.text != "*":
            self.next -= 1
            raise self.unexpected()
        return Step(_AXES[name.text], test.text, self.predicates())

    def predicates(self) -> tuple[Ast, ...]:
        found: list[Ast] = []
        while self.is_op("["):
            self.next += 1
            self.inside += 1
            if self.inside > MAX_PREDICATES:
                raise XPathError("xpath_too_deep", "[[[", self.look().at)
            found.append(self.expression())
            self.inside -= 1
            self.expect("]")
        return tuple(found)


def is_nodeset(tree: Ast) -> bool:
    """True when the expression's value is a set of nodes whatever the data."""
    if isinstance(tree, Path):
        return True
    if isinstance(tree, Chain):
        return tree.rest[0][0] == "|"
    return isinstance(tree, Call) and tree.name in ("instance", "current", "randomize")
