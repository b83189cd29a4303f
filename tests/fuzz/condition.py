"""Conditions: what parses runs alike in every way that there is, and means the same when it is written out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from typing import Any
from zlib import crc32

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from generator.conditions import Expression, Scope, evaluate, trace
from generator.conditions.compile import generated
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Literal_, Member, Quantified, Read, children
from generator.conditions.judge import Complaint
from generator.conditions.parse import parse_value
from generator.conditions.table import table_function
from generator.schema_types import BOOLEAN, INTEGER, STRING, Field, Type
from tests.fuzz.judge import check
from tests.fuzz.mutate import mutated as mutated_bytes
from tests.reference_evaluator import outcome, result

LIMIT = 2.0


def _record(**fields: Type | tuple[Type]) -> Type:
    """A record; a field in a tuple may be absent."""
    made = {name: Field(t[0], False) if isinstance(t, tuple) else Field(t, True) for name, t in fields.items()}
    return Type("record", fields=made)


_SERVICE = _record(
    code=Type("enum", values=("helpdesk", "backup", "bcdr")), nature=Type("enum", values=("means", "result")),
    included=BOOLEAN, quantity=(INTEGER,), level=_record(hours=INTEGER, minutes=(INTEGER,)),
)  # fmt: skip
NAMES = {
    "client": _record(
        name=STRING, segment=Type("enum", values=("tpe", "pme", "eti")), vip=BOOLEAN, public=(BOOLEAN,),
        headcount=INTEGER, sites=(INTEGER,), fee=Type("money"), share=(Type("percent"),), since=Type("date"),
        until=(Type("date"),), opens=Type("time"), base_month=Type("month"), label=Type("localised"),
        delay=(Type("duration"),), tags=(Type("list", item=STRING),), address=(_record(city=STRING, zip=(STRING,)),),
    ),
    "services": Type("list", item=_SERVICE, key="code"),
    "rates": Type("list", item=_record(name=STRING)),
    "facts": _record(tier=Type("enum", values=("gold", "silver")), total=Type("money"), ready=BOOLEAN),
    "s": STRING,
}  # fmt: skip
_DUPONT: dict[str, Any] = {
    "name": "Dupont", "segment": "pme", "vip": True, "public": False, "headcount": 62, "sites": 2,
    "fee": Decimal("99.90"),
    "share": Decimal("12.5"), "since": "2026-06-01", "until": "2028-05-31", "opens": "08:00", "base_month": "2026-03",
    "label": "bonjour", "tags": ["a", "b", "pme"], "address": {"city": "Lyon", "zip": "69001"},
}  # fmt: skip
_HELPDESK = {"code": "helpdesk", "nature": "means", "included": True, "quantity": 3, "level": {"hours": 4}}
_BACKUP = {"code": "backup", "nature": "result", "included": False, "level": {"hours": 8, "minutes": 30}}
SCOPES: tuple[Scope, ...] = (
    {
        "client": _DUPONT, "services": [_HELPDESK, _BACKUP], "rates": [{"name": "a"}, {"name": "b"}],
        "facts": {"tier": "gold", "total": Decimal(62), "ready": True}, "s": "pme",
    },
    {
        "client": {"name": "", "segment": "eti", "vip": False, "headcount": 0, "fee": Decimal(0), "since": "2024-02-29",
                   "opens": "24:00", "base_month": "2026-12", "label": ""},
        "services": [], "rates": [], "facts": {"tier": "silver", "total": Decimal("0.01"), "ready": False}, "s": "",
    },
    {"client": {**_DUPONT, "vip": None, "headcount": -1, "tags": []}, "services": [_BACKUP], "rates": [{"name": ""}]},
)  # fmt: skip
WORDS = tuple(
    word.encode()
    for word in (
        " and ", " or ", " not ", "not ", " in ", " not in ", " is defined", " is not defined", " is undefined", " == ",
        " != ", " < ", " <= ", " > ", " >= ", " + ", " - ", " * ", " / ", " // ", " % ", " ** ", " ~ ", "-", "(", ")",
        "[", "]", "(not (", "))", ", ", " | length", " | default(", " | any(", " | all(", " | count_where(", "client",
        "client.name", "client.segment", "client.vip", "client.public", "client.headcount", "client.sites",
        "client.fee",
        "client.share", "client.since", "client.until", "client.opens", "client.base_month", "client.label",
        "client.tags", "client.address", "client.address.city", "client['vip']", "services", "services['helpdesk']",
        "services['backup'].level.minutes", "services['bcdr'].included", "rates", "facts.tier", "facts.total", "s",
        "facts.ready", "nature == 'means'", "included", "quantity", "code", "level.hours > 4", "name == 'a'", "'tpe'",
        "'pme'", "'gold'", "'helpdesk'", "'2026-06-01'", "'08:00'", "'2026-03'", "0", "1", "62", "99.90", "0.1", "1e3",
        "1_000", "true", "false", "none", "True", "True and ", "' '", '"', "{", "}", " if ", " else ", ".x", "[0]",
        "['x']", "()", " is none", ".__class__", "#", "\n", "{#", "%}", "}}", "((((((((((",
        "not not not ", "client." * 9,
    )
)  # fmt: skip


def seeds() -> list[bytes]:
    return []


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return mutated_bytes(data, pick, WORDS, others)


def one(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        expression, type_ = parse_value(text, NAMES)
    except Complaint as complaint:
        _complaint(complaint, text)
        return
    lot = crc32(data)
    ways: list[Callable[[Scope], Any]] = [lambda scope: evaluate(expression, scope)]
    if lot % 4 == 0:
        # Making a function takes longer than everything else here.
        ways.append(generated(expression, evaluate))
        together = table_function([expression]).bound()
    for scope in SCOPES:
        expected = outcome(expression, scope)
        for way in ways:
            found = result(way, scope)
            check(_same(found, expected), "not what the reference says", text, found, expected)
        check(
            _same(("value", trace(expression, scope).value), expected) or expected[0] != "value",
            "traced otherwise",
            text,
        )
        if lot % 4 == 0:
            decided = (together(scope) or (None,))[0]
            check(decided is None or _same(("value", decided), expected), "tabled otherwise", text, decided, expected)
    if lot % 2 == 0:
        _written_again(expression, type_, text)
    if lot % 8 == 1:
        _as_jinja(expression, text)


def _complaint(complaint: Complaint, text: str) -> None:
    check(complaint.message.strip() and complaint.code, "no message", complaint)
    check(0 <= complaint.start < complaint.end, "a place that is none", complaint, text)
    check(
        complaint.start <= len(text) and complaint.end <= len(text) + 1, "a place outside", complaint, text, len(text)
    )
    check(complaint.start < max(len(text), 1), "a place behind the end", complaint, text)


def _same(found: tuple[str, Any], expected: tuple[str, Any]) -> bool:
    if found[0] != "value" or expected[0] != "value":
        return found[0] == expected[0] and found[1] is expected[1]
    return bool(found[1] == expected[1]) and type(found[1]) is type(expected[1])


def _written_again(expression: Expression, type_: Type, text: str) -> None:
    """What explanations print is the same expression: it parses to one that prints and means the same."""
    written = text_of(expression)
    try:
        again, type_again = parse_value(written, NAMES)
    except Complaint as complaint:
        check(complaint.code in {"too-long", "too-deep"}, "cannot be read again", text, written, complaint)
        return
    # `1e3` is a number with a fraction that has none, and is written out as a whole one.
    same_type = type_again == type_ or (type_again.is_number and type_.is_number)
    check(text_of(again) == written and same_type, "is written otherwise", text, written, text_of(again))
    for scope in SCOPES:
        one, two = outcome(expression, scope), outcome(again, scope)
        alike = one == two or (one[0] == two[0] == "absent" and one[1].path == two[1].path)
        check(alike, "means something else when written out", text, written, one, two)


# ---- Jinja2 itself

_JINJA = SandboxedEnvironment(undefined=StrictUndefined)


def _as_jinja(expression: Expression, text: str) -> None:
    """Where Jinja2 runs the text too, it comes to the same; entries by name, quantifiers and fractions are ours, and so
    is that null is nothing."""
    if any(_is_ours_alone(part) for part in _parts(expression)):
        return
    try:
        run = _JINJA.compile_expression(text, undefined_to_none=False)
    except (TemplateError, SyntaxError, ValueError, RecursionError):
        return
    for scope in SCOPES[:2]:
        kind, value = outcome(expression, scope)
        try:
            theirs = run(dict(scope))
        except (TemplateError, TypeError, ValueError, ArithmeticError):
            continue
        if kind == "value" and theirs is not None and not isinstance(theirs, Undefined):
            check(theirs == value, "not what Jinja says", text, value, theirs)


def _is_ours_alone(part: Expression) -> bool:
    match part:
        case Quantified():
            return True
        case Member(_, _, attribute):
            return bool(attribute)
        case Read(path, _):
            return any(not isinstance(step, str) for step in path)
        case Literal_(value, _):
            return isinstance(value, Decimal)
        case _:
            return False


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in children(expression):
        yield from _parts(child)
