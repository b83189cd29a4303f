"""The writers of text: what a reader of the Markdown, the page and the JSON sees is what the tree says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Document,
    Emphasis,
    Inline,
    Item,
    ItemList,
    Label,
    LineBreak,
    Notice,
    Numbered,
    Paragraph,
    Part,
    PlainParagraph,
    Properties,
    Reference,
    Section,
    Strong,
    Subheading,
    Table,
    Text,
    Value,
)
from generator.writers import html, markdown
from generator.writers import json as json_writer
from generator.writers.reading import UnknownPart
from tests.sample_tree import HOSTILE_NAME, pack

WRITERS = {"markdown": markdown.write, "html": html.write, "json": json_writer.write}
NBSP = "\u00a0"


def tree(*blocks: Block, title: str = "", language: str = "fr", status: str = "") -> Numbered:
    """A pack of one agreement with one article and one clause of these blocks."""
    clause = Clause("base/x", "x", (Text(title),), not title, blocks, "0" * 40, "clauses/base/x.md")
    part = Part("D01", "agreement", "Contrat", "Contrat", (), False, (Section("s", (Text("Objet"),), (clause,)),))
    properties = Properties("Pack", "A", "B", "", "2026-01-01T00:00:00+00:00", status, "")
    labels = {
        "D01": Label("", "Contrat", "", 0, "D01"),
        "s": Label("Article 1.", f"article{NBSP}1", "1", 0, "D01"),
        "x": Label("1.1", f"article{NBSP}1.1", "1.1", 1, "D01"),
        "x.p1": Label("1.1", f"article{NBSP}1.1", "1.1", 1, "D01"),
        "x.p2": Label("1.2", f"article{NBSP}1.2", "1.2", 1, "D01"),
        "x.p2.a": Label("(a)", f"article{NBSP}1.2(a)", "1.2(a)", 2, "D01"),
    }
    return Numbered(Document(language, properties, (part,)), labels)


def value(text: str) -> Value:
    return Value(text, "client.name", "text")


# ---- readers, written without the writers


def shown_by_markdown(source: str) -> list[str]:
    """The text of each paragraph, heading and cell, as a reader of CommonMark with tables sees it."""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(source)
    return [_shown(token.children or []) for token in tokens if token.type == "inline"]


def _shown(tokens: Sequence[Token]) -> str:
    texts = {"softbreak": "⏎soft", "hardbreak": "\n"}
    return "".join(texts.get(token.type, token.content) for token in tokens)


class _Page(HTMLParser):
    """What a browser would make of a page: text, ids, links, headings, and whether elements are closed in order."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, text or "") for name, text in attrs]
        if tag == "br":
            self.texts.append("\n")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    def all(self, name: str) -> list[str]:
        return [text for _, attribute, text in self.attributes if attribute == name]


def page(numbered: Numbered, parts: Sequence[str] | None = None) -> _Page:
    return _Page(html.write(numbered, parts).decode())


# ---- all of them


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", WRITERS)
def test_the_same_tree_gives_the_same_bytes(name: str, language: str) -> None:
    assert WRITERS[name](pack(language)) == WRITERS[name](pack(language))


@pytest.mark.parametrize("name", WRITERS)
def test_a_part_that_the_pack_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(UnknownPart, match="D99"):
        WRITERS[name](pack(), ["D01", "D99"])


@pytest.mark.parametrize("name", WRITERS)
def test_only_the_parts_that_are_asked_for_are_written_in_the_order_of_the_pack(name: str) -> None:
    text = WRITERS[name](pack(), ["D07", "D02"]).decode()
    assert text.index("Bon de commande") < text.index("Grille tarifaire")
    assert "par ordre de priorité" not in text


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_number_and_every_reference_is_in_the_text(name: str, language: str) -> None:
    numbered = pack(language)
    text = WRITERS[name](numbered).decode()
    for label in numbered.labels.values():
        assert label.marker in text
    assert numbered.labels["duration.end.second.b.ii"].reference in text


# ---- Markdown


def test_a_hostile_name_is_shown_as_it_is_written_under_commonmark() -> None:
    source = markdown.write(tree(PlainParagraph((value(HOSTILE_NAME),)))).decode()
    assert HOSTILE_NAME in shown_by_markdown(source)


HOSTILE = [
    "# Titre", "1. un", "7) sept", "- tiret", "+ plus", "> cité", "---", "===", "```", "~~~", "    code", "a|b", "|",
    "\\", "a\\", "&amp;", "&#65;", "& Fils", "<b>", "<http://x.fr>", "[x]: y", "![i](j)", "a_b_c", "__x__", "`x`",
    "fin  ", "a\nb", "a\n\n1. b", "a|b\n:-", "a\n===", "a\n    b", "a\n- b", "$x$", "C#", ":---", "  ", "\t", NBSP,
    "*", "**", "é*é*",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_never_becomes_markdown(text: str) -> None:
    content = (value(text),)
    paragraphs = (
        Paragraph("x.p1", content),
        PlainParagraph((Text("Nom"), *content)),
        PlainParagraph((Strong(content), Text("x"))),
        ItemList((Item("x.p2.a", content),)),
        Notice((PlainParagraph((Text("N"), *content)),)),
    )
    shown = shown_by_markdown(markdown.write(tree(*paragraphs)).decode())
    assert shown[-5:] == [f"1.1 {text}", f"Nom{text}", f"{text}x", f"(a) {text}", f"N{text}"]


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\n" not in text])
def test_a_value_in_a_table_stays_in_its_cell(text: str) -> None:
    row = (Cell((value(text),)), Cell((Text("x"),)))
    table = Table("x.t1", (Cell((value(text),)), Cell((Text("b"),))), (row, row), ("left", "right"))
    source = markdown.write(tree(table)).decode()
    assert shown_by_markdown(source)[-6:] == [text, "b", text, "x", text, "x"]


INLINES = st.recursive(
    st.text("ab1 *_.,\\`<&[]|#-é€\u0301«»’\u00a0\n", max_size=4).map(value) | st.just(LineBreak()),
    lambda inner: st.lists(inner, max_size=3).flatmap(
        lambda nodes: st.sampled_from([Strong(tuple(nodes)), Emphasis(tuple(nodes))])
    ),
    max_leaves=8,
)


def _text(nodes: Sequence[Inline]) -> str:
    return "".join(
        node.text if isinstance(node, Value) else _text(node.content) if isinstance(node, Strong | Emphasis) else "\n"
        for node in nodes
    )


def _styles(nodes: Sequence[Inline], style: frozenset[str] = frozenset()) -> list[tuple[str, frozenset[str]]]:
    styled: list[tuple[str, frozenset[str]]] = []
    for node in nodes:
        match node:
            case Strong():
                styled += _styles(node.content, style | {"strong"})
            case Emphasis():
                styled += _styles(node.content, style | {"em"})
            case Value():
                styled += [(character, style) for character in node.text]
    return [(character, found) for character, found in styled if not character.isspace()]


@settings(max_examples=400, deadline=None)
@given(st.lists(INLINES, min_size=1, max_size=5))
def test_any_inline_tree_shows_its_text_and_its_styles(nodes: list[Inline]) -> None:
    source = markdown.write(tree(PlainParagraph((Text("A "), *nodes, Text(" z"))))).decode()
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(source)
    children = [token.children or [] for token in tokens if token.type == "inline"][-1]
    assert _shown(children) == f"A {_text(nodes)} z"
    open_styles: list[str] = []
    styled: list[tuple[str, frozenset[str]]] = []
    for token in children:
        if token.nesting == 1:
            open_styles.append(token.tag)
        elif token.nesting == -1:
            open_styles.remove(token.tag)
        else:
            styled += [(character, frozenset(open_styles)) for character in token.content if not character.isspace()]
    assert styled[1:-1] == _styles(nodes)


def test_a_numbered_paragraph_starts_with_its_number_and_its_title() -> None:
    first, second = Paragraph("x.p1", (Text("Un."),)), Paragraph("x.p2", (Text("Deux."),))
    source = markdown.write(tree(first, second, title="Plafond")).decode()
    assert "\n1.1 **Plafond.** Un.\n\n1.2 Deux.\n" in source


def test_a_title_stands_alone_before_anything_but_a_paragraph() -> None:
    source = markdown.write(tree(ItemList((Item("x.p2.a", (Text("un"),)),)), title="Plafond")).decode()
    assert "\n#### 1.1 Plafond\n\n- (a) un\n" in source


def test_a_hidden_title_is_not_printed() -> None:
    numbered = tree(Paragraph("x.p1", (Text("Un."),)), title="Plafond")
    part = numbered.document.parts[0]
    clause = replace(part.sections[0].clauses[0], title_hidden=True)
    part = replace(part, sections=(replace(part.sections[0], clauses=(clause,)),))
    hidden = Numbered(replace(numbered.document, parts=(part,)), numbered.labels)
    for write in (markdown.write, html.write):
        assert ">Plafond" not in write(hidden).decode()
        assert "*Plafond" not in write(hidden).decode()


def test_a_title_that_ends_with_a_mark_gets_no_period() -> None:
    source = markdown.write(tree(Paragraph("x.p1", (Text("Oui."),)), title=f"Qui{NBSP}?")).decode()
    assert f"1.1 **Qui{NBSP}?** Oui." in source


def test_a_subheading_is_one_level_below_what_it_stands_in() -> None:
    """Below the article where the title of the clause is no heading, else below that title."""
    subheading, paragraph = Subheading((Text("Fiche"),)), Paragraph("x.p1", (Text("Un."),))
    assert "\n#### Fiche\n" in markdown.write(tree(paragraph, subheading, title="Plafond")).decode()
    assert "\n#### 1.1 Plafond\n\n##### Fiche\n" in markdown.write(tree(subheading, title="Plafond")).decode()


def test_signatures_are_a_table_with_a_column_for_each_party() -> None:
    source = markdown.write(pack("fr"), ["D02"]).decode()
    assert "| **Pour le Prestataire** | **Pour le Client** |\n| :--- | :--- |\n| Nom" in source
    assert "/sn1/" not in source


def test_the_markdown_of_the_sample_holds_each_kind_of_block() -> None:
    source = markdown.write(pack("en")).decode()
    for line in (
        "# Managed services agreement",
        "> **Draft, to be reviewed by a lawyer**",
        "## Schedule A – Service levels",
        "### Section 2. Duration",
        "- Section 1. Purpose and definitions",
        "- (b) the schedules:",
        "  - (ii) prices;",
        "**Business Day**: means Monday to Friday, public holidays excepted.",
        "| Example | Amount |",
    ):
        assert line in source


# ---- the page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_never_becomes_html(text: str) -> None:
    shown = "".join(page(tree(PlainParagraph((Text("["), value(text), Text("]"))))).texts)
    assert f"[{text}]" in shown


def test_a_hostile_name_is_text_of_the_page() -> None:
    numbered = pack("fr")
    properties = replace(numbered.document.properties, title=HOSTILE_NAME, status='"</style><script>', author='"><b>')
    hostile = Numbered(replace(numbered.document, properties=properties), numbered.labels)
    found = page(hostile)
    assert "".join(found.texts).count(HOSTILE_NAME) >= 6
    assert not {"script", "b", "sarl"} & set(found.tags)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_ids_are_unique_and_every_link_has_its_target(language: str) -> None:
    numbered = pack(language)
    found = page(numbered)
    ids = found.all("id")
    assert len(ids) == len(set(ids))
    assert set(numbered.labels) <= set(ids)
    assert {link.removeprefix("#") for link in found.all("href")} <= set(ids)


def test_a_reference_to_a_part_that_is_not_on_the_page_is_text() -> None:
    found = page(pack("fr"), ["D02"])
    assert "Contrat-cadre" in found.texts[-1] or any("Contrat-cadre" in text for text in found.texts)
    assert {link.removeprefix("#") for link in found.all("href")} <= set(found.all("id"))


def test_headings_never_skip_a_level_and_there_is_one_h1() -> None:
    levels = [int(tag[1]) for tag in page(pack("fr")).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    found = page(pack("fr"))
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(found.tags)
    assert not {"src", "style", "onclick"} & {name for _, name, _ in found.attributes}
    source = html.write(pack("fr")).decode()
    assert "@import" not in source
    assert "url(" not in source
    assert "default-src 'none'" in source


def test_the_page_says_its_language_and_has_landmarks_and_table_heads() -> None:
    found = page(pack("en"))
    assert ("html", "lang", "en") in found.attributes
    assert {"header", "nav", "main", "article", "section", "footer", "caption"} <= set(found.tags)
    assert found.tags.count("main") == 1
    assert ("th", "scope", "col") in found.attributes
    assert found.tags.count("table") == found.tags.count("caption")


def test_the_status_is_a_banner_and_only_where_there_is_one() -> None:
    assert 'class="status"' in html.write(pack("fr")).decode()
    assert 'class="status"' not in html.write(pack("fr", status="")).decode()


def test_right_to_left_names_do_not_reorder_the_sentence_around_them() -> None:
    assert "<bdi>שלום (2)</bdi>" in html.write(tree(PlainParagraph((value("שלום (2)"),)))).decode()


def test_the_words_of_the_page_and_of_the_markdown_are_the_same() -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text)

    for language in ("fr", "en"):
        numbered = pack(language)
        shown = " ".join(shown_by_markdown(markdown.write(numbered).decode()))
        seen = " ".join(page(numbered).texts)
        assert set(words(shown)) <= set(words(seen))


# ---- JSON


def test_the_json_holds_every_node_with_its_type_and_every_label() -> None:
    numbered = pack("fr")
    read = json.loads(json_writer.write(numbered))
    assert list(read) == ["type", "version", "document", "labels"]
    assert set(read["labels"]) == set(numbered.labels)
    assert list(read["labels"]) == sorted(read["labels"])
    assert read["labels"]["liability.cap"] == {
        "marker": "3.1", "reference": "article 3.1", "number": "3.1", "level": 1, "part": "D01"
    }  # fmt: skip
    kinds = set(re.findall(r'"type": "(\w+)"', json_writer.write(numbered).decode()))
    assert {"Numbered", "Part", "Clause", "Paragraph", "Value", "Term", "Reference", "Signatures", "Notice"} <= kinds


def test_the_json_of_a_node_is_its_fields_in_order() -> None:
    read = json.loads(json_writer.write(tree(Paragraph("x.p1", (value("É"), Reference("s"))))))
    clause = read["document"]["parts"][0]["sections"][0]["clauses"][0]
    assert list(clause) == ["type", "id", "anchor", "title", "title_hidden", "blocks", "digest", "file"]
    assert clause["title_hidden"] is True
    assert clause["blocks"][0]["content"] == [
        {"type": "Value", "text": "É", "path": "client.name", "kind": "text", "from_deal": False},
        {"type": "Reference", "target": "s", "text": f"article{NBSP}1"},
    ]


def test_the_json_is_readable_text_with_one_space_of_indent() -> None:
    text = json_writer.write(pack("fr")).decode()
    assert text.startswith('{\n "type": "Numbered",\n "version": 1,\n "document": {\n  "type": "Document",')
    assert "infogérés" in text


def test_the_json_of_one_part_has_the_labels_that_it_refers_to() -> None:
    read = json.loads(json_writer.write(pack("fr"), ["D02"]))
    assert [part["id"] for part in read["document"]["parts"]] == ["D02"]
    assert {"D01", "D07", "prices.grid.rates"} <= set(read["labels"])
    assert "liability.cap" not in read["labels"]
