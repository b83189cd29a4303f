"""A JSON Schema as a term: true of a place exactly when the schema accepts the value that stands there.

This is what every proof stands on, so it is compared with ``jsonschema`` on random schemas and values in the tests.
What cannot be said about a text (``pattern``) is a variable of its own for each place and pattern: to leave it out
would be wrong under ``not`` and ``if``. A keyword that is not known here is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from generator.prove import terms
from generator.prove.places import Aspect, Place
from generator.prove.terms import FALSE, TRUE, Linear, Term

Node = Mapping[str, Any] | bool

# Words that say nothing about what is valid; those that begin with `x-` neither.
_SILENT: Final = frozenset(
    {"$schema", "$id", "$defs", "$comment", "$ref", "title", "description", "default", "examples", "deprecated"}
)
# Read together with another keyword.
_WITH: Final = frozenset({"then", "else", "properties", "additionalProperties", "x-required"})


class UnknownKeyword(Exception):
    """A schema says something that this translation does not know; leaving it out would make proofs wrong."""


class Translation:
    """Translates the nodes of one schema document; ``$ref`` is followed inside it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def accepts(self, node: Node, place: Place) -> Term:
        """When the schema node accepts what stands at the place; true where nothing stands there."""
        return terms.implies(place.there, self.judged(node, place))

    def judged(self, node: Node, place: Place) -> Term:
        """The same for a place where something stands."""
        if isinstance(node, bool):
            return terms.constant(node)
        parts = []
        if "$ref" in node:
            parts.append(self.judged(self.resolved(node["$ref"]), place))
        for keyword, value in node.items():
            if keyword in _SILENT or keyword in _WITH or keyword.startswith("x-"):
                continue
            translate = _KEYWORDS.get(keyword)
            if translate is None:
                raise UnknownKeyword(f"the schema keyword `{keyword}` is not known to the prover")
            parts.append(translate(self, value, node, place))
        if "properties" in node or "additionalProperties" in node:
            parts.append(self.members(node, place))
        return terms.all_of(*parts)

    def resolved(self, reference: str) -> Node:
        if not reference.startswith("#/"):
            raise UnknownKeyword(f"only references inside the schema are followed, not {reference}")
        target: Any = self.document
        for step in reference[2:].split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        return target  # type: ignore[no-any-return]

    # ---- groups

    def members(self, node: Mapping[str, Any], place: Place) -> Term:
        properties = node.get("properties", {})
        parts = [self.accepts(child, place.member(name)) for name, child in properties.items()]
        if "additionalProperties" in node:
            parts.append(self._others(node["additionalProperties"], tuple(properties), place))
        return terms.implies(place.kind("object"), terms.all_of(*parts))

    def _others(self, allowed: Node, known: tuple[str, ...], place: Place) -> Term:
        if allowed is True or allowed == {} or place.type is not None:
            return TRUE
        other = terms.variable(Aspect("other", place.path, known))
        if allowed is False:
            return terms.no(other)
        # Two nodes at one place may know other members: what the rest is like is a question for each.
        named = ("additionalProperties", known, repr(allowed))
        return terms.implies(other, terms.variable(Aspect("free", place.path, named)))


def _type(_: Translation, value: Any, __: Mapping[str, Any], place: Place) -> Term:
    names = value if isinstance(value, list) else [value]
    ways = []
    for name in names:
        if name == "integer":
            ways.append(terms.all_of(place.kind("number"), _whole(place)))
        else:
            ways.append(place.kind(name))
    return terms.any_of(*ways)


def _whole(place: Place) -> Term:
    if place.type is not None and place.type.kind == "integer":
        return TRUE
    return terms.whole(Aspect("number", place.path))


def _constant(place: Place, value: Any) -> Term:
    match value:
        case None:
            return place.kind("null")
        case bool():
            return terms.all_of(place.kind("boolean"), place.true if value else terms.no(place.true))
        case str():
            return terms.all_of(place.kind("string"), place.text(value)) if "string" in place.kinds else FALSE
        case int() | float() | Decimal() | Fraction():
            return terms.all_of(place.kind("number"), terms.equal(place.number, _linear(value)))
        case _:
            raise UnknownKeyword("only texts, numbers, booleans and null are compared with in `const` and `enum`")


def _linear(value: Any) -> Linear:
    return Linear(constant=Fraction(str(value)) if isinstance(value, float) else Fraction(value))


def _bound(place: Place, compare: Callable[[Linear], Term]) -> Term:
    return terms.implies(place.kind("number"), compare(place.number)) if "number" in place.kinds else TRUE


def _sized(place: Place, kind: str, compare: Callable[[Linear], Term]) -> Term:
    # The length of a date, or of one of some known names, is not what a contract turns on.
    if kind not in place.kinds or place.ordered_text:
        return TRUE
    return terms.implies(place.kind(kind), compare(place.size))


def _multiple(_: Translation, value: Any, __: Mapping[str, Any], place: Place) -> Term:
    if "number" not in place.kinds:
        return TRUE
    quotient = Aspect("quotient", place.path, Fraction(str(value)))
    scaled = terms.number(quotient).times(Fraction(str(value)))
    link = terms.equal(place.number, scaled)
    if link not in place.space.links:
        place.space.links.append(link)
    return terms.implies(place.kind("number"), terms.whole(quotient))


def _pattern(_: Translation, value: Any, __: Mapping[str, Any], place: Place) -> Term:
    if "string" not in place.kinds or place.ordered_text:
        return TRUE
    return terms.implies(place.kind("string"), place.matches(value))


def _required(_: Translation, value: Any, __: Mapping[str, Any], place: Place) -> Term:
    return terms.implies(place.kind("object"), terms.all_of(*(place.member(name).there for name in value)))


def _dependent(_: Translation, value: Any, __: Mapping[str, Any], place: Place) -> Term:
    parts = [
        terms.implies(place.member(name).there, terms.all_of(*(place.member(other).there for other in needed)))
        for name, needed in value.items()
    ]
    return terms.implies(place.kind("object"), terms.all_of(*parts))


def _items(translation: Translation, value: Any, _: Mapping[str, Any], place: Place) -> Term:
    if "array" not in place.kinds or value is True:
        return TRUE
    entries = place.entries()
    if not entries:
        return terms.implies(place.kind("array"), terms.any_of(_empty(place), _unmodelled(place, "items", value)))
    return terms.implies(place.kind("array"), terms.all_of(*(translation.accepts(value, entry) for entry in entries)))


def _contains(translation: Translation, value: Any, _: Mapping[str, Any], place: Place) -> Term:
    if "array" not in place.kinds:
        return TRUE
    entries = place.entries()
    if entries:
        ways = [terms.all_of(entry.there, translation.judged(value, entry)) for entry in entries]
    else:
        ways = [terms.all_of(terms.no(_empty(place)), _unmodelled(place, "contains", value))]
    return terms.implies(place.kind("array"), terms.any_of(*ways))


def _empty(place: Place) -> Term:
    return terms.at_most(place.size, Linear())


def _unmodelled(place: Place, keyword: str, value: Any) -> Term:
    return terms.variable(Aspect("free", place.path, (keyword, repr(value))))


def _if(translation: Translation, value: Any, node: Mapping[str, Any], place: Place) -> Term:
    test = translation.judged(value, place)
    return terms.all_of(
        terms.implies(test, translation.judged(node.get("then", True), place)),
        terms.any_of(test, translation.judged(node.get("else", True), place)),
    )


_KEYWORDS: Final[Mapping[str, Callable[[Translation, Any, Mapping[str, Any], Place], Term]]] = {
    "type": _type,
    "enum": lambda t, v, n, p: terms.any_of(*(_constant(p, value) for value in v)),
    "const": lambda t, v, n, p: _constant(p, v),
    "minimum": lambda t, v, n, p: _bound(p, lambda number: terms.at_most(_linear(v), number)),
    "maximum": lambda t, v, n, p: _bound(p, lambda number: terms.at_most(number, _linear(v))),
    "exclusiveMinimum": lambda t, v, n, p: _bound(p, lambda number: terms.less(_linear(v), number)),
    "exclusiveMaximum": lambda t, v, n, p: _bound(p, lambda number: terms.less(number, _linear(v))),
    "multipleOf": _multiple,
    "minLength": lambda t, v, n, p: _sized(p, "string", lambda size: terms.at_most(_linear(v), size)),
    "maxLength": lambda t, v, n, p: _sized(p, "string", lambda size: terms.at_most(size, _linear(v))),
    "pattern": _pattern,
    "required": _required,
    "dependentRequired": _dependent,
    "items": _items,
    "contains": _contains,
    "minItems": lambda t, v, n, p: _sized(p, "array", lambda size: terms.at_most(_linear(v), size)),
    "maxItems": lambda t, v, n, p: _sized(p, "array", lambda size: terms.at_most(size, _linear(v))),
    "minProperties": lambda t, v, n, p: _sized(p, "object", lambda size: terms.at_most(_linear(v), size)),
    "maxProperties": lambda t, v, n, p: _sized(p, "object", lambda size: terms.at_most(size, _linear(v))),
    "allOf": lambda t, v, n, p: terms.all_of(*(t.judged(branch, p) for branch in v)),
    "anyOf": lambda t, v, n, p: terms.any_of(*(t.judged(branch, p) for branch in v)),
    "oneOf": lambda t, v, n, p: terms.exactly_one(t.judged(branch, p) for branch in v),
    "not": lambda t, v, n, p: terms.no(t.judged(v, p)),
    "if": _if,
}
