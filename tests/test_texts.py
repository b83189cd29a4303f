"""Clause texts: the examples of ``tests/cases/texts.yaml``, and that no value can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.conditions import Scope
from generator.diagnostics import Diagnostic
from generator.library.compile import TextCompiler, compile_clause_text
from generator.library.fill import Budget, expand, inserted
from generator.library.marks import MOST_MARKS, TextFile, no_terms
from generator.library.templates import (
    BlockTemplate,
    Emphatically,
    FixedTerm,
    FixedText,
    GlossaryTemplate,
    InlineTemplate,
    Insert,
    ListTemplate,
    NewLine,
    NoticeTemplate,
    ParagraphTemplate,
    Refer,
    SignaturesTemplate,
    Strongly,
    SubheadingTemplate,
    TableTemplate,
)
from generator.library.terms import term_splitter
from generator.library.types import declared_type
from generator.schema import DealSchema, typed
from generator.schema_types import Field, Type

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "texts.yaml").read_text(encoding="utf-8"))
NAMES = {name: declared_type(spec, DealSchema({})) for name, spec in CASES["types"].items()}
RECORD = typed(Type("record", fields={name: Field(type_, True) for name, type_ in NAMES.items()}), CASES["record"])
TERMS = term_splitter(CASES["terms"])


def compiled(text: str, language: str = "fr") -> tuple[tuple[BlockTemplate, ...], list[Diagnostic]]:
    compiler = TextCompiler(TextFile("clause.md", text), language, NAMES, TERMS)
    blocks = compiler.blocks(0, len(text))
    return blocks, compiler.found


def words(content: tuple[InlineTemplate, ...], scope: Scope) -> str:
    shown = []
    for template, inner in expand(content, scope, Budget()):
        match template:
            case FixedText(text):
                shown.append(text)
            case FixedTerm(_, text):
                shown.append(f"⟦{text}⟧")
            case Insert():
                shown.append(inserted(template, inner, "fr"))
            case Strongly(nested):
                shown.append(f"**{words(nested, inner)}**")
            case Emphatically(nested):
                shown.append(f"*{words(nested, inner)}*")
            case Refer(target, _):
                shown.append(f"→{target}")
            case NewLine():
                shown.append(" / ")
    return "".join(shown)


def lines(blocks: tuple[BlockTemplate, ...], scope: Scope) -> Iterator[str]:
    """The blocks as the cases show them, one line each paragraph, item or row."""
    for block in blocks:
        match block:
            case ParagraphTemplate(content, plain):
                yield f"{'N' if plain else 'P'} {words(content, scope)}"
            case SubheadingTemplate(content):
                yield f"# {words(content, scope)}"
            case NoticeTemplate(inner):
                yield from lines(inner, scope)
            case ListTemplate(items):
                yield from item_lines(items, scope, "")
            case TableTemplate(header, rows, _):
                for row, inner_scope in [(header, scope), *expand(rows, scope, Budget())]:
                    yield "| " + " | ".join(words(cell, inner_scope) for cell in row.cells)
            case _:
                yield type(block).__name__


def item_lines(items: tuple[Any, ...], scope: Scope, indent: str) -> Iterator[str]:
    for item, inner in expand(items, scope, Budget()):
        yield f"{indent}- {words(item.content, inner)}"
        yield from item_lines(item.items, inner, indent + "  ")


def shown(text: str) -> str:
    return text.replace("~", "\u00a0").replace("¬", "\u202f")


# ---- examples


@pytest.mark.parametrize("case", [case for case in CASES["texts"] if "expect" in case], ids=lambda case: case["given"])
def test_a_text_is_read_as_the_example_says(case: Mapping[str, Any]) -> None:
    blocks, found = compiled(shown(case["given"]))
    assert [item.message for item in found] == []
    assert "\n".join(lines(blocks, RECORD)) == shown(case["expect"])


@pytest.mark.parametrize("case", CASES["errors"], ids=lambda case: case["given"])
def test_a_wrong_text_is_refused_at_the_marked_place(case: Mapping[str, Any]) -> None:
    place = max(case["given"].find("‹"), 0)
    text = case["given"].replace("‹", "")
    _, (found,) = compiled(text)
    assert (found.code, found.message) == (case["error"], case["says"])
    if "help" in case:
        assert found.help == case["help"]
    assert found.span is not None
    if "‹" in case["given"] and not case.get("anywhere"):
        assert (found.span.line, found.span.column) == (
            text.count("\n", 0, place) + 1,
            place - text.rfind("\n", 0, place),
        )


# ---- values and markup

HOSTILE = [
    "Dupont & Fils <SARL> {{7*7}} *x* [y](z)",
    "{% if x %}",
    "**gras** _it_ `code`",
    "| a | b |",
    "- item",
    "# Titre",
    "[](#liability.cap)",
    "\\* \\",
    "<script>alert(1)</script>",
    "=1+1",
    "Prestataire",
    "1. un",
    "> note",
    "```",
    "&amp; &#42;",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "frame", ["Le client {}, ci-après.", "{}", "- {}", "## {}", "> {}", "**{}**", "| A |\n|---|\n| {} |", "*a {} b*"]
)
def test_a_value_is_printed_as_it_is_written_and_never_read_as_markup(frame: str, name: str) -> None:
    template = frame.replace("{}", "{{ client.name }}")
    scope = {**RECORD, "client": {**RECORD["client"], "name": name}}
    quiet = {**RECORD, "client": {**RECORD["client"], "name": "NOM"}}
    blocks, found = compiled(template)
    assert found == []
    assert list(lines(blocks, scope)) == [line.replace("NOM", name) for line in lines(blocks, quiet)]


@settings(max_examples=100)
@given(st.text(st.characters(exclude_characters="\n"), max_size=30))
def test_any_value_at_all_is_printed_whole(name: str) -> None:
    blocks, _ = compiled("Le client « {{ client.name }} » paie.")
    scope = {**RECORD, "client": {**RECORD["client"], "name": name}}
    (line,) = lines(blocks, scope)
    assert line == f"P Le client «\u00a0{name.strip(chr(32) + chr(9))}\u00a0» paie."


def test_line_breaks_typed_in_a_value_are_not_line_breaks_of_the_contract() -> None:
    blocks, _ = compiled("Objet : {{ client.name }}")
    scope = {**RECORD, "client": {**RECORD["client"], "name": "un\n  deux\n"}}
    assert list(lines(blocks, scope)) == ["P Objet\u00a0: un deux"]


# ---- a whole clause

CLAUSE = """\
---
slot: liability.cap
---

# fr: Plafond de {{ client.name }}

Le Prestataire est tenu.

# en: Cap
"""


def clause_text(text: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    title = text.index("# fr: ") + len("# fr: ")
    end_of_title = text.index("\n", title)
    body_end = text.index("# en:")
    return compile_clause_text(
        TextFile("cap.md", text), "fr", (title, end_of_title), (end_of_title, body_end), NAMES, TERMS
    )


def test_a_clause_has_a_title_and_blocks_in_a_language() -> None:
    made, found = clause_text(CLAUSE)
    assert found == ()
    assert (made.language, words(made.title, RECORD)) == ("fr", "Plafond de Dupont & Fils")
    assert list(lines(made.blocks, RECORD)) == ["P Le ⟦Prestataire⟧ est tenu."]
    assert str(made.span) == "cap.md:5:7"


def test_the_digest_of_a_text_changes_with_its_words_and_not_with_what_surrounds_it() -> None:
    digest = clause_text(CLAUSE)[0].digest
    assert re.fullmatch("[0-9a-f]{12}", digest)
    assert clause_text(CLAUSE.replace("slot: liability.cap", "slot: other\nwhen: client.vip"))[0].digest == digest
    assert clause_text(CLAUSE.replace("tenu.\n", "tenu.\n\n\n"))[0].digest == digest
    assert clause_text(CLAUSE.replace("tenu", "lié"))[0].digest != digest
    assert clause_text(CLAUSE.replace("Plafond", "Limite"))[0].digest != digest


def test_a_clause_without_words_is_refused() -> None:
    made, (found,) = clause_text(CLAUSE.replace("Le Prestataire est tenu.\n", ""))
    assert made is None
    assert (found.code, found.message, str(found.span)) == ("empty-text", "the fr text is empty", "cap.md:5:7")


@pytest.mark.parametrize("title", ["", "- Plafond", "## Plafond"])
def test_a_title_is_one_line_of_words(title: str) -> None:
    made, found = clause_text(CLAUSE.replace("Plafond de {{ client.name }}", title))
    assert made is None
    assert found[0].code == "not-one-line"


def test_places_count_from_the_beginning_of_the_file() -> None:
    _, (found,) = clause_text(CLAUSE.replace("est tenu", "est {{ client.nme }}"))
    assert str(found.span) == "cap.md:7:23"
    _, (found,) = clause_text(CLAUSE.replace("Le Prestataire est tenu.", "Un.\n\n### Deux"))
    assert str(found.span) == "cap.md:9:1"


def test_all_wrong_pieces_of_a_clause_are_reported() -> None:
    _, found = clause_text(CLAUSE.replace("client.name", "client.nme").replace("est tenu", "est {{ x }}"))
    assert [str(item.span) for item in found] == ["cap.md:5:21", "cap.md:7:23"]


def test_signatures_and_the_glossary_are_blocks_of_their_own() -> None:
    text = "```signatures\nprovider: Le Prestataire | {{ client.name }} | Date~:\nclient: Le Client\n```\n\n"
    (signatures, glossary), found = compiled(shown(text) + "```glossary\n```")
    assert found == []
    assert isinstance(glossary, GlossaryTemplate)
    assert isinstance(signatures, SignaturesTemplate)
    assert [party.party for party in signatures.parties] == ["provider", "client"]
    provider = signatures.parties[0]
    assert words(provider.title, RECORD) == "Le ⟦Prestataire⟧"
    assert [words(line, RECORD) for line in provider.lines] == ["Dupont & Fils", "Date\u00a0:"]


def test_a_place_in_a_file_is_a_line_and_columns() -> None:
    file = TextFile("a.md", "un\ndeux trois\n\nfin")
    places = [file.span(3, 7), file.span(8, 13), file.span(8, 99), file.span(14), file.span(15, 18)]
    assert [(place.line, place.source_line[place.column - 1 : place.end_column - 1]) for place in places] == [
        (2, "deux"),
        (2, "trois"),
        (2, "trois"),
        (3, ""),
        (4, "fin"),
    ]


# ---- defined terms


def test_the_longest_form_of_a_term_is_taken() -> None:
    split = term_splitter({"Données": "data", "Données personnelles": "personal", "Prix": "price"})
    assert list(split("les Données personnelles et les Données, le Prix")) == [
        ("", "les "),
        ("personal", "Données personnelles"),
        ("", " et les "),
        ("data", "Données"),
        ("", ", le "),
        ("price", "Prix"),
    ]


def test_a_term_stands_after_an_elision_and_not_inside_a_word() -> None:
    split = term_splitter({"Annexe": "annex", "Incident": "incident"})
    assert [term for term, _ in split("l’Annexe, l'Incident, Annexes, sous-Annexe, Incident-type") if term] == [
        "annex",
        "incident",
    ]


def test_without_terms_a_text_is_left_whole() -> None:
    assert list(no_terms("les Données")) == [("", "les Données")] == list(term_splitter({})("les Données"))


# ---- bounds


def test_a_text_may_hold_as_many_values_as_there_are_marks_and_no_more() -> None:
    blocks, found = compiled("{{ client.count }}" * MOST_MARKS)
    assert found == []
    assert list(lines(blocks, RECORD)) == ["P " + "2" * MOST_MARKS]
    _, (refused,) = compiled("{{ client.count }}" * (MOST_MARKS + 1))
    assert (refused.code, refused.help) == ("too-long", "split it")


def test_a_statement_may_have_2000_characters_however_long_the_text_around_it_is() -> None:
    value = "{{ client.name" + " " * 1_986 + "}} mot "
    choice = "{% if client.vip" + " " * 1_984 + "%} mot {% endif %}"
    _, found = compiled("mot " * 1_000 + choice + "mot " * 1_000 + value + "mot " * 1_000)
    assert found == []
    for statement in (value, choice):
        for before in ("", "mot " * 1_000):
            _, (refused,) = compiled(before + statement.replace("  ", "   ", 1))
            assert (refused.code, refused.message) == ("too-long", "this is longer than 2000 characters")
            assert refused.help == "split it, or make a fact of a part"
            assert refused.span is not None
            assert refused.span.column == len(before) + 1


@pytest.mark.parametrize(
    "text",
    ["{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}", "{% if client.vip %}" * 1_000 + "x" + "{% endif %}" * 1_000,
     "{{ 1" + "+1" * 3_000 + " }}", "{{ client" + ".a" * 3_000 + " }}"],
    ids=["parentheses", "choices", "sums", "steps"],
)  # fmt: skip
def test_an_endless_text_is_refused_and_exhausts_nothing(text: str) -> None:
    _, (found,) = compiled(text)
    assert found.code in {"too-deep", "too-long"}


PIECES = st.sampled_from(
    ["mot ", "{{ client.name }}", "{{ client.fee | money }}", "{% if client.vip %}", "{% else %}", "{% endif %}",
     "{% for s in services %}", "{{ s.name }}", "{% endfor %}", "\n", "\n\n", "- ", "| a | b |\n|---|---|\n",
     "| x | y |", "**", "*", "[](#slot)", "> ", "## ", "  ", "\\", "Prestataire", "{", "1. "]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=15).map("".join))
def test_any_text_at_all_is_compiled_or_refused_inside_the_file(text: str) -> None:
    blocks, found = compiled(text)
    assert not (blocks and found)
    for item in found:
        assert item.span is not None
        assert 1 <= item.span.line <= text.count("\n") + 1
    for line in lines(blocks, RECORD):
        assert "{{" not in line
        assert not re.search("[\ue000-\uf8ff]", line)
