"""The tree of a contract: its numbers, its words, short paragraphs as one, and a tree beside itself; small trees."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from generator.conditions.expressions import Literal_
from generator.diagnostics import Severity, Span
from generator.document.figures import figures
from generator.document.fixed import fixed_content, is_empty, trimmed
from generator.document.gather import gathered
from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Definition,
    Definitions,
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
    SignatureParty,
    Signatures,
    Strong,
    Subheading,
    Table,
    Term,
    Text,
    Value,
)
from generator.document.number import item_letter, number, roman
from generator.document.pair import defined_terms, once, pair
from generator.document.rename import renamed
from generator.document.walk import inlines, letters_of, text_of
from generator.formats import letter
from generator.library.templates import (
    Branch,
    Choice,
    ClauseText,
    Emphatically,
    FixedTerm,
    FixedText,
    InlineTemplate,
    Insert,
    NewLine,
    ParagraphTemplate,
    Refer,
    Repeat,
    Strongly,
    SubheadingTemplate,
)
from generator.schema_types import BOOLEAN
from tests.sample_tree import pack

NBSP = "\u00a0"


def text(words: str) -> tuple[Inline, ...]:
    return (Text(words),)


def clause(anchor: str, *blocks: Block, hidden: bool = False) -> Clause:
    return Clause(anchor, anchor, text(anchor), hidden, blocks, "", f"{anchor}.md")


def part(id_: str, kind: str, *sections: Section) -> Part:
    return Part(id_, kind, f"The {id_}", id_.title(), (), False, sections)  # type: ignore[arg-type]


def document(*parts: Part, language: str = "en") -> Document:
    return Document(language, Properties("t", "a", "s", "r", "2026-06-01T00:00:00Z", "", ""), parts)


def items(anchor: str, *below: tuple[Item, ...]) -> ItemList:
    return ItemList(tuple(Item(f"{anchor}.{n}", text("x"), inner) for n, inner in enumerate(below, 1)))


# ---- numbers


@pytest.mark.parametrize(
    ("index", "shown"), [(0, "A"), (1, "B"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_letters_go_on_after_z(index: int, shown: str) -> None:
    assert (letter(index), item_letter(index)) == (shown, shown.lower())


def test_roman_numerals_add_up_and_no_numeral_stands_more_often_than_it_may() -> None:
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    for value in range(1, 400):
        shown = roman(value)
        figures_ = [values[sign] for sign in shown] + [0]
        total = sum(-one if one < after else one for one, after in pairwise(figures_))
        assert total == value
        assert not any(sign * 4 in shown for sign in "ixc") and not any(sign * 2 in shown for sign in "vl")
    assert [roman(value) for value in (4, 9, 40, 49, 90, 99)] == ["iv", "ix", "xl", "xlix", "xc", "xcix"]


def small() -> Document:
    inner = (Item("a.l1.1.1", text("x")), Item("a.l1.1.2", text("y")))
    first = Section(
        "d.one", text("One"),
        (
            clause("a", Paragraph("a.p1", text("x")), items("a.l1", inner, ()), Paragraph("a.p2", text("x"))),
            clause("b", items("b.l1", ()), Paragraph("b.p1", text("x"))),
            clause("c", Table("c.t1", (), (), ()), hidden=True),
        ),
    )  # fmt: skip
    second = Section(
        "d.two",
        text("Two"),
        (
            clause(
                "e",
                Notice((items("e.l1", ()), Notice((items("e.l2", ()),)))),
            ),
        ),
    )
    titled = Section("f.one", text("One"), (clause("g", Paragraph("g.p1", text("x")), items("g.l1", ())),))
    bare = Section("f.two", (), (clause("h", Paragraph("h.p1", text("x"))), clause("i", Paragraph("i.p1", text("x")))))
    another = Section("f.three", text("Three"), (clause("j", hidden=True), clause("k")))
    letters = Section("l.one", text("One"), (clause("m", Paragraph("m.p1", text("x")), items("m.l1", ())),))
    return document(
        part("s", "summary", letters),
        part("d", "agreement", first, second),
        part("f", "annex", titled, bare, another),
        part("n", "annex", Section("n.one", (), (clause("o", items("o.l1", ())),))),
        part("p", "order", Section("p.one", text("One"), (clause("q", Paragraph("q.p1", text("x"))),))),
    )


def shown(labels: dict[str, Label]) -> dict[str, tuple[str, str, str, int, str]]:
    return {
        anchor: (label.marker, label.reference.replace(NBSP, " "), label.number, label.level, label.part)
        for anchor, label in labels.items()
    }


def label(mark: str, level: int, part_: str, word: str = "Section", marker: str | None = None):  # type: ignore[no-untyped-def]
    return (mark if marker is None else marker, f"{word} {mark}", mark, level, part_)


def test_every_anchor_has_its_number_its_level_and_the_document_it_stands_in() -> None:
    numbered, found = number(small())
    assert found == ()
    assert numbered is not None
    made = {anchor: replace(one, marker=one.marker.replace(NBSP, " ")) for anchor, one in numbered.labels.items()}
    summary = ("", "S", "", 0, "s")
    annex, other = ("Schedule A", "Schedule A", "A", 0, "f"), ("Schedule B", "Schedule B", "B", 0, "n")
    one = label("1", 0, "d", marker="Section 1.")
    assert shown(made) == {
        "s": summary, "l.one": summary, "m": summary, "m.p1": summary,
        "m.l1.1": ("(a)", "Section (a)", "(a)", 1, "s"),
        "d": ("", "D", "", 0, "d"),
        "d.one": one,
        "a": label("1.1", 1, "d"), "a.p1": label("1.1", 1, "d"), "a.p2": label("1.2", 1, "d"),
        "a.l1.1": label("1.1(a)", 2, "d", marker="(a)"), "a.l1.2": label("1.1(b)", 2, "d", marker="(b)"),
        "a.l1.1.1": label("1.1(a)(i)", 3, "d", marker="(i)"), "a.l1.1.2": label("1.1(a)(ii)", 3, "d", marker="(ii)"),
        "b": label("1.3", 1, "d"), "b.l1.1": label("1.3(a)", 2, "d", marker="(a)"), "b.p1": label("1.4", 1, "d"),
        "c": one,
        "d.two": label("2", 0, "d", marker="Section 2."),
        "e": label("2.1", 1, "d"), "e.l1.1": label("2.1(a)", 2, "d", marker="(a)"),
        "e.l2.1": label("2.1(a)", 2, "d", marker="(a)"),
        "f": annex,
        "f.one": label("A.1", 1, "f"), "g": label("A.1.1", 2, "f"), "g.p1": label("A.1.1", 2, "f"),
        "g.l1.1": label("A.1.1(a)", 3, "f", marker="(a)"),
        # Without a heading the paragraphs go on from those before.
        "f.two": annex, "h": label("A.2", 1, "f"), "h.p1": label("A.2", 1, "f"),
        "i": label("A.3", 1, "f"), "i.p1": label("A.3", 1, "f"),
        "f.three": label("A.2", 1, "f"), "j": label("A.2", 1, "f"), "k": label("A.2.1", 2, "f"),
        "n": other, "n.one": other, "o": label("B.1", 1, "n"), "o.l1.1": label("B.1(a)", 2, "n", marker="(a)"),
        "p": ("", "P", "", 0, "p"),
        "p.one": label("1", 0, "p", marker="Section 1."), "q": label("1.1", 1, "p"), "q.p1": label("1.1", 1, "p"),
    }  # fmt: skip


def test_french_says_article_and_annexe() -> None:
    numbered, _ = number(replace(small(), language="fr"))
    assert numbered is not None
    for anchor, marker, reference in (
        ("d.one", "Article 1.", "article 1"), ("a.p1", "1.1", "article 1.1"), ("f", "Annexe A", "Annexe A"),
    ):  # fmt: skip
        found = numbered.labels[anchor]
        assert (found.marker.replace(NBSP, " "), found.reference.replace(NBSP, " ")) == (marker, reference)


def test_a_reference_to_nothing_is_a_finding_with_its_clause_and_file() -> None:
    broken = clause("b", Paragraph("b.p1", (Reference("b"), Reference("x.y"))))
    cover = (PlainParagraph((Reference("z"),)),)
    tree = document(replace(part("d", "agreement", Section("d.one", text("One"), (broken,))), cover=cover))
    numbered, found = number(tree)
    assert numbered is None
    assert [(one.code, one.severity, one.message, one.file, one.span) for one in found] == [
        ("dangling-reference", Severity.ERROR, f"a reference leads to `{target}`, which is not in this contract{where}",
         file, None)
        for target, where, file in (("z", "", ""), ("x.y", " (clause `b`)", "b.md"))
    ]  # fmt: skip
    assert {one.help for one in found} == {"refer to what is always there, or condition the clause"}


# ---- words

EVERY: tuple[Block, ...] = (
    Paragraph("p1", (Text("a "), Strong((Text("b"), Emphasis((Value("c", "x", "string"),)))), LineBreak(), Text("d"))),
    ItemList((Item("l1.1", text("e"), (Item("l1.1.1", text("f")),)), Item("l1.2", (Term("t", "g"),)))),
    Table("t1", (Cell(text("h")),), ((Cell(text("i")), Cell(text("j"))),), ("left", "left")),
    Subheading(text("k")),
    Notice((PlainParagraph(text("l")),)),
    Signatures((SignatureParty(text("m"), (text("n"), text("o")), "/sn/"),)),
    Definitions((Definition("t", "q", text("r")),)),
)


def test_every_word_of_every_kind_of_block_is_walked_in_reading_order() -> None:
    tree = replace(part("d", "agreement", Section("d.one", text("S"), (clause("C", *EVERY),))), cover=EVERY[3:5])
    walked = list(inlines(tree))
    assert text_of([inline for _, inline in walked]) == "klSCa bc\ndefghijklmnoqr"
    assert [owner.id if owner else None for owner, _ in walked[:4]] == [None, None, None, "C"]


def test_the_letters_of_a_clause_have_no_space_and_its_title_a_stop_where_a_text_follows_it() -> None:
    tree = document(part("d", "agreement", Section("d.one", text("S"), (clause("C", *EVERY),))))
    numbered, _ = number(tree)
    assert numbered is not None
    assert letters_of(clause("C", *EVERY), numbered) == "C.abcdefghijklmno/sn/qr"
    assert letters_of(clause("C", *EVERY, hidden=True), numbered) == "abcdefghijklmno/sn/qr"
    assert letters_of(clause("C?", EVERY[0]), numbered) == "C?abcd"
    assert letters_of(clause("C", EVERY[3], EVERY[0]), numbered) == "Ckabcd"
    assert letters_of(clause("C"), numbered) == "C"
    assert letters_of(replace(clause("C", EVERY[0]), title=()), numbered) == "abcd"
    for layout in ("run_on", "compact"):
        closely = Numbered(replace(tree, layout=layout), numbered.labels)  # type: ignore[arg-type]
        assert letters_of(clause("C", *EVERY), closely) == "C.abcdefghijklmno/sn/q:r"
    assert letters_of(clause("C", EVERY[6]), numbered) == "Cqr"
    refers = clause("C", PlainParagraph((Reference("C"),)))
    assert letters_of(refers, numbered).startswith("CSection1.1")
    assert text_of((Reference("C"),)) == "[C]"


def test_a_text_without_a_branch_has_no_double_space_and_none_at_its_ends() -> None:
    value = Value("v", "x", "string")
    for given, kept in (
        ([Text("  a "), Text(" b  ")], [Text("a "), Text("b")]),
        ([Text(" "), value, Text(" ")], [value]),
        ([Text("a "), value, Text(" b")], [Text("a "), value, Text(" b")]),
        ([Text("a "), Text(""), Text(" "), value], [Text("a "), value]),
        ([Text("a"), Text(" b")], [Text("a"), Text(" b")]),
        ([Text(" \u00a0a")], [Text("\u00a0a")]),
        ([], []),
        ([Text("  ")], []),
    ):
        assert trimmed(given) == tuple(kept)


@pytest.mark.parametrize(
    ("content", "empty"),
    [
        ((), True), (text(" "), True), (text("a"), False), ((Text(" "), Text("b")), False),
        ((LineBreak(), Text(" ")), True), ((Value("", "x", "string"),), True), ((Value("v", "x", "string"),), False),
    ],
)  # fmt: skip
def test_a_text_of_blanks_prints_nothing(content: tuple[Inline, ...], empty: bool) -> None:
    assert is_empty(content) is empty


def test_a_text_that_no_deal_changes_is_filled_once_with_its_terms() -> None:
    inner: tuple[InlineTemplate, ...] = (FixedTerm("service", "Services"), FixedText(" x "))
    made = fixed_content((FixedText(" a "), Strongly(inner), NewLine(), Emphatically((FixedTerm("fee", "Fee"),))))
    assert made is not None
    assert made.nodes == (
        Text("a "), Strong((Term("service", "Services"), Text(" x"))), LineBreak(), Emphasis((Term("fee", "Fee"),)),
    )  # fmt: skip
    assert made.terms == {"service", "fee"}


# ---- short paragraphs as one


def paragraphs(*lengths: int) -> tuple[tuple[Block, ...], ClauseText]:
    """Blocks of texts so long, and the text of the library that they come from."""
    templates = tuple(ParagraphTemplate((FixedText("x" * length),)) for length in lengths)
    blocks = tuple(Paragraph(f"p{index}", text("x" * length)) for index, length in enumerate(lengths, 1))
    return blocks, ClauseText("en", (), templates, "", "", Span("x.md", 1, 1, 2))


def together(*lengths: int) -> list[str]:
    blocks, template = paragraphs(*lengths)
    return [block.anchor for block in gathered(blocks, [template]) if isinstance(block, Paragraph)]


def test_paragraphs_of_800_letters_together_are_one_and_of_801_are_not() -> None:
    assert together(400, 400) == ["p1"]
    assert together(400, 401) == ["p1", "p2"]
    assert together(300, 300, 200, 1) == ["p1", "p4"]
    assert together(800, 1, 799, 1) == ["p1", "p2", "p4"]
    assert together(0, 800) == ["p1"]
    blocks, template = paragraphs(3, 4)
    assert gathered(blocks, [template]) == (Paragraph("p1", (Text("xxx"), Text(" "), Text("xxxx"))),)


def test_the_longer_language_decides_and_a_text_of_other_blocks_leaves_all_as_they_are() -> None:
    blocks, short = paragraphs(10, 10)
    assert len(gathered(blocks, [short, paragraphs(400, 401)[1]])) == 2
    assert len(gathered(blocks, [short, paragraphs(400, 400)[1]])) == 1
    assert gathered(blocks, [short, paragraphs(10)[1]]) == blocks


def test_only_numbered_paragraphs_that_follow_each_other_are_put_together() -> None:
    (one, two), template = paragraphs(10, 10)
    between = replace(template, blocks=(template.blocks[0], SubheadingTemplate(()), template.blocks[1]))
    blocks = (one, Subheading(text("t")), two)
    assert gathered(blocks, [between]) == blocks
    plain = (one, PlainParagraph(text("x")))
    assert gathered(plain, [template]) == plain


def test_a_choice_counts_by_its_longest_branch_a_loop_three_times_a_value_as_ten() -> None:
    span = Span("x.md", 1, 1, 2)
    read = Literal_(True, BOOLEAN)

    def branch(length: int) -> Branch:
        return Branch(None, None, (FixedText("x" * length),), span)

    insert = Insert(read, BOOLEAN, bool, str, "a", "", None, span)  # type: ignore[arg-type]
    for part_, letters in (
        (Choice((branch(100), branch(250), branch(30))), 250),
        (Repeat("x", read, bool, None, None, (FixedText("x" * 10), insert), span), 60),
        (Strongly((FixedTerm("t", "x" * 7),)), 7),
        (Emphatically((FixedText("x" * 8),)), 8),
        (insert, 10),
        (Refer("a", span), 10),
        (NewLine(), 0),
    ):
        first = ParagraphTemplate((part_,))
        for length, count in ((800 - letters, 1), (801 - letters, 2)):
            blocks, template = paragraphs(1, length)
            own = replace(template, blocks=(first, template.blocks[1]))
            assert len(gathered(blocks, [own])) == count, (part_, length)


# ---- one tree beside another


def numbered_of(language: str, *blocks: Block, name: str = "") -> Numbered:
    says = clause("language.prevailing", Paragraph("language.prevailing.p1", text("It prevails.")))
    one = Section("d.one", text("S"), (says, clause("C", *blocks)))
    tree = document(replace(part("d", "agreement", one), name=name or "Contract"), language=language)
    numbered, found = number(tree)
    assert numbered is not None, found
    return numbered


def test_two_trees_that_say_the_same_face_each_other_under_a_notice() -> None:
    left, right = numbered_of("fr", *EVERY), numbered_of("en", *EVERY)
    facing, found = pair(left, right, "fr", "language.prevailing")
    assert found == ()
    assert facing is not None
    assert (facing.language, facing.prevailing, facing.labels) == ("fr+en", "fr", left.labels)
    assert [text_of(notice.blocks[0].content).replace(NBSP, " ") for notice in facing.notice] == [  # type: ignore[union-attr]
        "It prevails (article 1.1 du Contract).", "It prevails (Section 1.1 of the Contract).",
    ]  # fmt: skip
    assert defined_terms(left.document) == {"t"}


def test_without_a_clause_that_says_which_language_prevails_there_is_no_contract() -> None:
    left, right = numbered_of("fr", *EVERY), numbered_of("en", *EVERY[:-1])
    facing, found = pair(left, right, "fr", "nothing")
    assert facing is None
    assert (found[0].code, found[0].severity, found[0].span) == ("no-prevailing-language", Severity.ERROR, None)
    assert found[0].message == "the contract is in two languages, and none of its clauses says which one prevails"
    assert found[0].help == "a clause for the slot `nothing` says it; or draw up the contract in one language"
    assert {one.code for one in found[1:]} == {"languages-differ"}
    facing, found = pair(left, right, "fr", "language.prevailing")
    assert facing is None and {one.code for one in found} == {"languages-differ"}


def test_definitions_that_only_one_language_has_come_last() -> None:
    def glossary(*terms: str) -> Definitions:
        return Definitions(tuple(Definition(term, term, text(term)) for term in terms))

    left, right = numbered_of("fr", glossary("b", "a")), numbered_of("en", glossary("a", "z", "b"))
    _, found = pair(left, right, "fr", "language.prevailing")
    assert len(found) == 1
    facing, found = pair(left, numbered_of("en", glossary("a", "b")), "fr", "language.prevailing")
    assert facing is not None, found
    (glossary_of_right,) = facing.right.document.parts[0].sections[0].clauses[1].blocks
    assert [entry.term for entry in glossary_of_right.entries] == ["b", "a"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ("a", "a", "a"), ("a", "b", "a / b"), ("a – X", "b – X", "a / b – X"), ("a – X", "b – Y", "a – X / b – Y"),
        ("a – X – Z", "b – X – Z", "a – X / b – X – Z"), ("a – ", "b – ", "a / b – "), ("a –", "b –", "a – / b –"),
    ],
)  # fmt: skip
def test_what_two_texts_end_on_is_said_once(left: str, right: str, both: str) -> None:
    assert once(left, right) == both


def test_a_tree_with_other_anchors_is_the_same_tree() -> None:
    tree = pack("fr")
    moved = renamed(tree, "-x")
    assert set(moved.labels) == {f"{anchor}-x" for anchor in tree.labels}
    assert {label_.part for label_ in moved.labels.values()} == {f"{one.part}-x" for one in tree.labels.values()}
    assert moved != tree and renamed(tree, "") == tree
    assert [one.id for one in moved.document.parts] == [f"{one.id}-x" for one in tree.document.parts]
    for before, after in zip(tree.document.parts, moved.document.parts, strict=True):
        pairs = list(zip(inlines(before), inlines(after), strict=True))
        assert pairs
        for (owner, inline), (new_owner, new_inline) in pairs:
            wanted = Reference(f"{inline.target}-x") if isinstance(inline, Reference) else inline
            assert new_inline == wanted
            if owner is not None and new_owner is not None:
                assert (new_owner.anchor, new_owner.id, new_owner.digest) == (
                    f"{owner.anchor}-x", owner.id, owner.digest,
                )  # fmt: skip
    assert number(moved.document)[1] == ()


# ---- figures


@pytest.mark.parametrize(
    ("french", "english", "found"),
    [
        ("le 1er juin 2026", "on 1 June 2026", {"2026-06-01": 1}),
        ("le 01/06/2026 et le 1er juin 2026", "1st Jun 2026 and 1 June 2026", {"2026-06-01": 2}),
        ("août 2026", "August 2026", {"2026-08": 1}),
        ("à 8h05 et 12:30", "at 08:05 and 12:30", {"08:05": 1, "12:30": 1}),
        ("version 2.10.3", "version 2.10.3", {"2.10.3": 1}),
        ("1\u202f234,50\u00a0€", "€1,234.50", {"1234.5": 1, "€": 1}),
        ("−3,5\u00a0% de 12\u202f000", "−3.5% of 12,000", {"−3.5": 1, "%": 1, "12000": 1}),
        ("−1\u202f000,00\u00a0€", "−€1,000.00", {"−1000": 1, "€": 1}),
        ("100 et 0,10", "100 and 0.10", {"100": 1, "0.1": 1}),
    ],
)
def test_a_figure_has_one_form_in_both_languages(french: str, english: str, found: dict[str, int]) -> None:
    assert figures(french, "fr") == figures(english, "en") == tuple(sorted(found.items()))


MONTHS = {
    "janvier": "January", "février": "February", "mars": "March", "avril": "April", "mai": "May", "juin": "June",
    "juillet": "July", "août": "August", "septembre": "September", "octobre": "October", "novembre": "November",
    "décembre": "December",
}  # fmt: skip


def test_every_month_is_read_by_its_number() -> None:
    for month, (french, english) in enumerate(MONTHS.items(), 1):
        for written, language in ((french, "fr"), (french.upper(), "fr"), (english, "en"), (english[:3], "en")):
            assert figures(f"2 {written} 2026", language) == ((f"2026-{month:02}-02", 1),)
