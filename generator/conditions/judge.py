"""What may be compared with what, and which constants a field can have."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.conditions.expressions import Compare, Constant, Defined, Expression, Literal_, Not, OneOf, Read, Step
from generator.diagnostics import did_you_mean
from generator.schema_types import ORDERED_TEXT_KINDS, Type


@dataclass(eq=False)
class Complaint(Exception):
    """What is wrong with an expression: a code, where (offsets in the text), what is the case, what to do."""

    code: str
    start: int
    end: int
    message: str
    help: str = ""


def condition_help(type_: Type, text: str) -> str:
    if type_.kind == "list":
        return f"write `{text} | length > 0`"
    if type_.is_number:
        return f"compare it, as in `{text} > 0`"
    return "compare it with a value, or ask `is defined`"


def judge_comparison(
    one: Expression, one_type: Type, two: Expression, two_type: Type, symbol: str, start: int, end: int
) -> None:
    if one_type.kind == "boolean" or two_type.kind == "boolean":
        raise Complaint(
            "boolean-compared",
            start,
            end,
            "a yes-or-no field is not compared",
            "write it alone, or with `not` in front",
        )
    if isinstance(one, Literal_) and isinstance(two, Literal_):
        raise Complaint("constant-condition", start, end, "two constants are compared; the result never changes")
    if symbol not in {"==", "!="} and not (_ordered(one_type) and _ordered(two_type)):
        kind = one_type if not _ordered(one_type) else two_type
        raise Complaint("not-ordered", start, end, f"{kind.shown()} has no order", "use == or `in [..]`")
    if one == two or (isinstance(one, Read) and isinstance(two, Read) and one.path == two.path):
        raise Complaint("constant-condition", start, end, "a value is compared with itself")
    if not comparable(one_type, two_type):
        message = f"{one_type.shown()} is compared with {two_type.shown()}"
        raise Complaint("type-mismatch", start, end, message)


def check_value(type_: Type, value: Constant, start: int, end: int, name: str) -> None:
    """A constant must be a value that the field can have."""
    if type_.kind == "enum":
        if value not in type_.values:
            near = did_you_mean(str(value), type_.values)
            known = ", ".join(f"`{item}`" for item in type_.values[:12]) + (" …" if len(type_.values) > 12 else "")
            raise Complaint(
                "unknown-value",
                start,
                end,
                f"`{_written(value)}` is not a value of `{name}`",
                f"did you mean `{near}`?" if near else f"it is one of {known}",
            )
    elif type_.kind == "date":
        _check_date(value, start, end)
    elif type_.is_number and (isinstance(value, (str, bool))):
        raise Complaint(
            "type-mismatch",
            start,
            end,
            f"`{name}` is {type_.shown()}, `{_written(value)}` is not",
            "write the number without quotes",
        )
    elif type_.kind in {"string", *ORDERED_TEXT_KINDS} and not isinstance(value, str):
        raise Complaint(
            "type-mismatch",
            start,
            end,
            f"`{name}` is {type_.shown()}, `{_written(value)}` is not",
            "write it in quotes",
        )
    elif type_.kind in _WRITTEN and not _WRITTEN[type_.kind][0].fullmatch(str(value)):
        raise Complaint("type-mismatch", start, end, f"`{value}` is not {type_.shown()}", _WRITTEN[type_.kind][1])
    elif type_.kind in {"record", "list", "duration", "localised"} or (type_.kind == "boolean") != isinstance(
        value, bool
    ):
        raise Complaint("type-mismatch", start, end, f"`{name}` is {type_.shown()}, `{_written(value)}` is not")


def check_equal(type_: Type, value: Constant, start: int, end: int, name: str) -> None:
    """A constant that a field is said to be must be a value that it can have; a bound may lie between two values."""
    check_value(type_, value, start, end, name)
    if type_.kind == "integer" and value != int(value):
        message = f"`{name}` is {type_.shown()}, `{value}` is not"
        raise Complaint("type-mismatch", start, end, message, "write a whole number")


# Dates, months and times are compared as text, so only the one form that sorts is read.
_WRITTEN = {
    "month": (re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])"), "write '2026-03' in quotes"),
    "time": (re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00"), "write '08:00' in quotes"),
}


def _written(value: Constant) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_date(value: Constant, start: int, end: int) -> None:
    try:
        if datetime.date.fromisoformat(str(value)).isoformat() != value:
            raise ValueError(value)
    except ValueError:
        raise Complaint(
            "type-mismatch", start, end, f"`{value}` is not a date", "write '2026-06-01' in quotes"
        ) from None


def bind_item(test: Expression, item: Type, start: int, end: int) -> Expression:
    """The test of a quantifier with its reads made relative to the item, which is bound to the root ``""``.

    ``start`` and ``end`` are the offsets of the test.
    """
    match test:
        case Compare(symbol, Read() as left, Literal_() as right):
            return Compare(symbol, _item_read(left, item), right)
        case OneOf(Read() as left, choices):
            return OneOf(_item_read(left, item), choices)
        case Read():
            return _item_read(test, item)
        case Not(Read() as read):
            return Not(_item_read(read, item))
        case Not(OneOf(Read() as left, choices)):
            return Not(OneOf(_item_read(left, item), choices))
        case Defined(read):
            return Defined(Read(("", *read.path), read.type, read.always, read.start, read.end))
        case Not(Defined(read)):
            return Not(Defined(Read(("", *read.path), read.type, read.always, read.start, read.end)))
        case _:
            raise Complaint(
                "not-in-the-language",
                start,
                end,
                "only one comparison of one field with a constant is read here",
                "make a fact in the library for more",
            )


def _item_read(read: Read, item: Type) -> Read:
    name = read.path[0]
    if not (read.always and isinstance(name, str) and item.fields[name].always):
        raise Complaint(
            "optional-attribute",
            read.start,
            read.end,
            f"`{read.dotted}` may be absent from an entry",
            "quantify over a field that every entry has",
        )
    steps: tuple[Step, ...] = ("", *read.path)
    return Read(steps, read.type, read.always, read.start, read.end)


def _ordered(type_: Type) -> bool:
    return type_.is_number or type_.kind in ORDERED_TEXT_KINDS or type_.kind == "string"


def comparable(one: Type, two: Type) -> bool:
    if one.is_number and two.is_number:
        return True
    if one.kind == "enum" and two.kind == "enum":
        return bool(set(one.values) & set(two.values))
    texts = {"string", "enum", *ORDERED_TEXT_KINDS}
    if one.kind in texts and two.kind in texts:
        return one.kind == two.kind or "string" in {one.kind, two.kind}
    return one.kind == two.kind == "duration"


def known_names(names: Mapping[str, Any]) -> str:
    listing = ", ".join(f"`{name}`" for name in sorted(names)[:15])
    return f"known here: {listing}" + (" …" if len(names) > 15 else "")


def name_of(expression: Expression) -> str:
    return expression.dotted if isinstance(expression, Read) else "this expression"


def asking(condition: Expression, start: int, end: int) -> Expression:
    """A condition that asks something. Raises ``Complaint`` for `true` and `false`."""
    if isinstance(condition, Literal_):
        raise Complaint("constant-condition", start, end, "this asks nothing; the result never changes", "remove it")
    return condition
