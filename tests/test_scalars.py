"""Single words of a YAML or JSON file replaced: what is read again, and that nothing else of the file changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.characters import FORBIDDEN
from generator.library.scalars import ScalarError, with_words
from generator.library.wordings import one_line
from generator.source import Path, read_yaml


def read(text: str) -> Any:
    source, _ = read_yaml("file.yaml", text)
    return source.value if source is not None else None


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


# Every way in which YAML can write the same three words: what stands before them, they themselves, what stands behind.
WAYS: list[tuple[str, str, str, str, Path]] = [
    ("plain in a block", "# first\na: ", "un deux trois", "   # kept\nb: 1\n", ("a",)),
    ("plain in braces", "a: {b: ", "un deux trois", ", c: 'd'} # e\n", ("a", "b")),
    ("plain in brackets", "a: [x, ", "un deux trois", "]\n", ("a", 1)),
    ("plain in a list", "a:\n  - ", "un deux trois", "\n  - b\n", ("a", 0)),
    ("plain on two lines", "a: ", "un deux\n  trois", "\nb: c\n", ("a",)),
    ("double quotes", "a: ", '"un deux trois"', " # b\n", ("a",)),
    ("double quotes with escapes", "a: {é: ", r'"un\x20deux \u0074rois"', ", b: c}", ("a", "é")),
    ("double quotes on two lines", "a: ", '"un\n  deux trois"', "\n# b\n", ("a",)),
    ("single quotes", "a: [", "'un deux trois'", ", 'it''s']\n", ("a", 0)),
    ("single quotes on two lines", "a:\n  b: ", "'un deux\n\n   trois'", "\n  c: d\n", ("a", "b")),
    ("folded", "a: ", ">-\n  un deux\n  trois", "\nb: c\n", ("a",)),
    ("folded with a last line end", "a:\n  - ", ">\n    un\n    deux\n\n    trois", "\n\n\n# b\n", ("a", 0)),
    ("literal", "a: ", "|\n  un deux\n  trois", "\n# b\n", ("a",)),
    ("literal that keeps its line ends", "a: ", "|+ # why\n   un\n   deux trois", "\n\nb: c\n", ("a",)),
    ("folded at the end of the file", "b: c\na: ", ">-\n  un deux trois", "", ("a",)),
    ("an emoji before it", "# 😀 é\na: {b: 😀, c: ", '"un deux trois"', "}\n", ("a", "c")),
    ("JSON", '{\n "a": {\n  "b": ', '"un deux trois"', "\n }\n}\n", ("a", "b")),
]
NAMES = [name for name, *_ in WAYS]


def check(before: str, held: str, behind: str, path: Path, said: str) -> str:
    """Replace the words and hold the result against what is asked; the new letters of the scalar."""
    text = before + held + behind
    changed = with_words(text, {path: said}, read)
    assert changed.startswith(before) and changed.endswith(behind)
    value = read(changed)
    assert one_line(at(value, path)) == said
    home = at(value, path[:-1])
    home[path[-1]] = at(read(text), path)
    assert value == read(text)
    return changed[len(before) : len(changed) - len(behind)]


ODD = (
    "deux : trois", "a: b", "un # deux", "#un", "- un", "? un", "-", "?", ":", "un:", "'un'", '"un"', "l'un \"deux\"",
    "{un}", "[un", "un]", "un, deux", "&un", "*un", "!un", "|", ">", "%un", "@un", "`un`", "true", "No", "null", "~",
    "1", "1.5", "012", "2026-01-01", "0x1F", "=", "<<", "---", "...", "--- un", "un\\deux", "\\", "un\\", "{{ a.b }}",
    "{% if a == 'b' %}c{% else %}\"d\"{% endif %}", "« un » – d’eux… 10 %", "un  deux", "😀 é", ".inf", "1e5", "1_000",
    "un\u00a0deux", "x" * 1500, "mot " * 300 + "fin",
)  # fmt: skip


@pytest.mark.parametrize(("name", "before", "held", "behind", "path"), WAYS, ids=NAMES)
def test_words_that_mean_something_to_yaml_are_read_as_they_were_typed(
    name: str, before: str, held: str, behind: str, path: Path
) -> None:
    for said in ODD:
        check(before, held, behind, path, said)


@pytest.mark.parametrize(("name", "before", "held", "behind", "path"), WAYS, ids=NAMES)
def test_a_scalar_keeps_its_quotes_and_its_block(
    name: str, before: str, held: str, behind: str, path: Path
) -> None:  # fmt: skip
    new = check(before, held, behind, path, "un deux quatre trois")
    # Single quotes hold no line break that is printed.
    sign = '"' if "\n\n" in held and held[0] == "'" else held[0] if held[0] in "'\"|>" else ""
    assert new.startswith(sign or "un deux")
    if sign in ("|", ">"):
        assert new == held.replace("trois", "quatre trois")
        assert check(before, held, behind, path, "un cinq trois") == held.replace("deux", "cinq")


TYPED = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40).filter(
    lambda text: FORBIDDEN.search(text) is None
)
SIGNS = st.text(st.sampled_from(" abé'\"\\:#-?{}[],&*!|>%@`~\u00a0"), min_size=1, max_size=14)


@given(st.sampled_from(WAYS), st.one_of(SIGNS, TYPED).map(lambda text: one_line(_composed(text))).filter(bool))
@example(WAYS[0], "a #b")
def test_whatever_is_typed_is_read_again_and_nothing_else_changes(
    way: tuple[str, str, str, str, Path], said: str
) -> None:  # fmt: skip
    _, before, held, behind, path = way
    check(before, held, behind, path, said)


def _composed(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", text)


def test_several_words_of_a_file_change_at_once() -> None:
    text = 'a: {fr: "un", en: one} # b\nc: >-\n  un\n  deux\nd: [x]\n'
    changed = with_words(text, {("a", "fr"): 'dit "un"', ("c",): "un et deux", ("a", "en"): "one: two"}, read)
    assert changed == 'a: {fr: "dit \\"un\\"", en: "one: two"} # b\nc: >-\n  un\n  et deux\nd: [x]\n'


def test_the_line_ends_of_windows_stay() -> None:
    text = "a: >-\r\n  un deux\r\n  trois quatre\r\nb: 'c'\r\n"
    assert with_words(text, {("a",): "un deux\u00a0: trois cinq", ("b",): "d"}, read) == (
        "a: >-\r\n  un deux\u00a0:\r\n  trois cinq\r\nb: 'd'\r\n"
    )


def test_json_stays_json() -> None:
    text = '{"a": {"b": "un \\u00e9", "c": 1}}'
    said = 'dit "l\'un" \\ deux : # é'
    changed = with_words(text, {("a", "b"): said}, json.loads)
    assert json.loads(changed) == {"a": {"b": said, "c": 1}}


@pytest.mark.parametrize("path", [("b",), ("a", 7), ("a",), ("a", 0, "x"), ()])
def test_words_without_a_place_are_refused(path: Path) -> None:
    with pytest.raises(ScalarError):
        with_words("a: [b]\n", {path: "un"}, read)


def test_words_that_no_yaml_can_hold_are_refused() -> None:
    for said in ("un\u0007", "un\u200bdeux", "un\ue000"):
        with pytest.raises(ScalarError):
            with_words("a: un\n", {("a",): said}, read)
    with pytest.raises(ScalarError):
        with_words("a: un\nb: [\n", {("a",): "deux"}, read)
