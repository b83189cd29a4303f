"""Characters of which a text is refused, or a person warned: each rule on both sides of its bound."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.characters import MOST_MARKS, forbidden_at, is_suspect, look_alikes
from generator.diagnostics import Diagnostic, Report, Severity, brief

SCHEMAS = sorted((Path(__file__).parent.parent / "schemas").glob("*.json"))


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("A" + "\u0301" * MOST_MARKS, []),
        ("A" + "\u0301" * (MOST_MARKS + 1), [MOST_MARKS + 1]),
        ("a\u200db", [1]),
        ("\u200ca", [0]),
        ("می\u200cخ", []),
        ("1\ufe0f\u20e3", []),
        ("1\ufe0f", [1]),
        ("❤\ufe0f\u200d🔥", []),
        ("👩\u200dA", [1]),
        ("👩\u200d", [1]),
        ("🙂\u200d↔\ufe0f", []),
        ("🏳\ufe0f\u200d⚧\ufe0f", []),
        ("क्\u200dष", []),
        ("a\u206ab\ufffcc", [1, 3]),
        ("é & ñ", []),
    ],
)
def test_what_is_not_seen_is_found_where_it_does_nothing(line: str, places: list[int]) -> None:
    assert list(forbidden_at(line)) == places
    assert is_suspect(line) or not places


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Аcme", [("А", "A")]),
        ("Acme АСМЕ", [("А", "A")]),
        ("АСМЕ", []),  # all of it Cyrillic: that is how it is written
        ("Acme АСМ", [("А", "A")]),
        ("Acme АСМ Ш", []),  # another word shows that this is Cyrillic
        ("Acme АСМ Ψ", [("А", "A")]),  # one of Greek does not
        ("Acme АСМ Шa", [("А", "A")]),  # nor does a word of both
        ("ООО «Ромашка» SAS", []),
        ("ООО Levain, Levain ΑΕ", []),  # forms of companies
        ("О Levain, оо Levain", [("О", "O"), ("о", "o")]),
        ("Αсме", [("Α", "A")]),  # Greek and Cyrillic
        ("Ромашкa", [("Р", "P")]),
        ("ﬁn", [("ﬁ", "fi")]),
        ("kΩ Δt β-test 10 µm", []),
        ("株式会社ＮＴＴ", []),
        ("Łódź Ærø İstanbul", []),
    ],
)
def test_letters_that_look_latin_are_named_in_words_that_mix_scripts(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.letter, one.like) for one in look_alikes(text)] == found


def test_a_message_repeats_no_more_than_sixty_characters() -> None:
    assert brief("x" * 60) == "x" * 60
    assert brief("x" * 61) == "x" * 57 + "…"


def test_a_report_says_how_many_findings_it_leaves_out() -> None:
    def report(number: int) -> Report:
        return Report.of(Diagnostic("c", Severity.ERROR, f"{n:03}") for n in range(number)).first(5)

    assert [one.message for one in report(5).diagnostics] == ["000", "001", "002", "003", "004"]
    assert report(6).diagnostics[-1].message == "one more finding is not shown"
    assert (len(report(9).diagnostics), report(9).diagnostics[-1].message) == (6, "4 more findings are not shown")
    assert report(9).has_errors


# ---- patterns of the schemas


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_no_pattern_can_take_long_and_no_reference_leaves_the_file(path: Path) -> None:
    for node in nodes(json.loads(path.read_text("utf-8"))):
        if isinstance(reference := node.get("$ref"), str):
            assert reference.startswith("#/")
        if isinstance(pattern := node.get("pattern"), str):
            assert pattern.endswith("$")
            # One that is not bound to the start is only a word at the end, tried once from each place.
            assert pattern.startswith("^") or re.fullmatch(r"(?:\\.|\[\w+\]|\w)+\$", pattern)
            groups = re.findall(r"\(((?:[^()\\]|\\.)*)\)([*+?{])?", pattern)
            assert not [inner for inner, times in groups if times in {"*", "+", "{"} and re.search(r"[*+{]", inner)]
            assert not re.search(r"\([^()]*\(", pattern)
