"""What Z3 says about a term, and the value that one of its answers describes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import z3

from generator.prove.places import Aspect, Path
from generator.prove.terms import Term

LETTERS = "xyzq"
# Every text over the letters up to this length is tried for what a model wants of a text, then one long one.
LONGEST = 5
WORDS = tuple("".join(word) for size in range(LONGEST + 1) for word in product(LETTERS, repeat=size))


class Impossible(Exception):
    """No text is as the model says: the patterns and the length that it chose exclude each other."""


class Question:
    """Z3 with what is asserted; every variable of a term is one of Z3's."""

    def __init__(self) -> None:
        self.solver = z3.Solver()
        self.known: dict[Term, z3.BoolRef] = {}
        self.variables: dict[Aspect, z3.ExprRef] = {}

    def variable(self, key: Any, *, number: bool) -> Any:
        assert isinstance(key, Aspect)
        if key not in self.variables:
            name = f"{len(self.variables)}"
            self.variables[key] = z3.Real(name) if number else z3.Bool(name)
        return self.variables[key]

    def formula(self, term: Term) -> Any:
        if term not in self.known:
            self.known[term] = self._formula(term)
        return self.known[term]

    def _formula(self, term: Term) -> Any:
        match term.kind:
            case "constant":
                return z3.BoolVal(bool(term.args[0]))
            case "variable":
                return self.variable(term.args[0], number=False)
            case "not":
                return z3.Not(self.formula(term.operands[0]))
            case "and":
                return z3.And([self.formula(part) for part in term.operands])
            case "or":
                return z3.Or([self.formula(part) for part in term.operands])
            case "whole":
                return z3.IsInt(self.variable(term.args[0], number=True))
            case _:
                total = z3.Sum([z3.Q(*ratio(f)) * self.variable(key, number=True) for key, f in term.coefficients])
                bound = z3.Q(*ratio(term.bound))
                return total <= bound if term.kind == "at_most" else total == bound

    def count_members(self, lists: Mapping[Path, int]) -> None:
        """What a group and a list are, for places without a declared type: a group has as many members as it has,
        those of other names are all that were not named; a list has no more entries than are modelled."""
        for path in {aspect.path for aspect in self.variables}:
            members = [a for a in list(self.variables) if a.name == "there" and a.path[:-1] == path]
            others = [a for a in list(self.variables) if a.name == "other" and a.path == path]
            size = self.variable(Aspect("size", path), number=True)
            more = z3.Int(f"more {path!r}")
            there = {a.path[-1]: self.variables[a] for a in members if isinstance(a.path[-1], str)}
            is_group = self.variable(Aspect("kind", path, "object"), number=False)
            is_list = self.variable(Aspect("kind", path, "array"), number=False)
            self.solver.add(more >= 0, z3.IsInt(size), size >= 0)
            self.solver.add(z3.Implies(is_group, size == more + z3.Sum([z3.If(t, 1, 0) for t in there.values()] + [0])))
            for other in others:
                assert isinstance(other.detail, tuple)
                unknown = [t for name, t in there.items() if name not in other.detail]
                self.solver.add(z3.Implies(is_group, self.variables[other] == z3.Or(more > 0, *unknown)))
            general = tuple("[]" if isinstance(step, int) else step for step in path)
            self.solver.add(z3.Implies(is_list, size <= lists.get(general, 0)))


def ratio(number: Any) -> tuple[int, int]:
    return Fraction(number).as_integer_ratio()


def model(term: Term, axioms: Iterable[Term], lists: Mapping[Path, int]) -> Model | None:
    """A way in which a term and what holds of its variables are all true; ``None`` where there is none."""
    question = Question()
    question.solver.add(question.formula(term), *(question.formula(axiom) for axiom in axioms))
    asked = frozenset(question.variables)
    question.count_members(lists)
    if question.solver.check() != z3.sat:
        return None
    return Model(question, asked)


class Model:
    """One answer of Z3, and the value that it describes; ``asked`` are the variables that the term has."""

    def __init__(self, question: Question, asked: frozenset[Aspect]) -> None:
        self.found = question.solver.model()
        self.question = question
        self.asked = asked

    @cached_property
    def by_path(self) -> Mapping[Path, list[Aspect]]:
        found: dict[Path, list[Aspect]] = {}
        for aspect in self.question.variables:
            found.setdefault(aspect.path, []).append(aspect)
        return found

    def says(self, name: str, path: Path, detail: Any = None) -> Any:
        """The answer to one question; false or 0 for one that was not asked."""
        variable = self.question.variables.get(Aspect(name, path, detail))
        if variable is None:
            return False
        value = self.found.eval(variable, model_completion=True)
        return value.as_fraction() if z3.is_rational_value(value) else z3.is_true(value)

    def value(self, path: Path = ()) -> Any:
        """What stands at a path. Raises ``Impossible``."""
        kinds = ("null", "boolean", "number", "string", "array", "object")
        match next((kind for kind in kinds if self.says("kind", path, kind)), "null"):
            case "boolean":
                return self.says("true", path)
            case "number":
                number = Fraction(self.says("number", path))
                return int(number) if number.denominator == 1 else number
            case "string":
                return self.text(path)
            case "array":
                return [self.value((*path, index)) for index in range(int(self.says("size", path)))]
            case "object":
                return self.group(path)
        return None

    def group(self, path: Path) -> dict[str, Any]:
        names = [p[-1] for p in self.by_path if p[:-1] == path and p and isinstance(p[-1], str)]
        members = {str(name): self.value((*path, name)) for name in names if self.says("there", (*path, name))}
        size = int(self.says("size", path))
        return members | {f"more {index}": None for index in range(size - len(members))}

    def text(self, path: Path) -> str:
        """A text that is, or is not, those that were named, and that matches the patterns as the model says."""
        aspects = self.by_path.get(path, [])
        named = {str(a.detail): self.says(a.name, path, a.detail) for a in aspects if a.name == "is"}
        patterns = {str(a.detail): self.says(a.name, path, a.detail) for a in aspects if a.name == "matches"}
        size = int(self.says("size", path)) if Aspect("size", path) in self.asked else None
        for word in (*(text for text, is_it in named.items() if is_it), *WORDS, *self.long(size)):
            fits = size is None or len(word) == size
            fits = fits and all((word == text) == is_it for text, is_it in named.items())
            if fits and all((re.search(pattern, word) is not None) == wanted for pattern, wanted in patterns.items()):
                return word
        raise Impossible(path)

    @staticmethod
    def long(size: int | None) -> Iterable[str]:
        middle = "q" * ((size or 0) - 2)
        return (one + middle + two for one in LETTERS for two in LETTERS)
