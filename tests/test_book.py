"""The book of the library: what is in it, and that what lawyers change in it comes back as they meant it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from office import Office
from openxml_audit import OpenXmlValidator
from tracked import DATES, Text, W, controls, edit_at_random, edited, lines_in, part

from generator.approvals import approval_of
from generator.book.compare import Comparison, compared
from generator.book.lines import SourceText, settled
from generator.book.marks import CardMark, Names, TextMark
from generator.book.named import NamedWords, languages_of
from generator.book.opened import opened
from generator.book.order import chapters
from generator.book.phrases import approval_words
from generator.book.read import texts_of
from generator.book.write import book
from generator.doctor import examine
from generator.library.model import Library
from tests.deals import library, spread

ROOT = Path(__file__).parent.parent
# Clauses with lists, tables, statements, values and references.
SAMPLES = ("liability", "security", "price.", "sla.", "order.", "dpa.")


@cache
def whole() -> bytes:
    return book(library())


def words_of(content: bytes) -> str:
    """The paragraphs of a book, one a line; tabs are kept."""
    body = part(content).find(f"{W}body")
    assert body is not None
    lines = []
    for paragraph in body.iter(f"{W}p"):
        marks = [mark for run in paragraph.iter(f"{W}r") for mark in run if mark.tag in {f"{W}t", f"{W}tab"}]
        lines.append("".join("\t" if mark.tag == f"{W}tab" else mark.text or "" for mark in marks))
    return "\n".join(lines)


def approved_library() -> Library:
    """The library with one definition that a lawyer has read."""
    term = library().wordings["glossary.agreement"]
    read = replace(term, approved={"fr": approval_of(term, "fr", "Me Exemple", "2026-11-20")})
    return replace(library(), wordings={**library().wordings, term.id: read})


def comparison(content: bytes, authors: tuple[str, ...] = ()) -> Comparison:
    """What a book says against the library."""
    file, found = opened("book.docx", content)
    assert file is not None, found
    returned, reading = texts_of(file, library())
    assert returned is not None, reading
    made = compared(file, library(), returned.texts, authors)
    made.findings[:0] = reading
    return made


def tagged(entry: str, language: str) -> str:
    """How the control of a text is named, which cuts long ids."""
    tag = TextMark(entry, language, "0" * 12).tag
    return f"{tag.split(':', 2)[2].partition('#')[0]}/{language}"


# ---- the book


def test_the_book_holds_every_text_of_the_library_once() -> None:
    found = controls(part(whole()))
    wordings = library().wordings
    words = {tagged(id_, language): (id_, language) for id_, one in wordings.items() for language in languages_of(one)}
    texts = {tagged(id_, language): (id_, language) for id_ in library().clauses for language in ("fr", "en")}
    assert set(found) == {*texts, *words} and len(found) == len(texts) + len(words)
    for name, control in found.items():
        lines = ["".join(p.itertext(f"{W}t")) for p in lines_in(control)]
        if name in texts:
            clause, language = texts[name]
            assert SourceText.of_lines(lines).text == library().clauses[clause].texts[language].source.strip()
        else:
            entry, language = words[name]
            assert lines == NamedWords.of(wordings[entry], language).lines


def test_the_clauses_stand_in_the_order_of_the_outlines_and_the_others_last() -> None:
    listed = [clause for chapter in chapters(library()) for clause in chapter.clauses]
    assert Counter(clause.id for clause in listed) == Counter(list(library().clauses))
    places = [library().outlines.index(chapter.outline) for chapter in chapters(library()) if chapter.outline]
    assert places == sorted(places)
    nowhere = [chapter for chapter in chapters(library()) if chapter.outline is None]
    assert nowhere in ([], [chapters(library())[-1]])


def test_the_book_satisfies_the_audit_and_the_doctor(tmp_path: Path) -> None:
    path = tmp_path / "book.docx"
    # The audit reads some clauses, for it takes minutes for all; the doctor reads them all.
    path.write_bytes(book(library(), prefix="sla."))
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    assert {finding.code for finding in examine("book.docx", whole())} == {"protected-document"}


def test_a_clause_is_shown_with_its_condition_its_source_its_place_and_its_deals() -> None:
    shown = book(library(), ("fr", "en"), "backup.failover", {"backup.failover": ["eti-alpes"]})
    text = "\n".join("".join(p.itertext(f"{W}t", f"{W}tab")) for p in part(shown).iter(f"{W}p"))
    clause = library().clauses["backup.failover"]
    assert "« Services souscrits » comprend « Continuité et reprise d'activité »".replace("« ", "«\u00a0").replace(
        " »", "\u00a0»"
    ) in text  # fmt: skip
    assert "“Subscribed services” includes “Business continuity and disaster recovery”" in text
    assert clause.when is not None and clause.when.text in text
    assert clause.slot in text
    assert clause.file in text
    assert clause.sources[0].cite in text
    assert "Dossiers / Deals" in text and "eti-alpes" in text
    assert "Approbation (fr)" in text


def test_definitions_titles_and_labels_are_shown_with_their_approvals_and_digests() -> None:
    words = library().wordings
    lines = words_of(whole())
    for id_, line in {
        "glossary.agreement": "\nterm: Contrat\n",
        "outline.D03": "\nsection hours: Plages de service et jours de fermeture\n",
        "label.sla.credits.nature": "\ndischarging: discharging penalty\n",
        "holiday.christmas": "\nnames: Christmas Day\n",
        "label.scope.assets": "servers_physical (en)\tPhysical servers.\n",
        "parameter.vat_belgium": "2002-08-07 (fr)\t21 percent\n",
    }.items():
        # The words for editing come after the line of the file, and before that of the entry behind.
        shown = "".join(lines.split(f"\n{id_}\n")[1].split("\nFichier / File\t")[:2])
        assert line in shown
        for language in ("fr", "en"):
            state = approval_words(words[id_], language, "fr")
            assert f"Approbation ({language})\t{state} – Empreinte / Digest {words[id_].digest(language)}" in shown


def test_a_book_of_definitions_alone_has_no_clause_and_says_who_approved_what() -> None:
    read = words_of(book(approved_library(), ("fr",), "glossary.agreement"))
    assert "0 clauses et 1 autres entrées ; textes approuvés : 1 sur 1." in read
    assert "\nApprobation (fr)\tapprouvé par Me Exemple le 2026-11-20 – Empreinte " in read


def test_a_book_in_one_language_has_only_this_one() -> None:
    shown = controls(part(book(library(), ("fr",), "liability")))
    assert shown and all(name.endswith("/fr") for name in shown)


def test_two_books_have_the_same_bytes() -> None:
    assert book(library(), prefix="sla.") == book(library(), prefix="sla.")


# ---- back without a change


def test_a_book_without_an_edit_changes_nothing() -> None:
    made = comparison(whole())
    assert (made.proposals, made.findings, made.unchanged) == ([], [], len(controls(part(whole()))))


def test_a_book_that_libreoffice_saved_changes_nothing(office: Office, nightly: bool) -> None:
    # One file a first letter of the ids: the time that LibreOffice takes grows with the square of the file.
    letters = sorted({entry[:2] for entry in (*library().clauses, *library().wordings)})
    if not nightly:
        letters = Random(3).sample(letters, 4)
    books = {letter: book(library(), prefix=letter) for letter in letters}
    saved = office.converted(books, "docx:MS Word 2007 XML")
    unchanged = 0
    for content in saved.values():
        assert not controls(part(content)), "LibreOffice keeps the tags now: the test of bookmarks tests nothing"
        made = comparison(content)
        assert (made.proposals, made.findings) == ([], [])
        unchanged += made.unchanged
    assert unchanged == sum(len(controls(part(content))) for content in (books.values() if not nightly else [whole()]))


# ---- tracked changes


def expected(model: str) -> str:
    """What the clause file should hold of a text: one blank line at most, no blanks at the ends of lines."""
    title, _, body = model.partition("\n")
    body = re.sub(r"[ \t]+$", "", body, flags=re.MULTILINE)
    return f"{title.rstrip()}\n\n{re.sub(chr(10) + '{3,}', chr(10) * 2, body).strip(chr(10))}".strip()


def edited_at_random(seed: int, prefix: str) -> tuple[bytes, dict[str, str]]:
    """A book in which a third of the texts were edited, and what these should say."""
    random = Random(seed)
    wanted: dict[str, str] = {}

    def edit(root: etree._Element) -> None:
        for name, control in controls(root).items():
            text = Text(control)
            if random.random() < 0.35:
                for _ in range(random.randint(1, 6)):
                    edit_at_random(text, random)
            text.write(split=random)
            wanted[name] = expected(text.model)

    return edited(book(library(), prefix=prefix), edit), wanted


def check_edits(content: bytes, wanted: dict[str, str]) -> int:
    """Hold what is read from a book against the model; the number of texts that changed."""
    made = comparison(content)
    assert [finding.message for finding in made.findings] == []
    read = {f"{one.clause.id}/{one.language}": one.after.text for one in made.proposals}
    for name, text in wanted.items():
        clause, _, language = name.rpartition("/")
        base = library().clauses[clause].texts[language].source.strip()
        # French spaces before signs are typeset, so the file keeps them plain.
        assert read.get(name, base) == text, name
        assert (name in read) == (text != base), name
    for one in made.proposals:
        assert one.changes and not one.untracked
        assert {(change.author, change.date) for change in one.changes} <= set(DATES.items())
    return len(made.proposals)


@pytest.mark.parametrize("seed", spread(range(18), range(6)))
def test_random_tracked_edits_become_what_a_plain_model_says(seed: int) -> None:
    content, wanted = edited_at_random(seed, SAMPLES[seed % len(SAMPLES)])
    assert check_edits(content, wanted) > 0


def test_random_tracked_edits_survive_libreoffice(office: Office, nightly: bool) -> None:
    seeds = range(6 if nightly else 3)
    made = {str(seed): edited_at_random(100 + seed, SAMPLES[seed % len(SAMPLES)]) for seed in seeds}
    files = {seed: content for seed, (content, _) in made.items()}
    saved = office.converted(files, "docx:MS Word 2007 XML")
    changed = 0
    for seed, content in saved.items():
        proposals = comparison(content).proposals
        read = {f"{one.clause.id}/{one.language}": one.after.text for one in proposals}
        for name, text in made[seed][1].items():
            clause, _, language = name.rpartition("/")
            assert read.get(name, library().clauses[clause].texts[language].source.strip()) == text, name
        assert {change.author for one in proposals for change in one.changes} == set(DATES)
        changed += len(proposals)
    assert changed > 3 * len(seeds)


# ---- lines and marks

LETTERS = st.text(alphabet="abé '’\"“«»\u00a0\u202f\t{}%|-#*.:;", max_size=12)


@given(st.lists(LETTERS, min_size=1, max_size=8), st.sampled_from(["\n", "\n\n", " \n\n\n"]))
def test_a_text_is_what_its_lines_say_whatever_is_in_it(lines: list[str], gap: str) -> None:
    source = f"Titre{gap}" + "\n".join(lines)
    text = SourceText.of(source)
    assert text.text == source.strip()
    for language in ("fr", "en"):
        assert settled(text, "\n".join(text.lines), language) == text
        # Signs of Word in it, as far as it is no code, change nothing either.
        assert settled(text, "\n".join(text.lines).replace("a", "a\u00ad"), language) == text


def test_a_line_that_changed_keeps_what_was_typed_but_for_the_spaces_that_are_typeset() -> None:
    base = SourceText.of("Titre\n\nLe Client signale :\n\nson étendue.")
    typed = "Titre\nLe Client déclare\u00a0: « M.\u00a0Dupont »  \n\n\n\nson étendue."
    assert settled(base, typed, "fr").body == "Le Client déclare : « M.\u00a0Dupont »\n\nson étendue."


def test_a_long_id_and_its_neighbour_are_told_apart_by_tag_and_bookmark() -> None:
    ids = ["a" * 119 + "b", "a" * 119 + "c", "liability.cap"]
    names = Names(ids)
    for id_ in ids:
        for language in ("fr", "en"):
            mark = TextMark(id_, language, "0123456789ab")
            assert len(mark.tag) <= 64 and len(mark.bookmark) <= 40
            assert names.of_tag(mark.tag)[0] == mark
            assert names.of_text_bookmark(mark.bookmark) == mark
        card = CardMark(id_, ("fr", "en"), "0123456789ab")
        assert len(card.bookmark) <= 40
        assert names.of_card_bookmark(card.bookmark) == card
