"""A condition as a person says it, in French or English, from the descriptions and labels of the schema itself.

Names of fields and values stand in quotes, as the schema has them: nothing here knows the gender of a word, and what
is quoted can be looked up. `« Segment du client » est « très petite entreprise » et « Avoirs » : oui`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Final, Literal, assert_never

from generator import formats
from generator.condition_words.vocabulary import Language, Vocabulary
from generator.conditions.expressions import (
    And,
    Arithmetic,
    Choices,
    Comparator,
    Compare,
    Constant,
    Default,
    Defined,
    Expression,
    Length,
    Literal_,
    Member,
    Not,
    OneOf,
    Or,
    Quantified,
    Read,
)
from generator.schema_types import BOOLEAN, Type

_QUOTES: Final = {"fr": ("«\u00a0", "\u00a0»"), "en": ("“", "”")}
_OPPOSITE: Final[dict[Comparator, Comparator]] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
}  # fmt: skip
_TURNED: Final[dict[Comparator, Comparator]] = {
    "==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<=",
}  # fmt: skip
_COUNTED: Final = {
    "minutes": formats.minutes, "hours": formats.hours, "days": formats.days, "weeks": formats.weeks,
    "business_days": formats.business_days, "months": formats.months, "years": formats.years,
}  # fmt: skip
_ORDER: Final[dict[str, dict[Comparator, str]]] = {
    "fr": {"==": "vaut", "!=": "ne vaut pas", "<": "vaut moins de", "<=": "vaut au plus", ">": "vaut plus de",
           ">=": "vaut au moins"},
    "en": {"==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than",
           ">=": "is at least"},
}  # fmt: skip
# Dates and the like: « after » says more than « more ».
_TIME: Final[dict[str, dict[Comparator, str]]] = {
    "fr": {"==": "est", "!=": "n’est pas", "<": "vient avant", "<=": "ne vient pas après", ">": "vient après",
           ">=": "ne vient pas avant"},
    "en": {"==": "is", "!=": "is not", "<": "is before", "<=": "is not after", ">": "is after",
           ">=": "is not before"},
}  # fmt: skip
_ARITHMETIC: Final = {"+": "+", "-": "\u2212", "*": "×"}

Shape = Literal["atom", "and", "or"]


def condition_words(
    expression: Expression, language: Language, vocabulary: Vocabulary, bound: Mapping[str, Type] | None = None
) -> str:
    """The condition as one sentence without its stop; ``bound`` gives the types of names such as a rule's ``each``."""
    return _Speaker(language, vocabulary, bound or {}).sentence(expression)[0]


@dataclass(frozen=True)
class _Speaker:
    language: Language
    vocabulary: Vocabulary
    bound: Mapping[str, Type] = field(default_factory=dict)

    def said(self, fr: str, en: str) -> str:
        return fr if self.language == "fr" else en

    def quoted(self, text: str) -> str:
        opening, closing = _QUOTES[self.language]
        return f"{opening}{text}{closing}"

    # ---- sentences

    def sentence(self, expression: Expression, *, denied: bool = False) -> tuple[str, Shape]:
        """What holds (or, ``denied``, what does not), and whether it is joined from parts."""
        match expression:
            case Not(operand):
                return self.sentence(operand, denied=not denied)
            case And(operands) | Or(operands):
                return self.joined(operands, "and" if isinstance(expression, And) != denied else "or", denied=denied)
            case Compare(operator, left, right):
                return self.compared(_OPPOSITE[operator] if denied else operator, left, right), "atom"
            case OneOf(left, choices):
                return self.one_of(left, choices, denied=denied), "atom" if denied else "or"
            case Member(_, collection, _):
                verb = self.said("ne comprend pas", "does not include") if denied else self.said("comprend", "includes")
                return f"{self.value(collection)} {verb} {self.member_value(expression)}", "atom"
            case Defined(read):
                verb = self.said("n’est pas au dossier", "is not in the deal") if denied else self.said(
                    "est au dossier", "is in the deal"
                )  # fmt: skip
                return f"{self.value(read)} {verb}", "atom"
            case Quantified("any" | "all", collection, test):
                return self.quantified(expression.quantifier == "all", collection, test, denied=denied), "atom"
            case _:
                yes, no = self.said("oui", "yes"), self.said("non", "no")
                colon = self.said("\u00a0:", ":")
                return f"{self.value(expression)}{colon} {no if denied else yes}", "atom"

    def joined(self, operands: tuple[Expression, ...], shape: Shape, *, denied: bool) -> tuple[str, Shape]:
        word = self.said("et", "and") if shape == "and" else self.said("ou", "or")
        parts = []
        for together in _of_one_collection(operands):
            if len(together) > 1 and not (denied and shape == "or"):
                parts.append(self.members(together, shape, denied=denied))
                continue
            for operand in together:
                text, inner = self.sentence(operand, denied=denied)
                parts.append(f"({text})" if inner not in {"atom", shape} else text)
        return f" {word} ".join(parts), shape

    def members(self, together: Sequence[Expression], shape: Shape, *, denied: bool) -> str:
        """What a list includes of several values, or that it includes none of them."""
        asked = [expression for expression in together if isinstance(expression, Member)]
        name = self.value(asked[0].collection)
        values = [self.member_value(member) for member in asked]
        if not denied:
            listed = (formats.join if shape == "and" else formats.either)(values, self.language)
            return f"{name} {self.said('comprend', 'includes')} {listed}"
        if self.language == "fr":
            return f"{name} ne comprend ni {' ni '.join(values)}"
        return f"{name} includes none of {formats.join(values, self.language)}"

    def member_value(self, member: Member) -> str:
        item = self.type_of(member.collection).item
        return self.value(member.value, item.fields[member.attribute].type if item and member.attribute else item)

    def compared(self, operator: Comparator, left: Expression, right: Expression) -> str:
        if isinstance(left, Literal_) and not isinstance(right, Literal_):
            left, right, operator = right, left, _TURNED[operator]
        if isinstance(left, Length) and isinstance(right, Literal_) and (filled := _filled(operator, right.value)):
            verb = self.said("n’est pas vide", "is not empty") if filled == "filled" else self.said(
                "est vide", "is empty"
            )  # fmt: skip
            return f"{self.value(left.collection)} {verb}"
        type_ = self.type_of(left)
        if isinstance(right, Literal_) and isinstance(right.value, bool):
            return self.sentence(left, denied=(operator == "==") != right.value)[0]
        verbs = _ORDER if type_.is_number or type_.kind == "duration" else _TIME
        return f"{self.value(left)} {verbs[self.language][operator]} {self.value(right, type_)}"

    def one_of(self, left: Expression, choices: Choices, *, denied: bool) -> str:
        type_ = self.type_of(left)
        listed = [self.constant(value, type_) for value in choices.values]
        if not denied:
            verb = _ORDER[self.language]["=="] if type_.is_number else self.said("est", "is")
            return f"{self.value(left)} {verb} {formats.either(listed, self.language)}"
        if len(listed) == 1:
            return f"{self.value(left)} {self.said('n’est pas', 'is not')} {listed[0]}"
        if self.language == "fr":
            return f"{self.value(left)} n’est ni {' ni '.join(listed)}"
        return f"{self.value(left)} is none of {formats.join(listed, self.language)}"

    def quantified(self, every: bool, collection: Expression, test: Expression, *, denied: bool) -> str:
        name = self.value(collection)
        # « no item is » says the denial of « some item is » more plainly than « it is not so that ».
        denied_test = every and denied
        inner = self.sentence(test, denied=denied_test)[0]
        if every and not denied:
            return self.said(f"pour chaque élément de {name}, {inner}", f"for every item of {name}, {inner}")
        if denied and not every:
            return self.said(f"pour aucun élément de {name}, {inner}", f"for no item of {name}, {inner}")
        return self.said(f"pour un élément de {name} au moins, {inner}", f"for at least one item of {name}, {inner}")

    # ---- values

    def value(self, expression: Expression, type_: Type | None = None) -> str:
        """A name or a constant; ``type_`` is what a constant stands for."""
        match expression:
            case Read():
                return self.quoted(self.vocabulary.name(expression, self.language, self.bound))
            case Literal_(value, own):
                return self.constant(value, type_ or own)
            case Choices(values):
                return formats.either([self.constant(value, type_ or BOOLEAN) for value in values], self.language)
            case Default(read, fallback):
                name = self.value(read)
                other = self.value(fallback, read.type)
                return self.said(f"{name} (à défaut, {other})", f"{name} (failing that, {other})")
            case Length(collection):
                name = self.value(collection)
                return self.said(f"le nombre d’éléments de {name}", f"the number of items of {name}")
            case Quantified("count_where", collection, test):
                name, inner = self.value(collection), self.sentence(test)[0]
                return self.said(
                    f"le nombre d’éléments de {name} pour lesquels {inner}",
                    f"the number of items of {name} for which {inner}",
                )
            case Arithmetic(operator, left, right):
                factor = operator == "*"
                return f"{self.factor(left, factor)} {_ARITHMETIC[operator]} {self.factor(right, factor or operator == '-')}"  # noqa: E501
            case Not() | And() | Or() | Compare() | OneOf() | Member() | Defined() | Quantified():
                return f"({self.sentence(expression)[0]})"
            case _:
                assert_never(expression)

    def factor(self, expression: Expression, bracketed: bool) -> str:
        text = self.value(expression)
        sums = isinstance(expression, Arithmetic) and expression.operator != "*"
        return f"({text})" if bracketed and sums else text

    def type_of(self, expression: Expression) -> Type:
        """What a value is measured in; a sum of durations is one, a product by a constant too."""
        match expression:
            case Read():
                return expression.type
            case Literal_():
                return expression.type
            case Default(read, _):
                return read.type
            case Arithmetic(operator, left, right):
                known = self.type_of(right if isinstance(left, Literal_) else left)
                return known if operator != "*" else Type(known.kind)
            case Length() | Quantified("count_where"):
                return Type("integer")
            case _:
                return BOOLEAN

    def constant(self, value: Constant, type_: Type) -> str:
        if isinstance(value, bool):
            return self.said("oui", "yes") if value else self.said("non", "no")
        if isinstance(value, int | Decimal):
            return self.figure(value, type_)
        if value in type_.labels:
            return self.quoted(type_.labels[value][self.language])
        if type_.kind == "date":
            day = formats.date(datetime.date.fromisoformat(value), self.language)
            return self.said(f"le {day}", day)
        return self.quoted(value)

    def figure(self, value: int | Decimal, type_: Type) -> str:
        if type_.kind == "percent":
            return formats.percent(value, self.language)
        if type_.kind == "money":
            return formats.money(value, self.language)
        counted = _COUNTED.get(type_.unit)
        return counted(value, self.language) if counted is not None and value >= 0 else formats.number(
            value, self.language
        )  # fmt: skip


def _of_one_collection(operands: Sequence[Expression]) -> Iterator[list[Expression]]:
    """The operands in order; those side by side that ask one list what it includes are together."""
    for _, run in groupby(enumerate(operands), lambda one: _collection(one[1]) or one[0]):
        yield [operand for _, operand in run]


def _collection(expression: Expression) -> str:
    if isinstance(expression, Member) and isinstance(expression.collection, Read):
        return expression.collection.dotted
    return ""


def _filled(operator: Comparator, value: Constant) -> Literal["filled", "empty", ""]:
    """What a comparison of a length says where it only asks whether there is anything."""
    if (operator, value) in {(">", 0), ("!=", 0), (">=", 1)}:
        return "filled"
    return "empty" if (operator, value) in {("==", 0), ("<=", 0), ("<", 1)} else ""
