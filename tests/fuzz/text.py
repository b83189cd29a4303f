"""Texts of clauses: compiled or refused; what is printed holds every letter that was typed and none of the syntax."""

from __future__ import annotations

import re
from random import Random
from typing import Any, assert_never
from zlib import crc32

from markdown_it.token import Token

from generator.conditions import AbsentField, Scope
from generator.library.compile import TextCompiler
from generator.library.fill import Budget, expand, inserted
from generator.library.markdown import MARKDOWN, tokens_of
from generator.library.marks import MARK, TextFile
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
from tests.fuzz.condition import NAMES, SCOPES
from tests.fuzz.judge import check, well_formed
from tests.fuzz.mutate import mutated as mutated_bytes

LIMIT = 3.0
TERMS = term_splitter({"Prestataire": "provider", "Service": "service", "Services": "service", "Données": "data"})
WORDS = tuple(
    word.encode()
    for word in (
        "{{ client.name }}", "{{ client.fee | money }}", "{{ client.since }}", "{{ client.headcount | plural }}",
        "{{ client.sites | default('néant') }}", "{{ services | length }}", "{{ facts.tier }}", "{{", "}}", "{%", "%}",
        "{%- ", " -%}", "{{-", "{% if client.vip %}", "{% elif client.public | default(false) %}", "{% else %}",
        "{% endif %}", "{% for s2 in services %}", "{% for t in client.tags | default([]) %}", "{{ s2.code }}",
        "{% for s2 in services if s2.included %}", "{% endfor %}", "{% raw %}", "{% endraw %}", "{% set a = 1 %}",
        "{% include 'x' %}", "{% macro m() %}", "{# note #}", "{{ 1 }}", "{{ client.fee * 2 }}", "{{ s }}", "\n",
        "\n\n",
        "\n\n\n", "- ", "\n- ", "\n  - ", "* ", "+ ", "1. ", "\n2) ", "14. ", "\n    ", "\t", "## ", "# ", "### ", "> ",
        "\n> ", "```signatures\n", "```glossary\n", "```\n", "provider: Le Prestataire | Date :\n",
        "| a | b |\n|---|---|\n",
        "| x | y |\n", "|", " | ", "\\|", "|:-:|--:|\n", "**", "*", "_", "__", "[](#liability.cap)", "[", "](", "](#a)",
        '[](#a "mot")', "[mot](#a)", "[a]: b\n", "![](", "<b>", "<!-- ", "-->", "&amp;", "&#42;", "`", "\\", "\\\n",
        "  \n",
        "---\n", "===\n", "***\n", "~~~\n", "Prestataire", "Services", "Données", " :", " ;", "« ", " »", '"',
        "30 jours",
        "99,9 %", "1 250 €", "\u00a0", "l'", "é", "1er", "...", "TODO", "____", "[…]",
    )
)  # fmt: skip
# What may be the number of an item, which the contract prints in its own way; or else words of a paragraph.
_NUMBER = re.compile(r"(?:(?<=\n)|(?<=^))[ \t>*+-]*([0-9]{1,9})(?=[.)][ \t\n])|(?<=[.)*+-][ \t])([0-9]{1,9})(?=[.)])")
# Each may be there or not: with very many, to compare takes longer than to read.
_MOST_NUMBERS = 20
# What stands for a reference in what is printed; no text may hold it.
_PLACE = "\ue000"
_REFERENCE = re.compile(r"\[\]\(([^()]*)\)")
_KEPT = re.compile(r"[^\W_]|[%€&@/=;,!?]")


def seeds() -> list[bytes]:
    return []


def mutated(data: bytes, pick: Random, others: list[bytes]) -> bytes:
    return mutated_bytes(data, pick, WORDS, others)


def one(data: bytes) -> None:
    text = data.decode("utf-8", "replace").replace("\r", "")
    language = "fr" if crc32(data) % 2 else "en"
    compiler = TextCompiler(TextFile("clause.md", text), language, NAMES, TERMS)
    blocks = compiler.blocks(0, len(text))
    well_formed(compiler.found, text)
    check(not (blocks and compiler.found), "read, and found fault with", text)
    _same_tokens(text)
    if compiler.found:
        return
    for scope in SCOPES:
        try:
            said = " ".join(part for block in blocks for part in _words(block, scope, language))
        except AbsentField:
            continue
        check(not MARK.search(said.replace(_PLACE, "")), "a mark is printed", text, said)
        # What stands in quotes is printed as it is typed.
        quoted = "'" in text or '"' in text
        check(quoted or not re.search(r"\{\{|\{%|%\}|\}\}", said), "the syntax is printed", text, said)
    if "{" not in text and "```" not in text and "~~~" not in text:
        references = _REFERENCE.findall(text)
        if len(references) == said.count(_PLACE):
            quoted = [one for one in references if re.search(r"""["'].*\w""", one)]
            check(not quoted, "a reference loses words", text, quoted)
            _all_printed(_REFERENCE.sub("", text), _letters(said))


def _all_printed(text: str, printed: str) -> None:
    """Every letter, figure and sign of a text is printed, in the same order."""
    pattern, at = "", 0
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) > _MOST_NUMBERS:
        return
    for number in numbers:
        group = 1 if number[1] else 2
        pattern += re.escape(_letters(text[at : number.start(group)])) + f"(?:{number[group]})?"
        at = number.end(group)
    pattern += re.escape(_letters(text[at:]))
    check(re.fullmatch(pattern, printed), "what was typed is not what is printed", text, printed)


def _letters(text: str) -> str:
    return "".join(_KEPT.findall(text))


def _words(block: BlockTemplate, scope: Scope, language: str) -> list[str]:
    """The printed pieces of a block, in order."""
    match block:
        case ParagraphTemplate(content, _) | SubheadingTemplate(content):
            return [_printed(content, scope, language)]
        case NoticeTemplate(inner):
            return [part for one in inner for part in _words(one, scope, language)]
        case ListTemplate(items):
            return _items(items, scope, language)
        case TableTemplate(header, rows, _):
            printed = [(header, scope), *expand(rows, scope, Budget())]
            return [_printed(cell, inner, language) for row, inner in printed for cell in row.cells]
        case SignaturesTemplate(parties):
            return [_printed(cell, scope, language) for party in parties for cell in (party.title, *party.lines)]
        case GlossaryTemplate():
            return []


def _items(items: tuple[Any, ...], scope: Scope, language: str) -> list[str]:
    found = []
    for item, inner in expand(items, scope, Budget()):
        found.append(_printed(item.content, inner, language))
        found += _items(item.items, inner, language)
    return found


def _printed(content: tuple[InlineTemplate, ...], scope: Scope, language: str) -> str:
    """The words of a content without those of its references, which only the whole contract knows."""
    said = ""
    for template, inner in expand(content, scope, Budget()):
        match template:
            case FixedText(text) | FixedTerm(_, text):
                said += text
            case Insert():
                said += inserted(template, inner, language)
            case Strongly(nested) | Emphatically(nested):
                said += _printed(nested, inner, language)
            case Refer():
                said += _PLACE
            case NewLine():
                said += " "
            case never:
                assert_never(never)
    return said


def _same_tokens(text: str) -> None:
    """The short way for paragraphs of plain words gives the tokens that the parser gives."""
    check(_shape(tokens_of(text)) == _shape(MARKDOWN.parse(text)), "other tokens than the parser's", text)


def _shape(tokens: list[Token]) -> list[Any]:
    return [
        (token.type, token.tag, token.map, [(one.type, one.content) for one in token.children or []])
        for token in tokens
    ]
