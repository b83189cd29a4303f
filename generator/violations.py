"""What jsonschema finds, said in words that help the person who wrote the deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.characters import character_name, other_digit
from generator.diagnostics import brief, did_you_mean

Path = tuple[str | int, ...]
FieldPlaces = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an instance does not satisfy the schema.

    ``path`` leads to the value or, with ``key``, to the name of a field that should not be there; ``missing`` is the
    name of a field that should be there.
    """

    code: str
    path: Path
    message: str
    help: str = ""
    key: bool = False
    missing: str = ""


_NAMES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of fields",
    "null": "null",
}


def shown(value: Any) -> str:
    """A value as a finding prints it: never more than a few words."""
    if value is True or value is False:
        return "`true`" if value else "`false`"
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "a group of fields"
    if isinstance(value, list):
        return "a list"
    text = str(value).replace("\n", "↵")
    return f"`{brief(text)}`"


def typed_digits(value: Any) -> str:
    """What to do about a number that is written in digits of another script; empty where it is not."""
    found = other_digit(value) if isinstance(value, str) else ""
    return f"type the digits 0-9; this holds {character_name(found)}" if found else ""


# To look for the name that was meant takes longer than all else: a text of thousands of wrong names is no deal.
_MOST_HINTS = 200
_LONGEST_NAME = 200


def violations_of(validator: Any, instance: Any, places: FieldPlaces) -> Iterator[Violation]:
    """Every error of a jsonschema validator as violations, alternatives followed to the branch that was meant."""
    hints = _Hints(places)
    for error in validator.iter_errors(instance):
        yield from _violations(error, hints)


class _Hints:
    """Names that may have been meant instead of wrong ones; ``places`` has the groups of every field."""

    def __init__(self, places: FieldPlaces) -> None:
        self.places = places
        self.left = _MOST_HINTS

    def near(self, word: str, known: list[str]) -> str:
        self.left -= 1
        return did_you_mean(word, known) if self.left >= 0 and len(word) <= _LONGEST_NAME else ""


def _violations(error: Any, hints: _Hints) -> Iterator[Violation]:
    path: Path = tuple(error.absolute_path)
    word = error.validator
    value, wanted = error.instance, error.validator_value
    if word == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for name in value:
            if name not in known:
                yield _unknown_field(path, name, known, hints)
    elif word == "required":
        missing = [name for name in wanted if name not in value]
        # jsonschema reports one error a missing name; the message starts with that name's repr.
        name = next((n for n in missing if error.message.startswith(repr(n))), missing[0])
        dotted = dotted_path((*path, name))
        yield Violation("missing-field", path, f"`{dotted}` is missing", _expected(error.schema, name), missing=name)
    elif word in {"oneOf", "anyOf"}:
        yield from _alternatives(error, path, hints)
    elif word == "type":
        names = wanted if isinstance(wanted, list) else [wanted]
        expected = " or ".join(_NAMES.get(str(kind), str(kind)) for kind in names if kind != "null")
        message = f"`{dotted_path(path)}` is {shown(value)}, where {expected} is expected"
        yield Violation("wrong-type", path, message, typed_digits(value))
    elif word == "enum":
        yield _not_in_enum(path, value, wanted, hints)
    elif word == "const":
        yield Violation("wrong-value", path, f"`{dotted_path(path)}` is {shown(value)}, where `{wanted}` is expected")
    elif word == "pattern":
        kind = error.schema.get("x-kind", "")
        if kind in {"date", "month", "time", "siren", "siret", "vat", "iban", "email"}:
            return  # the check of the form says it better
        help_ = typed_digits(value) or _WRITTEN.get(kind, "")
        message = f"`{dotted_path(path)}` is {shown(value)}, which is not written as expected"
        yield Violation("wrong-form", path, message, help_)
    elif word in {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
        yield _out_of_bounds(path, word, value, wanted)
    elif word in {"minItems", "maxItems", "minLength", "maxLength", "minProperties"}:
        yield _wrong_size(path, word, value, wanted)
    elif word == "dependentRequired":
        yield Violation("missing-field", path, f"in `{dotted_path(path)}`: {error.message}")
    elif word == "not":
        yield Violation("wrong-value", path, f"`{dotted_path(path)}` is {shown(value)}, which is excluded here")
    else:
        yield Violation("schema", path, f"`{dotted_path(path)}` does not satisfy `{word}`")


_WRITTEN = {
    "money": "write an amount in whole cents with a point, as in 1250.00",
    "unit_price": "write a price with a point and at most four decimals, as in 0.0125",
}


def _unknown_field(path: Path, name: str, known: list[str], hints: _Hints) -> Violation:
    dotted = dotted_path((*path, brief(name)))
    near = hints.near(name, known)
    if near:
        help_ = f"did you mean `{near}`?"
    elif name.isdigit() and path:
        help_ = "write an amount with a point, as in 12.50; a comma begins the next field"
    elif groups := hints.places.get(name, ()):
        named = " and of ".join(f"`{group}`" for group in groups[:2] if group)
        help_ = f"`{name}` is a field of {named}" if named else f"`{name}` is a group of its own: begin a line with it"
    else:
        help_ = "known here: " + ", ".join(f"`{item}`" for item in known[:12]) + (" …" if len(known) > 12 else "")
    return Violation("unknown-field", (*path, name), f"no field is named `{dotted}`", help_, key=True)


def _expected(schema: Any, name: str) -> str:
    description = schema.get("properties", {}).get(name, {}).get("description", "")
    return description.partition(" | EN: ")[2] or "add it"


def _alternatives(error: Any, path: Path, hints: _Hints) -> Iterator[Violation]:
    branches = error.validator_value
    dotted = dotted_path(path)
    if error.schema.get("x-kind") == "localised":
        message = f"`{dotted}` is {shown(error.instance)}, where a text or a text per language is expected"
        yield Violation("wrong-type", path, message, "write a text, or {fr: …, en: …}")
        return
    if all(set(branch) <= {"required", "not", "properties"} and "required" in branch for branch in branches):
        names = " or ".join("`" + "` and `".join(branch["required"]) + "`" for branch in branches)
        how = "exactly one of" if error.validator == "oneOf" else "at least one of"
        yield Violation("missing-field", path, f"`{dotted}` needs {how} {names}")
        return
    # The branch whose discriminating constants fit is the one that was meant.
    by_branch: dict[int, list[Any]] = {}
    for context in error.context:
        by_branch.setdefault(context.schema_path[0], []).append(context)
    fitting = [errors for errors in by_branch.values() if not any(e.validator in {"const", "type"} for e in errors)]
    if fitting:
        for context in min(fitting, key=len):
            yield from _violations(context, hints)
        return
    kinds = [_NAMES[branch["type"]] for branch in branches if branch.get("type") in _NAMES]
    help_ = "expected: " + " or ".join(dict.fromkeys(kinds)) if kinds else ""
    yield Violation("wrong-type", path, f"`{dotted}` is {shown(error.instance)}, which fits no allowed form", help_)


def _not_in_enum(path: Path, value: Any, wanted: list[Any], hints: _Hints) -> Violation:
    allowed = [str(item) for item in wanted if item is not None]
    near = hints.near(str(value), allowed)
    listing = ", ".join(f"`{item}`" for item in allowed[:20]) + (" …" if len(allowed) > 20 else "")
    help_ = f"did you mean `{near}`?" if near else f"allowed: {listing}"
    message = f"`{dotted_path(path)}` is {shown(value)}, which is not an allowed value"
    return Violation("unknown-value", path, message, help_)


def _out_of_bounds(path: Path, word: str, value: Any, wanted: Any) -> Violation:
    says = {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "more than",
        "exclusiveMaximum": "less than",
        "multipleOf": "a multiple of",
    }[word]
    message = f"`{dotted_path(path)}` is {shown(value)}, where {says} {wanted} is allowed"
    return Violation("out-of-bounds", path, message)


def _wrong_size(path: Path, word: str, value: Any, wanted: int) -> Violation:
    unit = "entries" if word.endswith("Items") else "fields" if word.endswith("Properties") else "characters"
    limit = "at least" if word.startswith("min") else "at most"
    message = f"`{dotted_path(path)}` has {len(value)} {unit}, where {limit} {wanted} are allowed"
    return Violation("out-of-bounds", path, message)


def dotted_path(path: Path) -> str:
    """``services[2].code`` for ``("services", 2, "code")``; the whole deal is ``deal``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text or "deal"
