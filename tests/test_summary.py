"""The summary: one page that says what the contract says, where it says it, and that is no part of it."""

from __future__ import annotations

import json
import re
from functools import cache
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest

from generator import Options, draft
from generator.document.nodes import (
    Cell,
    Clause,
    Document,
    Inline,
    Item,
    ItemList,
    Label,
    Numbered,
    Part,
    PlainParagraph,
    Properties,
    Reference,
    Section,
    Table,
    Text,
    Value,
)
from generator.document.number import number
from generator.document.walk import flat, inlines, text_of
from generator.formulas.summary import shortened
from generator.ooxml import names
from generator.ooxml.house.named import house_at
from generator.pipeline import Draft
from generator.readers.docx import paragraphs
from generator.writers import docx, html, markdown
from tests.deals import CONTRACTS, SERVICES, UNLIKE, drafted, kind_of, random_deal, with_soc
from tests.office import Office

EXAMPLES = tuple(sorted(path.name for path in CONTRACTS.glob("*.yaml") if "erreurs" not in path.name))
# A summary spares the client a pack of many documents; what comes before or after a contract is one short document.
WITH_SUMMARY = tuple(name for name in EXAMPLES if kind_of(name) == "contract")
WITHOUT_SUMMARY = tuple(name for name in EXAMPLES if name not in WITH_SUMMARY)
LANGUAGES = ("fr", "en")
DEAL_SCHEMA = CONTRACTS.parent / "schemas" / "deal.schema.json"
# Facts that put a list in short have tests of their own.
IN_SHORT = re.compile(r"facts\.\w+_in_short|facts\.channel_hours|facts\.other_tiers")


@cache
def example(name: str, language: str) -> Draft:
    return draft(CONTRACTS / name, Options(language=language))


def summary_of(made: Draft, language: str) -> tuple[Part, Numbered]:
    numbered = made.numbered[language]
    return numbered.document.parts[0], numbered


def rows(part: Part) -> list[tuple[Cell, ...]]:
    return [
        row
        for section in part.sections
        for clause in section.clauses
        for block in clause.blocks
        if isinstance(block, Table)
        for row in block.rows
    ]


def words(content: tuple[Inline, ...], numbered: Numbered) -> str:
    return " ".join(text_of(content, numbered).split())


# ---- its place


@pytest.mark.parametrize("name", WITH_SUMMARY)
def test_the_summary_comes_first_and_is_no_document_of_the_contract(name: str) -> None:
    made = example(name, "fr")
    part, numbered = summary_of(made, "fr")
    assert (part.id, part.kind) == ("D00", "summary")
    assert made.plan is not None
    assert "D00" not in [row["id"] for row in made.plan.pack["documents"] + made.plan.pack["precedence"]]
    annexes = [other.id for other in numbered.document.parts if other.kind == "annex"]
    assert numbered.labels[annexes[0]].number == "A"


@pytest.mark.parametrize("name", WITHOUT_SUMMARY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_comes_before_or_after_a_contract_is_one_document_without_a_summary(name: str, language: str) -> None:
    assert [part.kind for part in example(name, language).numbered[language].document.parts] == ["order"]


def test_each_kind_of_deal_has_an_example() -> None:
    schema = json.loads(DEAL_SCHEMA.read_text("utf-8"))
    kinds = schema["properties"]["meta"]["properties"]["kind"]["enum"]
    assert {kind_of(name) for name in EXAMPLES} == set(kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_says_that_the_contract_prevails_and_where(language: str) -> None:
    part, numbered = summary_of(example("pme-acme.yaml", language), language)
    targets = [inline.target for clause, inline in inlines(part) if clause is None and isinstance(inline, Reference)]
    assert targets == ["documents.precedence"]
    said = words(tuple(inline for clause, inline in inlines(part) if clause is None), numbered)
    assert ("seul le contrat engage" if language == "fr" else "only the contract binds") in said


@pytest.mark.parametrize("name", WITH_SUMMARY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_ends_with_where_the_contract_gives_it(name: str, language: str) -> None:
    part, numbered = summary_of(example(name, language), language)
    assert len(rows(part)) >= 20
    for question, answer in rows(part):
        said = words(answer.content, numbered)
        references = [inline for inline in flat(answer.content) if isinstance(inline, Reference)]
        assert references, (words(question.content, numbered), said)
        assert all(numbered.labels[reference.target].part != "D00" for reference in references)
        last = said[said.rfind("(") :]
        assert last.endswith(")"), said
        assert numbered.labels[references[-1].target].reference.split()[-1] in last.split("(")[-1]


# ---- what it says


@pytest.mark.parametrize("name", WITH_SUMMARY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_of_the_summary_stands_in_the_contract(name: str, language: str) -> None:
    """Printed the same, so that nobody has to ask whether two figures are one."""
    made = example(name, language)
    part, numbered = summary_of(made, language)
    contract = [inline for other in numbered.document.parts[1:] for _, inline in inlines(other)]
    printed = {inline.text for inline in contract if isinstance(inline, Value)}
    whole = "\n".join(text_of([inline], numbered) for inline in contract)
    for _, inline in inlines(part):
        if not isinstance(inline, Value) or IN_SHORT.fullmatch(inline.path):
            continue
        assert inline.text in printed or inline.text in whole, inline


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_is_typed_in_a_text_of_the_summary(language: str) -> None:
    part, _ = summary_of(example("tpe-boulangerie.yaml", language), language)
    for _, inline in inlines(part):
        if isinstance(inline, Text):
            assert not re.search(r"\d", re.sub(r"\bP[1-4]\b", "", inline.text)), inline


def answer(made: Draft, language: str, question: str) -> str:
    part, numbered = summary_of(made, language)
    return next(
        words(cells[1].content, numbered) for cells in rows(part) if words(cells[0].content, numbered) == question
    )


def test_a_client_without_backup_is_warned() -> None:
    deal = random_deal(1)
    deal["services"] = [{"code": "helpdesk"}]
    deal["meta"]["language"] = "fr"
    deal["scope"].pop("declined_services", None)
    said = answer(drafted(deal), "fr", "Sauvegarde")
    assert said.startswith("Aucune")
    assert "sans retour" in said


def test_the_recovery_promised_is_that_of_the_protection_tier() -> None:
    said = answer(example("pme-acme.yaml", "fr"), "fr", "Sauvegarde")
    assert said.startswith("ERP : 4 heures de données perdues au plus, reprise en 8 heures")
    assert "engagement" in said


def test_the_last_day_to_give_notice_is_that_of_the_contract() -> None:
    assert "au plus tard le 28 février 2029" in answer(example("pme-acme.yaml", "fr"), "fr", "À la fin")


@pytest.mark.parametrize(
    ("convenience", "said"),
    [
        ({"client": True, "provider": True}, "Vous ou le prestataire, sans motif"),
        ({"client": True, "provider": False}, "Vous, sans motif"),
        ({"client": False, "provider": True}, "Le prestataire, sans motif"),
        ({"client": False, "provider": False}, "Personne sans motif"),
    ],
)
def test_who_may_leave_without_a_reason(convenience: dict[str, bool], said: str) -> None:
    deal = random_deal(3)
    deal["meta"]["language"] = "fr"
    deal["parties"]["client"]["client_type"] = "company"
    deal["term"] = {"convenience": convenience}
    assert answer(drafted(deal), "fr", "Avant la fin").startswith(said)


@pytest.mark.parametrize("client_type", ["company", "public_body"])
@pytest.mark.parametrize("online", [True, False])
def test_the_right_to_switch_is_told_where_the_agreement_grants_it_and_has_no_waiting_time(
    client_type: str, online: bool
) -> None:
    deal = random_deal(3)
    deal["meta"]["language"] = "fr"
    deal["parties"]["client"]["client_type"] = client_type
    deal["term"] = {"convenience": {"client": True, "provider": False, "earliest_month": 12}}
    deal["reversibility"] = {"data_act_applicable": online}
    made = drafted(deal)
    parts = made.numbered["fr"].document.parts
    granted = {clause.anchor for part in parts for section in part.sections for clause in section.clauses}
    assert ("termination.switching" in granted) is online
    said = answer(made, "fr", "Avant la fin")
    assert bool(re.search("à tout moment,? (pour )?changer de fournisseur de services en ligne", said)) is online


@pytest.mark.parametrize(
    ("provider", "said"), [(True, "et, si c’est vous, 25 % du prix"), (False, "de préavis et 25 % du prix")]
)
def test_what_leaving_costs_is_told_of_the_client_alone_only_where_the_provider_may_leave_too(
    provider: bool, said: str
) -> None:
    deal = random_deal(3)
    deal["meta"]["language"] = "fr"
    deal["parties"]["client"]["client_type"] = "company"
    deal["term"] = {"convenience": {"client": True, "provider": provider, "fee_pct_remaining": 25}}
    assert said in answer(drafted(deal), "fr", "Avant la fin")


@pytest.mark.parametrize(
    ("language", "label", "right"), [("fr", "Règlement DORA", "sans indemnité"), ("en", "DORA", "without compensation")]
)
def test_a_financial_entity_is_told_its_own_rights_of_termination(language: str, label: str, right: str) -> None:
    bank = example("eti-banque-dora.yaml", language)
    told = [words(row[1].content, bank.numbered[language]) for row in rows(summary_of(bank, language)[0])
            if label in words(row[0].content, bank.numbered[language])]  # fmt: skip
    assert len(told) == 1
    assert right in told[0]
    acme = example("pme-acme.yaml", language)
    assert not any(
        label in words(row[0].content, acme.numbered[language]) for row in rows(summary_of(acme, language)[0])
    )


def test_a_non_professional_has_no_cap() -> None:
    deal = random_deal(3)
    deal["meta"]["language"] = "fr"
    deal["parties"]["client"]["client_type"] = "association"
    assert answer(drafted(deal), "fr", "Responsabilité").startswith("Aucun plafond")


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "néant", "none"),
        (1, "s1", "s1"),
        (3, "s1, s2 et s3", "s1, s2 and s3"),
        (4, "s1, s2 et 2 autres", "s1, s2 and 2 others"),
    ],
)
def test_a_list_in_short_counts_what_it_leaves_out(count: int, fr: str, en: str) -> None:
    entries = [{"fr": f"s{place}", "en": f"s{place}"} for place in range(1, count + 1)]
    assert shortened(entries, 2) == {"fr": fr, "en": en}


# ---- the page


def biggest_deal(language: str) -> dict[str, object]:
    """Everything that the page may have to say, and more of it than a page holds."""
    deal = random_deal(0)
    deal["meta"]["language"] = language
    deal["context"].update(segment="tpe", signature_mode="client_premises", it_is_main_activity=False)
    deal["context"].update(sector="finance", regimes=["dora"])
    deal["annexes"] = {"dora": {"critical_function": False}}
    client = deal["parties"]["client"]
    client.update(
        legal_name="Compagnie internationale " * 4 + "SAS", client_type="company", headcount=3, siren="732829320"
    )
    kept = [code for code in SERVICES if code not in ("identity_mfa", "backup_saas")]
    deal["services"] = [{"code": "helpdesk"}, *({"code": code} for code in kept)]
    deal["scope"]["users"] = {"named": 61000, "shared": 4200, "seasonal": 9000, "vip": 4000}
    deal["scope"]["assets"] = dict.fromkeys(("workstations", "laptops", "servers_physical", "servers_virtual"), 31000)
    deal["scope"]["declined_services"] = [{"service": code} for code in ("identity_mfa", "backup_saas")]
    deal["bcdr"] = {
        "tiers": [
            {
                "name": f"Niveau {place}",
                "workloads": ["srv"],
                "backup_every_h": 4,
                "rpo_h": 4,
                "rto_h": 8,
                "calendar_ref": "HO",
                "failover": "none",
            }
            for place in range(9)
        ]
    }
    deal["availability"] = [
        {"service": "hosting_iaas", "target_pct": 99.5, "measured_at": {"fr": "la sonde", "en": "the probe"}}
    ]
    deal["billing"] = {
        "deposit_months": 1,
        "payment_days": 45,
        "payment_basis": "end_of_month",
        "payment_method": "sepa",
    }
    deal["pricing"]["indexation"] = {"index": "insee_it_services", "base_month": "2026-03"}
    deal["pricing"]["vendor_pass_through"] = {"enabled": True}
    deal["pricing"]["lines"].append(
        {"id": "o", "service": "helpdesk", "unit": "flat", "qty": 1, "unit_price": "900", "recurrence": "one_off"}
    )
    deal["sla"] = {"credits": {"enabled": True}}
    deal["term"] = {
        "renewal": "tacit",
        "initial_months": 36,
        "renewal_months": 12,
        "notice_months": 3,
        "convenience": {"client": True, "provider": True, "earliest_month": 12, "fee_pct_remaining": 25},
    }
    deal["onboarding"] = {"fee_treatment": "amortised"}
    return with_soc(deal)


@cache
def summaries(*, every: bool) -> dict[str, bytes]:
    """The Word file of the summary of examples, of random deals and of the biggest one, in both languages.

    The biggest one is written in the looks of every provider as well.
    """
    files = {}
    bases = {base.parent.name: house_at(base)[0] for base in sorted(CONTRACTS.glob("*/base.docx"))}
    for language in LANGUAGES:
        made = {name.removesuffix(".yaml"): example(name, language) for name in summarised(every)}
        for seed in range(10 if every else 2):
            deal = random_deal(seed)
            deal["meta"]["language"] = language
            made[f"random-{seed}"] = drafted(deal)
        made["biggest"] = drafted(biggest_deal(language))
        for name, drafts in made.items():
            files[f"{name}-{language}"] = docx.write(drafts.numbered[language], ["D00"])
        for provider, house in bases.items():
            content = docx.write(made["biggest"].numbered[language], ["D00"], house=house)
            files[f"biggest-{provider}-{language}"] = content
    return files


def summarised(every: bool) -> list[str]:
    return [name for name in WITH_SUMMARY if every or name.removesuffix(".yaml") in UNLIKE]


def test_the_summary_has_one_page_whatever_the_deal(office: Office, nightly: bool) -> None:
    pages = {}
    for name, content in office.converted(summaries(every=nightly), "pdf").items():
        with pikepdf.open(BytesIO(content)) as file:
            pages[name] = len(file.pages)
    assert {f"{name.removesuffix('.yaml')}-{language}" for name in summarised(nightly) for language in LANGUAGES} < set(
        pages
    )
    assert {name: count for name, count in pages.items() if count != 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_biggest_deal_fills_every_row(language: str) -> None:
    made = drafted(biggest_deal(language))
    assert [finding.message for finding in made.report.diagnostics if finding.is_error and finding.code != "rule"] == []
    part, numbered = summary_of(made, language)
    assert len(rows(part)) == 31
    assert ("autres" if language == "fr" else "others") in answer(
        made, language, words(rows(part)[7][0].content, numbered)
    )


def test_the_print_of_the_summary_is_not_made_smaller_to_fit() -> None:
    with ZipFile(BytesIO(summaries(every=False)["biggest-fr"])) as file:
        text = file.read("word/document.xml").decode()
    assert names.CELL in text
    assert names.CELL_SMALL not in text
    assert names.CELL_HEADER_SMALL not in text


# ---- its form


def test_the_word_file_heads_each_table_with_the_title_of_its_section() -> None:
    part, numbered = summary_of(example("pme-acme.yaml", "fr"), "fr")
    printed = [paragraph.text for paragraph in paragraphs(docx.write(numbered, ["D00"]))]
    for section in part.sections:
        title = text_of(section.title)
        assert printed.count(title) == 1
        (table,) = (block for block in section.clauses[0].blocks if isinstance(block, Table))
        assert printed[printed.index(title) + 1] == text_of(table.header[1].content)
        for row in table.rows:
            assert words(row[1].content, numbered) in [" ".join(line.split()) for line in printed]


def test_in_a_bound_file_the_cover_of_the_contract_follows_the_summary(office: Office) -> None:
    _, numbered = summary_of(example("tpe-boulangerie.yaml", "fr"), "fr")
    pages = office.converted({"bound": docx.write(numbered, ["D00", "D02"])}, "pdf")["bound"]
    alone = office.converted({"order": docx.write(numbered, ["D02"])}, "pdf")["order"]
    with pikepdf.open(BytesIO(pages)) as both, pikepdf.open(BytesIO(alone)) as order:
        assert len(both.pages) == 1 + len(order.pages)


def test_a_part_without_numbers_is_named_by_what_refers_into_it() -> None:
    item = Item("s.l1.1", (Text("un point"),))
    blocks = (PlainParagraph((Text("Un texte."),)), ItemList((item,)))
    clause = Clause("s", "s", (Text("Un titre"),), False, blocks, "0" * 12, "s.md")
    summary = Part("D00", "summary", "Synthèse", "Synthèse", (), False, (Section("D00.a", (Text("A"),), (clause,)),))
    annex = Part("D03", "annex", "Niveaux", "Niveaux", (), False, (Section("D03.a", (Text("B"),), ()),))
    properties = Properties("t", "a", "s", "r", "2026-01-01T00:00:00Z", "", "f")
    numbered, found = number(Document("fr", properties, (summary, annex)))
    assert found == ()
    assert numbered is not None
    named = Label("", "Synthèse", "", 0, "D00")
    assert [numbered.labels[anchor] for anchor in ("D00", "D00.a", "s")] == [named] * 3
    assert numbered.labels["s.l1.1"].marker == "(a)"
    assert numbered.labels["D03"].number == "A"
    assert "## Synthèse" in markdown.write(numbered).decode()
    assert "### A\n" in markdown.write(numbered).decode()
    assert "<h2" in html.write(numbered).decode()
    assert any(paragraph.text == "Un texte." for paragraph in paragraphs(docx.write(numbered, ["D00"])))
