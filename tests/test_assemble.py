"""A plan becomes a tree: what stands where a list is empty or a field is absent, the glossary, close print."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from test_plan import SCHEMA, outline, write, written
from test_plan import library_of as small_library_of

from generator.deal import merge_deal
from generator.deal_layers import Layer
from generator.diagnostics import Diagnostic, Severity
from generator.document.assemble import _folded, assemble
from generator.document.nodes import (
    Definitions,
    Document,
    Item,
    ItemList,
    Paragraph,
    PlainParagraph,
    Reference,
    Section,
    Strong,
    Table,
    Term,
    Text,
    Value,
)
from generator.document.walk import text_of
from generator.facts import derive
from generator.library.load import load_library
from generator.plan import select
from generator.source import read_yaml
from generator.workspace import Workspace

NAMED = {"type": "object", "x-required": ["legal_name"], "properties": {"legal_name": {"type": "string"}}}
PROPERTIES = {
    **SCHEMA["properties"],
    "meta": {
        "type": "object",
        "x-required": ["effective_date", "deal_id"],
        "properties": {
            **SCHEMA["properties"]["meta"]["properties"],
            "deal_id": {"type": "string"},
            "layout": {"enum": ["full", "run_on", "compact"]},
        },
    },
    "parties": {
        "type": "object", "x-required": ["provider", "client"], "properties": {"provider": NAMED, "client": NAMED},
    },
    "term": {"type": "object", "x-required": ["months"], "properties": {"months": {"type": "integer"}}},
}  # fmt: skip
DEAL: dict[str, Any] = {
    "third_parties": {"mandates": []},
    "meta": {"effective_date": "2026-06-01", "deal_id": "d-1"},
    "client": {"segment": "pme", "country": "FR", "sector": "general"},
    "parties": {"provider": {"legal_name": "Orange"}, "client": {"legal_name": "Méca SAS"}},
    "term": {"months": 36},
}


def term(id_: str, fr: str, en: str, says: str, says_en: str) -> dict[str, Any]:
    return {"id": id_, "fr": {"term": fr, "forms": [], "definition": says},
            "en": {"term": en, "forms": [], "definition": says_en}}  # fmt: skip


GLOSSARY = {
    "terms": [
        term("service", "Services", "Services", "Ce que rend le Prestataire.", "What the Provider does."),
        term("provider", "Prestataire", "Provider", "Qui rend les Services.", "Who renders the Services."),
        term("event", "Événement", "Event", "Ce qui arrive.", "What happens."),
        term("fee", "Frais", "Fees", "Un prix.", "A price."),
    ]
}
Making = Callable[..., tuple[Document | None, tuple[Diagnostic, ...]]]


@pytest.fixture
def made(tmp_path: Path) -> Making:
    """The tree of one deal and of these clauses, each by its name with its text; French unless said otherwise."""
    small_library_of(tmp_path, {"clauses": {}})
    write(tmp_path / "schemas" / "deal.schema.json", json.dumps({**SCHEMA, "properties": PROPERTIES}))

    def make(
        clauses: Mapping[str, str],
        outlines: Mapping[str, Any] | None = None,
        language: str = "fr",
        terms: tuple[str, ...] = (),
        **meta: str,
    ) -> tuple[Document | None, tuple[Diagnostic, ...]]:
        write(tmp_path / "clauses" / "glossary.yaml", written(GLOSSARY))
        for name, text in clauses.items():
            front = {"slot": name, "sources": [{"cite": "C. civ. 1231-5"}]}
            both = f"# fr: {name.title()}\n\n{text}\n\n# en: {name.title()}\n\n{text}\n"
            write(tmp_path / "clauses" / "base" / "t" / f"{name}.md", f"---\n{written(front)}\n---\n\n{both}")
        known = outlines or {"D01": {"kind": "agreement", "slots": list(clauses)}}
        for position, (name, spec) in enumerate(known.items(), 1):
            write(tmp_path / "clauses" / "outlines" / f"{name}.yaml", written(outline(name, position, spec)))
        library, found = load_library(Workspace(tmp_path / "clauses", tmp_path / "schemas"), frozenset())
        assert library is not None, [(item.message, str(item.span)) for item in found]
        source, _ = read_yaml("deal.yaml", written({**DEAL, "meta": {**DEAL["meta"], **meta}}))
        assert source is not None
        deal, found = merge_deal(library.schema, (Layer("deal", source, ()),), None)
        assert deal is not None, found
        facts, found = derive(library, deal)
        assert facts is not None, found
        plan, found = select(library, facts)
        assert plan is not None, found
        return assemble(library, facts, plan, language, terms)

    return make


def sections(found: tuple[Document | None, tuple[Diagnostic, ...]], part: int = 0) -> tuple[Section, ...]:
    document, findings = found
    assert findings == ()
    assert document is not None
    return document.parts[part].sections


def blocks(found: tuple[Document | None, tuple[Diagnostic, ...]]) -> tuple[Any, ...]:
    return sections(found)[0].clauses[0].blocks


def test_a_clause_has_its_blocks_with_anchors_counted_over_it(made: Making) -> None:
    text = "Un.\n\n- deux\n  - trois\n- quatre\n\n| a | b |\n|---|--:|\n| c | d |\n\nCinq."
    clause = sections(made({"cap": text}))[0].clauses[0]
    assert (clause.id, clause.anchor, clause.title, clause.title_hidden) == ("t.cap", "cap", (Text("Cap"),), False)
    assert clause.blocks == (
        Paragraph("cap.p1", (Text("Un."),)),
        ItemList(
            (
                Item("cap.l2.1", (Text("deux"),), (Item("cap.l2.1.1", (Text("trois"),)),)),
                Item("cap.l2.2", (Text("quatre"),)),
            )
        ),
        Table("cap.t3", clause.blocks[2].header, clause.blocks[2].rows, ("left", "right")),
        Paragraph("cap.p4", (Text("Cinq."),)),
    )
    assert [[text_of(cell.content) for cell in row] for row in clause.blocks[2].rows] == [["c", "d"]]


LOOP = "{% for mandate in third_parties.mandates %}\n"


@pytest.mark.parametrize(("language", "nothing"), [("fr", "Néant"), ("en", "None")])
def test_a_list_and_a_table_without_an_entry_say_so(made: Making, language: str, nothing: str) -> None:
    listed = f"Un.\n\n{LOOP}- {{{{ mandate.vendor }}}}\n{{% endfor %}}"
    rows = f"| a | b | c |\n|---|---|---|\n{LOOP}| {{{{ mandate.vendor }}}} | x | y |\n{{% endfor %}}"
    (_, listing), (table,) = (
        clause.blocks for clause in sections(made({"a": listed, "b": rows}, language=language))[0].clauses
    )
    assert listing == ItemList((Item("a.l2.1", (Text(nothing.lower()),)),))
    assert [[text_of(cell.content) for cell in row] for row in table.rows] == [[nothing, "–", "–"]]


def test_what_is_empty_for_a_deal_is_a_finding_with_its_clause(made: Making) -> None:
    branch = "{% if client.segment == 'gc' %}x{% endif %}"
    document, found = made({"cap": f"{branch}\n\nUn.\n\n- {branch}{branch}\n- y"})
    assert document is None
    assert [(one.code, one.severity, one.message, one.help) for one in found] == [
        ("empty-text", Severity.ERROR, "clause `t.cap`: a paragraph is empty for this deal",
         "make the paragraph a clause of its own"),
        ("empty-text", Severity.ERROR, "clause `t.cap`: an item is empty for this deal",
         "put the condition around the whole item"),
    ]  # fmt: skip
    assert all(one.span is not None and one.span.file == "clauses/base/t/cap.md" for one in found)


def test_a_text_that_reads_what_is_absent_is_a_finding_at_the_very_place(made: Making) -> None:
    document, (finding,) = made({"cap": "Un.\n\nIl y a {{ client.sites }} sites."})
    assert document is None
    assert (finding.code, finding.severity) == ("absent-field", Severity.ERROR)
    assert finding.message == "the text of `t.cap` reads `client.sites`, which this deal does not have"
    assert finding.help == "give the field in the deal, or guard the text with `is defined` or `| default(…)`"
    span = finding.span
    assert span is not None
    assert (span.file, span.line) == ("clauses/base/t/cap.md", 9)
    assert span.source_line[span.column - 1 : span.end_column - 1] == "client.sites"
    (note,) = finding.notes
    assert note.text == "the clause is here"
    assert note.span is not None and (note.span.file, note.span.line) == ("clauses/base/t/cap.md", 2)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("(term.months - 37) | months", "-1 is not a count"),
        ("(term.months - 36) | ordinal", "0 has no ordinal"),
        ("(term.months * 0.001) | amount_words", "0.036 has less than a cent"),
    ],
)
def test_a_number_that_is_none_for_its_filter_is_a_finding_at_the_very_place(
    value: str, why: str, made: Making
) -> None:
    document, (finding,) = made({"cap": f"Un.\n\nIl y a {{{{ {value} }}}}."})
    assert document is None
    assert (finding.code, finding.severity) == ("unprintable-value", Severity.ERROR)
    assert finding.message == f"the text of `t.cap` prints `{value}`, and {why}"
    assert finding.help == "correct the value in the deal, or put the text under a condition"
    span = finding.span
    assert span is not None and (span.file, span.line) == ("clauses/base/t/cap.md", 9)
    (note,) = finding.notes
    assert note.text == "the clause is here"
    assert note.span is not None and (note.span.file, note.span.line) == ("clauses/base/t/cap.md", 2)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("Il y a {{ client.sites }} sites.", 7, 11),
        ("client.sites : {{ client.sites }}.", 7, 1),
        ("Un.\n\nDeux : {{ client['sites'] }}.", 5, 7),
    ],
)
def test_an_absent_field_is_shown_where_its_name_first_stands_or_at_the_text(
    text: str, line: int, column: int, made: Making
) -> None:
    _, (finding,) = made({"cap": text})
    assert finding.span is not None
    assert (finding.span.line, finding.span.column) == (line, column)


OVER_DOCUMENTS = "".join(f"{{% for {name} in pack.documents %}}" for name in "abcdefgh")
ENDLESS = f"Un {OVER_DOCUMENTS}{'x' * 400}{'{% endfor %}' * 8}."
TOO_LONG = "repeats more than 50,000 entries or prints more than 2,000,000 characters"


def test_a_text_that_prints_too_much_is_a_finding_and_exhausts_nothing(made: Making) -> None:
    clauses = {"cap": ENDLESS, "rest": "Un.", "more": "Un."}
    document, (finding,) = made(clauses, TWO)
    assert document is None
    assert (finding.code, finding.severity) == ("too-long", Severity.ERROR)
    assert finding.message == f"the text of `t.cap` {TOO_LONG}"
    assert finding.help == "take a loop out of another, or shorten what the deal lists"


def test_items_that_are_the_same_each_time_count_as_what_they_print(made: Making) -> None:
    item = f"- {'x' * 400}"
    text = f"Un.\n\n{OVER_DOCUMENTS.replace('}{', chr(125) + chr(10) + '{')}\n{item}\n" + "{% endfor %}\n" * 8
    _, (finding,) = made({"cap": text, "rest": "Un.", "more": "Un."}, TWO)
    assert finding.code == "too-long"


@pytest.mark.parametrize(
    ("title", "code", "message"),
    [
        (ENDLESS, "too-long", f"this text {TOO_LONG}"),
        ("{{ (term.months - 37) | months }}", "unprintable-value",
         "this text prints `(term.months - 37) | months`, and -1 is not a count"),
    ],
    ids=["too much", "no count"],
)  # fmt: skip
def test_a_title_of_an_article_that_cannot_be_printed_is_a_finding(
    title: str, code: str, message: str, made: Making
) -> None:
    section = {"id": "one", "title": {"fr": title, "en": "x"}, "slots": ["cap"]}
    outlines = {**TWO, "D01": {"kind": "agreement", "sections": [section]}}
    document, (finding,) = made({"cap": "Un.", "rest": "Un.", "more": "Un."}, outlines)
    assert document is None
    assert (finding.code, finding.message) == (code, message)
    assert finding.span is not None and finding.span.file == "clauses/outlines/D01.yaml"


def test_a_title_of_an_article_that_reads_what_is_absent_is_a_finding_as_well(made: Making) -> None:
    title = {"fr": "Les {{ client.sites }} sites", "en": "x"}
    outlines = {"D01": {"kind": "agreement", "sections": [{"id": "one", "title": title, "slots": ["cap"]}]}}
    document, (finding,) = made({"cap": "Un."}, outlines)
    assert document is None
    assert (finding.code, finding.severity) == ("absent-field", Severity.ERROR)
    assert finding.message == "a text reads `client.sites`, which this deal does not have"
    assert finding.span is not None and finding.span.file == "clauses/outlines/D01.yaml"


def test_a_value_says_where_it_comes_from_and_the_word_before_it_is_shortened(made: Making) -> None:
    text = "Le contrat de {{ parties.provider.legal_name }} et de **{{ parties.provider.legal_name }}** vaut."
    ((content,),) = ([block.content for block in blocks(made({"cap": text}))],)
    orange = Value("Orange", "parties.provider.legal_name", "string", True)
    assert content == (Text("Le contrat d’"), orange, Text(" et d’"), Strong((orange,)), Text(" vaut."))
    looped = f"Un.\n\n{LOOP}- {{{{ mandate.vendor }}}}\n{{% endfor %}}\n"
    document, _ = made({"cap": looped.replace("third_parties.mandates", "pack.documents").replace("vendor", "id")})
    assert document is not None
    (item,) = document.parts[0].sections[0].clauses[0].blocks[1].items  # type: ignore[union-attr]
    assert item.content == (Value("D01", "mandate.id", "string", False),)


TWO = {
    "D01": {"kind": "agreement", "slots": ["cap"]},
    "D02": {"kind": "order", "slots": ["rest"]},
    "D03": {"kind": "annex", "slots": ["more"]},
}


@pytest.mark.parametrize(("language", "of"), [("fr", " du D02"), ("en", " of the D02")])
def test_a_reference_into_another_document_says_which(made: Making, language: str, of: str) -> None:
    words = "Voir [](#rest), [](#D02.one), [](#cap), [](#more) et [](#D03.one)."
    clauses = {"cap": words, "rest": "Voir [](#rest).", "more": "Un."}
    parts = [sections(made(clauses, TWO, language=language), part) for part in (0, 1)]
    content = parts[0][0].clauses[0].blocks[0].content  # type: ignore[union-attr]
    assert content == (
        Text("Voir "), Reference("rest"), Text(of), Text(", "), Reference("D02.one"), Text(of), Text(", "),
        Reference("cap"), Text(", "), Reference("more"), Text(" et "),
        Reference("D03.one"), Text("."),
    )  # fmt: skip
    assert parts[1][0].clauses[0].blocks[0].content == (Text("Voir "), Reference("rest"), Text("."))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "terms", "defined"),
    [
        ("Un.", (), []),
        ("Les Services.", (), ["Prestataire", "Services"]),
        ("Les Frais et un Événement.", (), ["Événement", "Frais"]),
        ("Les Frais.", ("event",), ["Événement", "Frais"]),
        ("Les Frais.", ("unknown",), ["Frais"]),
    ],
)
def test_the_glossary_defines_the_terms_in_use_and_those_of_their_definitions_in_alphabetical_order(
    made: Making, text: str, terms: tuple[str, ...], defined: list[str]
) -> None:
    # The glossary stands first and is made last.
    found = made({"glossary": "```glossary\n```", "cap": text}, terms=terms)
    (entries,) = blocks(found)
    assert isinstance(entries, Definitions)
    assert [entry.name for entry in entries.entries] == defined
    if "Services" in defined:
        assert entries.entries[1].content == (Text("Ce que rend le "), Term("provider", "Prestataire"), Text("."))


def test_a_term_in_a_value_that_is_of_the_library_is_in_use(made: Making) -> None:
    loop = "{% for document in pack.documents %}{{ document.title }} {% endfor %}"
    title = {"fr": "Bon et Frais", "en": "Order and Fees"}
    outlines = {"D01": {"kind": "agreement", "slots": ["glossary", "cap"], "title": title}}
    (entries,) = blocks(made({"glossary": "```glossary\n```", "cap": f"Un {loop}."}, outlines))
    assert [entry.name for entry in entries.entries] == ["Frais"]


def test_a_heading_within_a_clause_stands_between_its_paragraphs(made: Making) -> None:
    assert kinds(made({"cap": "Un.\n\n## Titre\n\nDeux."})) == ["Paragraph", "Subheading", "Paragraph"]


def test_titles_that_differ_in_case_and_typography_alone_are_the_same() -> None:
    assert _folded((Text("L’Accès\u00a0: tout"),)) == _folded((Text("l'accès : TOUT"),))


def kinds(found: tuple[Document | None, tuple[Diagnostic, ...]], part: int = 0) -> list[str]:
    return [type(block).__name__ for block in sections(found, part)[0].clauses[0].blocks]


@pytest.mark.parametrize(
    ("layout", "contents", "titles", "merged"),
    [("full", [True, True], [True, True], 2), ("run_on", [True, False], [True, False], 1),
     ("compact", [False, False], [True, False], 1)],
)  # fmt: skip
def test_close_print_has_no_contents_no_titles_in_annexes_and_short_paragraphs_as_one(
    made: Making, layout: str, contents: list[bool], titles: list[bool], merged: int
) -> None:
    outlines = {
        "D01": {"kind": "agreement", "slots": ["cap"], "contents": True},
        "D03": {"kind": "annex", "slots": ["more"], "contents": True},
    }
    document, found = made({"cap": "Un.\n\nDeux.", "more": "Un."}, outlines, layout=layout)
    assert found == ()
    assert document is not None
    assert document.layout == layout
    assert [part.contents for part in document.parts] == contents
    assert [bool(part.sections[0].title) for part in document.parts] == titles
    assert len(document.parts[0].sections[0].clauses[0].blocks) == merged


def test_a_cover_and_a_summary_have_no_numbered_paragraph(made: Making) -> None:
    outlines = {
        "D00": {"kind": "summary", "slots": ["short"]},
        "D01": {"kind": "agreement", "cover": "face", "slots": ["cap"]},
    }
    for layout in ("full", "compact"):
        document, _ = made({"short": "Un.\n\nDeux.", "face": "Trois.", "cap": "Quatre."}, outlines, layout=layout)
        assert document is not None
        summary, agreement = document.parts
        assert summary.sections[0].clauses[0].blocks == (
            PlainParagraph((Text("Un."),)), PlainParagraph((Text("Deux."),)),
        )  # fmt: skip
        assert agreement.cover == (PlainParagraph((Text("Trois."),)),)


@pytest.mark.parametrize(("title", "hidden"), [("cap", True), ("Cap", True), ("Caps", False)])
def test_a_clause_with_the_title_of_its_article_has_none_of_its_own(made: Making, title: str, hidden: bool) -> None:
    section = {"id": "one", "title": {"fr": title, "en": title}, "slots": ["cap"]}
    (own,) = sections(made({"cap": "Un."}, {"D01": {"kind": "agreement", "sections": [section]}}))
    assert (own.anchor, own.title, own.clauses[0].title_hidden) == ("D01.one", (Text(title),), hidden)


def test_the_properties_of_the_files_name_the_parties_and_the_contract(made: Making) -> None:
    document, _ = made({"cap": "Un."})
    assert document is not None
    own = document.properties
    assert (own.title, own.author, own.subject, own.reference, own.created, own.footer) == (
        "D01 – Méca SAS", "Orange", "Orange / Méca SAS", "d-1", "2026-06-01T00:00:00Z", "Orange – Méca SAS",
    )  # fmt: skip
    assert own.names == (
        Value("Orange", "parties.provider.legal_name", "string", True),
        Value("Méca SAS", "parties.client.legal_name", "string", True),
    )
    for language, title in (("fr", "Contrat de services managés"), ("en", "Managed services agreement")):
        several, _ = made({"cap": "Un.", "rest": "Un.", "more": "Un."}, TWO, language=language)
        assert several is not None
        assert several.properties.title == f"{title} – Méca SAS"
