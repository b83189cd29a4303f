"""The loader: a text is read or refused, and what is read is what two other readers of YAML read."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from random import Random
from typing import Any
from zlib import crc32

import yaml

from generator.source import Source, read_yaml
from tests.fuzz.judge import check, well_formed
from tests.fuzz.mutate import mutated as mutated_bytes

LIMIT = 2.0
WORDS = tuple(
    word.encode()
    for word in (
        "---\n", "...\n", "- ", "- - ", ": ", "? ", "a: ", "b: 1\n", "  c: x\n", "\n", "\n\n", "  ", "# ", " # note\n",
        "|\n  ", ">\n  ", "|-\n", ">+2\n", "'", '"', "''", '"\\u0041"', '"\\x00"', "\\\n", "[", "]", "{", "}", ", ",
        "&a ", "*a", "!!str ", "!!python/name:os.system ", "! ", "<<: ", "%YAML 1.1\n", "%TAG ! x\n", "yes", "no", "~",
        "null", "true", "0x1F", "0o17", "0b1", "0123", "12:30", "1_000", "1.10", "-0", "+1", "1e3", "1E-2", ".5",
        ".inf",
        ".nan", "=", "2026-06-01", "2026-06-01T10:00:00Z", "é: ", "e\u0301: ", "[" * 30, "- " * 30, "{a: " * 30,
    )
)  # fmt: skip


def seeds() -> list[bytes]:
    return [word for word in WORDS if len(word) > 3]


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return mutated_bytes(data, pick, WORDS, others)


def one(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    source, found = read_yaml("deal.yaml", text)
    well_formed(found, text)
    if source is None:
        check(found, "refused without a reason")
        return
    check(not found, "read, and found fault with", found)
    _places(source)
    lot = crc32(data)
    expected = _meant(yaml.compose(text, Loader=yaml.CBaseLoader))
    check(_equal(source.value, expected), "other values", source.value, expected)
    if lot % 16 == 0:
        _as_other_scanner(source.value, text)
    if lot % 4 == 1:
        _as_safe_loader(source.value, text)
    if lot % 8 == 2 and "\r" not in text:
        again, found = read_yaml("deal.yaml", text.replace("\n", "\r\n"))
        check(again is not None and _equal(again.value, source.value), "other values with CRLF", found)


def _places(source: Source) -> None:
    """Every value and every key has a place, and an unquoted number is what stands there."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), source.value)]
    count = 0
    while waiting:
        path, value = waiting.pop()
        count += 1
        check(path in source.places, "a value without a place", path)
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, entry in entries:
            check(not isinstance(value, dict) or (*path, key) in source.key_places, "a key without a place", path, key)
            waiting.append(((*path, key), entry))
    check(count == len(source.places), "places of values that are not there", count, len(source.places))
    for path, raw in source.raw.items():
        place = source.span(path)
        check(place.source_line[place.column - 1 : place.end_column - 1] == raw, "another text", place, raw)


def _as_other_scanner(ours: Any, text: str) -> None:
    """The scanner that is written in Python says the same where it reads the text; it does not take every tab."""
    try:
        expected = _meant(yaml.compose(text, Loader=yaml.BaseLoader))
    except yaml.YAMLError:
        return
    check(_equal(ours, expected), "other values by the other scanner", ours, expected)


# ---- what the text means: YAML 1.2 core, by the patterns of its specification


def _meant(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {unicodedata.normalize("NFC", key.value): _meant(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_meant(entry) for entry in node.value]
    text = node.value
    if node.style:
        return unicodedata.normalize("NFC", text)
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text[0] in "tT"
    if len(text) <= 100 and _is_number(text):
        return int(text) if text.lstrip("+-").isdigit() else Decimal(text)
    return unicodedata.normalize("NFC", text)


def _is_number(text: str) -> bool:
    """Whether it is a number of YAML 1.2 of a bearable length, and no whole one with a leading zero."""
    whole = re.fullmatch(r"[-+]?([0-9]*)(?:\.([0-9]*))?(?:[eE][-+]?([0-9]+))?", text)
    if whole is None or not (whole[1] or whole[2]):
        return False
    digits, fraction, exponent = whole[1], whole[2] or "", whole[3] or ""
    leading = len(digits) > 1 and digits.startswith("0") and whole[2] is None and not exponent
    return not leading and len(digits) <= 30 and len(fraction) <= 30 and len(exponent) <= 2


def _equal(one: Any, two: Any) -> bool:
    """Equal and of the same types, in the same order."""
    if type(one) is not type(two):
        return False
    if isinstance(one, dict):
        return list(one) == list(two) and all(_equal(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(_equal, one, two))
    return bool(one == two)


# ---- PyYAML's safe loader, which reads YAML 1.1


def _as_safe_loader(ours: Any, text: str) -> None:
    """Where that reads the text too, it says the same, but for what YAML 1.1 takes for something else."""
    try:
        theirs = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError):
        return
    _compare(ours, theirs)


def _compare(ours: Any, theirs: Any) -> None:
    match ours:
        case dict():
            check(isinstance(theirs, dict), "a group for us alone", ours, theirs)
            if all(isinstance(key, str) for key in theirs) and len(theirs) == len(ours):
                for mine, yours in zip(ours.items(), theirs.items(), strict=True):
                    check(mine[0] == unicodedata.normalize("NFC", yours[0]), "another key", mine, yours)
                    _compare(mine[1], yours[1])
        case list():
            check(isinstance(theirs, list) and len(ours) == len(theirs), "another list", ours, theirs)
            for mine, yours in zip(ours, theirs, strict=True):
                _compare(mine, yours)
        case bool() | int() | None:
            check(type(ours) is type(theirs) and ours == theirs, "another value", ours, theirs)
        case Decimal():
            # `1e3` is a text in YAML 1.1.
            check(isinstance(theirs, float | str) and float(ours) == float(theirs), "another number", ours, theirs)
        case str() if isinstance(theirs, str):
            check(ours == unicodedata.normalize("NFC", theirs), "another text", ours, theirs)
        case _:
            check(theirs is not None, "a text for us, nothing for them", ours)
