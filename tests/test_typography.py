"""Typography of library text, by examples of ``tests/typography`` and by properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.source import read_yaml
from generator.typography import typeset

CASES = [
    (path.stem, case["given"], case["expect"])
    for path in sorted((Path(__file__).parent / "typography").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]

# Nearly every character that a rule looks at, so that rules meet each other.
ADVERSE = st.text(
    st.sampled_from(list("aAbhLMn19 05.:;!?%€'\"-–—…«»“”‘’()[]/\\_=@&#+`°,\n\t\u00a0\u202f\ue000é§^~")), max_size=30
)
_WORDS = """le Client l' d'un art. article Annexe Section n° L. 1231-5 30 10 000 1 1er jours h 20 mars % € : ; ! ? « »
" ' ( ) ... - – 08:00 https://x.fr/a?b=c; a@b.fr, deal.tier a=b 24/7 EUR 's 19" M. May …"""
WORDS = st.lists(st.sampled_from([" ", "\u00a0", *_WORDS.split()]), max_size=12).flatmap(
    lambda words: st.sampled_from(["".join(words), " ".join(words)])
)
LANGUAGES = st.sampled_from(["fr", "en"])


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 220
    assert len({(language, given_text) for language, given_text, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_a_fragment_is_typeset_as_the_corpus_says(language: str, text: str, expected: str) -> None:
    shown = expected.replace("~", "\u00a0").replace("¬", "\u202f")
    assert typeset(text, language) == shown


@settings(max_examples=400, deadline=None)
@given(ADVERSE | WORDS | st.text(max_size=20), LANGUAGES)
@example("« » : ", "fr")
def test_typesetting_twice_is_typesetting_once(text: str, language: str) -> None:
    once = typeset(text, language)
    assert typeset(once, language) == once


@settings(max_examples=400, deadline=None)
@given(ADVERSE | WORDS | st.text(max_size=20), LANGUAGES)
def test_typesetting_keeps_every_letter_and_digit_in_order(text: str, language: str) -> None:
    def letters(shown: str) -> str:
        return "".join(character for character in shown if character.isalnum())

    assert letters(typeset(text, language)) == letters(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["https://exemple.fr/a?b=c:d!e", "contact@exemple.fr", "08:00", "client:segment", "/var/log/x"]))
def test_a_technical_token_is_left_alone(token: str) -> None:
    for language in ("fr", "en"):
        assert token in typeset(f'l\'adresse {token}: "{token}" ; {token}...', language)


CODE = re.compile(r"(?<![\w.])[a-z][\w.]*: ?(?:true|false|[a-z\d_]+)|\b\w+ ?[=!<>]=? ?\S+|--\w+|\[\w.*?\]|\{\w.*?\}")


def messages(node: Any) -> Iterator[str]:
    """Every French text below a node of a library file."""
    if isinstance(node, dict):
        if isinstance(node.get("fr"), str):
            yield node["fr"]
        for child in node.values():
            yield from messages(child)
    elif isinstance(node, list):
        for child in node:
            yield from messages(child)


def test_code_in_a_message_of_the_library_is_printed_as_it_is_written() -> None:
    root = Path(__file__).parent.parent / "clauses"
    found = []
    for path in sorted(root.rglob("*.yaml")):
        source, _ = read_yaml(path.name, path.read_text("utf-8"))
        assert source is not None
        for entry in source.value.get("rules", ()):
            for text in messages(entry):
                words = re.sub(r"\{\{.*?\}\}", "x", text)
                found += [(code, typeset(words, "fr")) for code in CODE.findall(words)]
    assert found
    assert [(code, shown) for code, shown in found if code not in shown] == []


def test_another_language_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="'de'"):
        typeset("Vertrag", "de")
