"""The language of printed contracts: what would tell a reader that a text was put together, or translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import Options, draft
from generator.document.nodes import Numbered
from generator.lint.prose import prose
from generator.writers import markdown
from tests.deals import CONTRACTS, library, spread
from tests.test_printed_texts import printed

EXAMPLES = sorted(path for path in CONTRACTS.glob("*.yaml") if path.stem != "pme-dix-erreurs")
# Several ways to say it, of which the library uses the first: the other ones, as words of an English text.
ONE_NAME = {
    "quote": r"quotations?",
    "carrier": r"operators?(?! of vital importance)",
    "access": r"accesses(?! (?:the|it)\b)",
    "acknowledgement": r"acknowledgments?",
    "e-mail": r"emails?",
    "cyber attack": r"cyber-attacks?|cyberattacks?",
    "excluding VAT": r"(?:excluding|excl\.) tax(?:es)?",
    "bodily injury": r"personal injur(?:y|ies)",
    "wilful misconduct": r"wilful breach(?:es)?",
    "roll-back": r"rollbacks?",
}
# The marks that one language has and the other has not; an address and a formula hold colons of their own.
FOREIGN = {
    "en": r"[«»]|\bn°|(?<=\w)[ \u00a0][;:!?](?=\s|$)|\d,\d\d(?!\d)[ \u00a0]?[€%]|\d[ \u00a0]€",
    "fr": r"[“”]|(?<=[^\W\d])[;!?](?=\s|$)|€\d|\d%",
}


def words_of(numbered: Numbered) -> str:
    """The words of a contract with the spaces of its text; what lines up the columns of a table is left out."""
    lines = markdown.write(numbered).decode().splitlines()
    cells = [cell.strip(" ") for line in lines for cell in (line.split("|") if line.startswith("|") else [line])]
    return "\n".join(cell for cell in cells if not set(cell) <= set(" :-"))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("deal", spread(EXAMPLES), ids=lambda path: path.stem)
def test_a_contract_doubles_no_space_or_word_and_has_the_marks_of_its_language(deal: Path, language: str) -> None:
    words = words_of(draft(deal, Options(language=language)).numbered[language])
    assert re.findall(r"(?m)^.*\S  +\S.*$", words) == []
    assert re.findall(r"(?i)\b([^\W\d]{2,}) \1\b", words) == []
    assert re.findall(r".{0,30}(?:,,|;;| ,|;\.|,\.(?!\.)|:\.).{0,30}", words) == []
    assert re.findall(rf".{{0,30}}(?:{FOREIGN[language]}).{{0,30}}", words) == []


@pytest.mark.parametrize("name", sorted(ONE_NAME))
def test_an_english_text_calls_a_thing_by_one_name(name: str) -> None:
    other = re.compile(rf"(?i)(?<![\w-])(?:{ONE_NAME[name]})(?!\w)")
    texts = (text for text in prose(library()) if text.language == "en")
    assert [f"{text.place(*found.span())}: {found[0]}" for text in texts for found in other.finditer(text.words)] == []


def test_what_happens_once_is_said_in_a_word() -> None:
    assert "organises a recovery exercise once per Contract Year" in printed("pme-acme", "en")
    assert "organise une fois par Année contractuelle un exercice de reprise" in printed("pme-acme")


def test_a_list_whose_items_hold_commas_is_parted_by_semicolons() -> None:
    english = printed("eti-banque-dora", "en")
    assert (
        "| notable Tickets and open actions; Changes, updates and vulnerabilities; and inventory differences |"
        in english
    )


def test_a_list_whose_last_items_hold_an_and_keeps_them_apart() -> None:
    assert "Server backup, and Business continuity and disaster recovery (Section" in printed("pme-acme", "en")


def test_a_paragraph_whose_first_sentence_falls_away_starts_without_a_space() -> None:
    approver = 'authorised_approvers: [{name: "Paul Schmitt", limit_eur: "500"}]'
    nobody_asks = ('authorised_requesters: ["Paul Schmitt", "Anne Schmitt"]', approver)
    assert "**Authorised persons of the Client.** Paul Schmitt approves" in printed(
        "tpe-boulangerie", "en", nobody_asks
    )


def test_no_text_starts_in_bold_where_its_bold_title_would_run_into_it() -> None:
    # A cover has no numbers, and the titles of its texts are not printed.
    titled = (clause for clause in library().clauses.values() if not clause.id.startswith("order.cover"))
    texts = (text for clause in titled for text in clause.texts.values())
    assert [str(text.span) for text in texts if re.match(r"[^\n]*\n\s*\*\*", text.source)] == []
