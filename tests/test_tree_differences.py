"""What two languages of one contract do not have in common: each kind of difference, with what is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from test_tree import NBSP, clause, document, part, text

from generator.diagnostics import Diagnostic, Severity
from generator.document.compare import differences
from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Definition,
    Definitions,
    Document,
    Inline,
    Item,
    ItemList,
    Notice,
    Numbered,
    Paragraph,
    PlainParagraph,
    Reference,
    Section,
    SignatureParty,
    Signatures,
    Strong,
    Subheading,
    Table,
    Text,
    Value,
)
from generator.document.number import number

HELP = "make both texts say the same, in the clause or in the deal; nothing is written before"


def tree(*clauses: Clause, title: str = "S", cover: tuple[Block, ...] = (), more: tuple[Any, ...] = ()) -> Document:
    own = replace(part("d", "agreement", Section("d.one", text(title), clauses)), cover=cover)
    return document(own, *more)


def of(made: Document, language: str) -> Numbered:
    numbered, found = number(replace(made, language=language))
    assert numbered is not None, found
    return numbered


def between(left: Document, right: Document) -> list[Diagnostic]:
    found = list(differences(of(left, "fr"), of(right, "en")))
    for one in found:
        assert (one.code, one.severity, one.help, one.span) == ("languages-differ", Severity.ERROR, HELP, None)
    return found


def told(found: list[Diagnostic]) -> list[tuple[str, ...]]:
    return [(one.message, one.file, *(note.text.replace(NBSP, " ") for note in one.notes)) for one in found]


def blocks(*left: Block, other: tuple[Block, ...]) -> list[tuple[str, ...]]:
    """What is told of two clauses of these blocks, without what every such finding has in common."""
    found = told(between(tree(clause("C", *left)), tree(clause("C", *other))))
    short = []
    for message, file, french, english in found:
        assert message.startswith("clause `C`: ") and message.endswith(" in both languages")
        assert file == "C.md"
        short.append((message.removeprefix("clause `C`: ").removesuffix(" in both languages"), french, english))
    return short


def p(*content: Inline, anchor: str = "C.p1") -> Paragraph:
    return Paragraph(anchor, content)


def test_the_same_tree_in_two_languages_has_no_difference() -> None:
    made = tree(clause("C", p(Text("2 jours"))), cover=(PlainParagraph(text("3")),))
    assert between(made, made) == []


def test_documents_that_are_not_the_same_are_all_that_is_told() -> None:
    annex = part("a", "annex", Section("a.one", text("A"), (clause("x", p(Text("1"), anchor="x.p1")),)))
    left, right = tree(clause("C", p(Text("1"))), more=(annex,)), tree(clause("C", p(Text("2"))))
    assert told(between(left, right)) == [
        ("the documents are not the same in both languages", "", "French: d, a", "English: d")
    ]
    for change in ({"kind": "order"}, {"contents": True}, {"id": "e"}):
        changed = replace(right, parts=(replace(right.parts[0], **change),))  # type: ignore[arg-type]
        (found,) = told(between(right, changed))
        assert found[0] == "the documents are not the same in both languages"


def test_articles_and_clauses_that_are_not_the_same_are_named() -> None:
    left = tree(clause("C", p(Text("1"))), clause("D", p(Text("1"), anchor="D.p1")))
    right = tree(clause("C", p(Text("1"))))
    assert told(between(left, right)) == [
        (
            "the clauses of the article `d.one` are not the same in both languages", "",
            "French (d, article 1): C (C), D (D)", "English (d, Section 1): C (C)",
        )
    ]  # fmt: skip
    sections = (*right.parts[0].sections, Section("d.two", text("T"), ()))
    more = replace(right, parts=(replace(right.parts[0], sections=sections),))
    assert told(between(right, more)) == [
        ("the articles of d are not the same in both languages", "", "French (d): d.one", "English (d): d.one, d.two")
    ]


def test_a_title_and_a_cover_are_read_as_well_and_one_finding_is_told_of_each() -> None:
    left = tree(clause("C", p(Text("1"))), title="1", cover=(PlainParagraph(text("5")), PlainParagraph(text("6"))))
    right = tree(clause("C", p(Text("1"))), title="2", cover=(PlainParagraph(text("7")), PlainParagraph(text("8"))))
    assert told(between(left, right)) == [
        ("the figures are not the same in both languages", "", "French (d): “5”", "English (d): “7”"),
        ("the figures are not the same in both languages", "", "French (d, article 1): “1”",
         "English (d, Section 1): “2”"),
    ]  # fmt: skip


def test_the_title_of_a_clause_is_read_as_well() -> None:
    one, other = (tree(replace(clause("C", p(Text("x"))), title=text(title))) for title in ("1", "2"))
    assert [message for message, *_ in told(between(one, other))] == [
        "clause `C`: the figures are not the same in both languages"
    ]


def test_of_each_clause_the_first_difference_is_told() -> None:
    def of_figures(*words: str) -> Document:
        return tree(
            *(
                clause(f"C{n}", p(Text(w), anchor=f"C{n}.p1"), p(Text(w), anchor=f"C{n}.p2"))
                for n, w in enumerate(words)
            )
        )

    found = told(between(of_figures("1", "2", "3"), of_figures("1", "5", "6")))
    assert [one[:2] for one in found] == [
        (f"clause `C{n}`: the figures are not the same in both languages", f"C{n}.md") for n in (1, 2)
    ]
    assert found[0][2:] == ("French (d, article 1.3): “2”", "English (d, Section 1.3): “5”")


AMOUNT = Value("12,50 €", "pricing.fee", "money")


@pytest.mark.parametrize(
    ("left", "right", "finding"),
    [
        ((Text("12,5"),), (Text("12.5"),), None),
        ((Text("12,5"),), (Text("125"),),
         ("the figures are not the same", "French (d, article 1.1): “12,5”", "English (d, Section 1.1): “125”")),
        ((AMOUNT,), (Value("€12.50", "pricing.fee", "money"),), None),
        ((AMOUNT,), (Value("€12.51", "pricing.fee", "money"),),
         ("the values are not the same", "French (d, article 1.1): “12,50 €”", "English (d, Section 1.1): “€12.51”")),
        ((AMOUNT,), (Value("€12.50", "pricing.other", "money"),),
         ("the values are not the same", "French (d, article 1.1): “12,50 €”", "English (d, Section 1.1): “€12.50”")),
        ((AMOUNT,), (Value("€12.50", "pricing.fee", "string"),),
         ("the values are not the same", "French (d, article 1.1): “12,50 €”", "English (d, Section 1.1): “€12.50”")),
        ((AMOUNT, AMOUNT), (Strong((Value("€12.50", "pricing.fee", "money"),)),),
         ("the values are not the same", "French (d, article 1.1): “12,50 €12,50 €”",
          "English (d, Section 1.1): “€12.50”")),
        ((Reference("C"), Text(" 1")), (Text("1 "), Reference("C")), None),
        ((Reference("C"),), (Reference("d"), Reference("C")),
         ("the references do not lead to the same places", "French (d, article 1.1): `C`",
          "English (d, Section 1.1): `C`, `d`")),
        ((Reference("C"), Reference("C")), (Reference("C"),),
         ("the references do not lead to the same places", "French (d, article 1.1): `C`, `C`",
          "English (d, Section 1.1): `C`")),
        ((Text("x"),), (Reference("C"),),
         ("the references do not lead to the same places", "French (d, article 1.1): none",
          "English (d, Section 1.1): `C`")),
    ],
)  # fmt: skip
def test_a_paragraph_has_the_same_references_values_and_figures(
    left: tuple[Inline, ...], right: tuple[Inline, ...], finding: tuple[str, ...] | None
) -> None:
    assert blocks(p(*left), other=(p(*right),)) == ([finding] if finding else [])


def test_a_long_text_is_cut_after_120_letters() -> None:
    for length, end in ((119, ""), (120, "…")):
        ((_, french, _),) = blocks(p(Text("1" + "x" * length)), other=(p(Text("2" + "x" * length)),))
        assert french == f"French (d, article 1.1): “1{'x' * 119}{end}”"


def test_a_law_quoted_in_its_own_language_has_its_own_figures() -> None:
    words = "selon la loi du pays le taux légal vaut"
    french, english = p(Text(f"{words} 1,234 %")), p(Text(f"{words} 1,234 %"))
    assert blocks(french, other=(english,)) == []
    assert blocks(french, other=(p(Text(f"{words} 1,235 %")),))
    # With a word less it may be the same by chance, and is read as English.
    fewer = words.removesuffix(" vaut").removeprefix("selon ") + " a"
    assert blocks(p(Text(f"{fewer} 1,234 %")), other=(p(Text(f"{fewer} 1,234 %")),)) == []
    fewer = fewer.removesuffix(" a")
    assert blocks(p(Text(f"{fewer} 1,234 %")), other=(p(Text(f"{fewer} 1,234 %")),))


def items(*contents: str, below: tuple[Item, ...] = ()) -> ItemList:
    return ItemList(tuple(Item(f"C.l1.{n}", text(words), below) for n, words in enumerate(contents, 1)))


def table(*cells: str, header: str = "h", align: tuple[Any, ...] = ("left",)) -> Table:
    return Table("C.t1", (Cell(text(header)),), tuple((Cell(text(cell)),) for cell in cells), align)


def signed(*lines: str, title: str = "t", anchor: str = "/sn/") -> Signatures:
    return Signatures((SignatureParty(text(title), tuple(map(text, lines)), anchor),))


def terms(*entries: str, content: str = "1") -> Definitions:
    return Definitions(tuple(Definition(entry, entry, text(content)) for entry in entries))


PLAIN = PlainParagraph(text("1"))


@pytest.mark.parametrize(
    ("left", "right", "french", "english"),
    [
        ((p(Text("1")),), (), "paragraph", "nothing"),
        ((p(Text("1")),), (p(Text("1"), anchor="C.p2"),), "paragraph", "paragraph"),
        ((p(Text("1")),), (PLAIN,), "paragraph", "unnumbered paragraph"),
        ((PLAIN, Subheading(text("1"))), (Subheading(text("1")), PLAIN), "unnumbered paragraph, subheading",
         "subheading, unnumbered paragraph"),
        ((items("1"),), (items("1", "2"),), "list of 1", "list of 2"),
        ((items("1", below=(Item("b", text("1")),)),), (items("1"),), "list of 1", "list of 1"),
        ((table("1"),), (table("1", "2"),), "table of 1", "table of 2"),
        ((table("1"),), (table(),), "table of 1", "table"),
        ((table("1"),), (table("1", align=("right",)),), "table of 1", "table of 1"),
        ((Notice((PLAIN,)),), (Notice((PLAIN, PLAIN)),), "notice of 1", "notice of 2"),
        ((signed("1"),), (signed("1", "2"),), "signatures of 1", "signatures of 1"),
        ((signed("1"),), (signed("1", anchor="/x/"),), "signatures of 1", "signatures of 1"),
        ((terms("a"),), (terms("a", "b"),), "definitions of 1", "definitions of 2"),
    ],
)  # fmt: skip
def test_blocks_have_the_same_shape(
    left: tuple[Block, ...], right: tuple[Block, ...], french: str, english: str
) -> None:
    found = blocks(*left, other=right)
    assert [one[0] for one in found] == ["the blocks are not the same"]
    assert [note.partition(": ")[2] for note in found[0][1:]] == [french, english]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (PLAIN, PlainParagraph(text("2"))),
        (Subheading(text("1")), Subheading(text("2"))),
        (items("1", "2"), items("1", "3")),
        (items("1", below=(Item("b", text("1")),)), items("1", below=(Item("b", text("2")),))),
        (table("1", "2"), table("1", "3")),
        (table("1", header="1"), table("1", header="2")),
        (Notice((PLAIN,)), Notice((PlainParagraph(text("2")),))),
        (signed("1", "2"), signed("1", "3")),
        (signed("1", title="1"), signed("1", title="2")),
        (terms("a", "b"), terms("a", "b", content="2")),
    ],
)
def test_every_text_of_every_kind_of_block_is_compared(left: Block, right: Block) -> None:
    assert [one[0] for one in blocks(left, other=(right,))] == ["the figures are not the same"]
    assert blocks(left, other=(left,)) == []


def test_every_block_is_read_in_the_language_of_its_side() -> None:
    for make in (
        lambda words: PlainParagraph(text(words)),
        lambda words: Subheading(text(words)),
        lambda words: items(words),
        lambda words: table(words, header=words),
        lambda words: Notice((PlainParagraph(text(words)),)),
        lambda words: signed(words, title=words),
        lambda words: terms("a", content=words),
    ):
        french, english = make("1,234"), make("1.234")
        assert blocks(french, other=(english,)) == []
        assert [one[0] for one in blocks(english, other=(french,))] == ["the figures are not the same"]


def test_the_places_that_references_lead_to_are_no_words_of_a_quotation() -> None:
    many = (*(Reference("C") for _ in range(9)), Text(" 1,234 %"))
    assert [one[0] for one in blocks(p(*many), other=(p(*many),))] == ["the figures are not the same"]


def renumbered(numbered: Numbered, **labels: Any) -> Numbered:
    changed = {anchor: replace(numbered.labels[anchor], **values) for anchor, values in labels.items() if values}
    kept = {anchor: label for anchor, label in numbered.labels.items() if labels.get(anchor, True)}
    return Numbered(numbered.document, {**kept, **changed})


def test_a_number_a_level_and_a_place_are_compared_and_only_the_first_is_told() -> None:
    made = tree(clause("C", items("1"), p(Text("1"))), clause("D", p(Text("1"), anchor="D.p1")))
    left, right = of(made, "fr"), of(made, "en")
    for values in ({"number": "7"}, {"level": 7}, {"part": "x"}):
        for anchor in ("d", "d.one", "C", "C.p1", "C.l1.1"):
            (found,) = differences(left, renumbered(right, **{anchor: values, "D.p1": {"number": "9"}}))
            assert "the numbers are not the same in both languages" in found.message
            assert [note.text.split("`")[1] for note in found.notes] == [anchor, anchor]
    (found,) = differences(left, renumbered(right, d={"number": "7"}))
    assert [note.text.partition(": ")[2] for note in found.notes] == ["`d` is without a number", "`d` is 7"]
    (found,) = differences(left, renumbered(right, C={}))
    assert [note.text for note in found.notes][1] == "English: `C` is absent"


def test_what_moved_the_numbers_is_told_instead_of_them() -> None:
    left = of(
        tree(clause("C", p(Text("1")), p(Text("1"), anchor="C.p2")), clause("D", p(Text("1"), anchor="D.p1"))), "fr"
    )
    right = of(tree(clause("C", p(Text("1"))), clause("D", p(Text("1"), anchor="D.p1"))), "en")
    (found,) = differences(left, right)
    assert found.message == "clause `C`: the blocks are not the same in both languages"
