"""What a text or a condition reads and refers to is there, clause by clause: each case is a clause, ‹marked› where the
proof must fail; without a mark all of it is proven."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from generator.cli.findings import as_text
from generator.library.load import load_library
from generator.prove import prove
from generator.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "tests" / "bad" / "_library"
MARKS = re.compile("[‹›]")

Prove = Callable[[Mapping[str, str]], list[str]]
"""Proves the smallest library with these files over it: the kind of each finding and the marked words at its place."""


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schemas, with three services that deals may name."""
    folder = tmp_path_factory.mktemp("prove") / "schemas"
    shutil.copytree(ROOT / "schemas", folder)
    schema = json.loads((folder / "deal.schema.json").read_text("utf-8"))
    schema["$defs"]["service_code"]["enum"] = ["helpdesk", "monitoring", "patching"]
    (folder / "deal.schema.json").write_text(json.dumps(schema), "utf-8")
    return folder


@pytest.fixture
def proof(schemas: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prove:
    def run(files: Mapping[str, str]) -> list[str]:
        monkeypatch.chdir(tmp_path)
        clauses = Path("clauses")
        shutil.copytree(LIBRARY, clauses)
        marked: dict[str, str] = {}
        for name, text in files.items():
            (clauses / name).parent.mkdir(parents=True, exist_ok=True)
            (clauses / name).write_text(MARKS.sub("", text), "utf-8")
            marked |= {f"{clauses / name}:{place}": words for place, words in _marked(text).items()}
        library, found = load_library(Workspace(clauses, schemas), frozenset())
        assert library is not None, "\n".join(as_text(finding) for finding in found)
        findings = []
        for finding in prove(library).findings:
            span = finding.span
            assert span is not None, finding
            assert marked.pop(str(span), "") == span.source_line[span.column - 1 : span.end_column - 1], as_text(
                finding
            )
            findings.append(f"{finding.code}: {span.source_line[span.column - 1 : span.end_column - 1]}")
        assert marked == {}, "nothing is found here"
        return sorted(findings)

    return run


def _marked(text: str) -> dict[str, str]:
    """The marked words of a text by line and column, as they are without the marks."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        for before, match in enumerate(re.finditer("‹(.*?)›", line)):
            found[f"{number}:{match.start() + 1 - 2 * before}"] = match[1]
    return found


OUTLINE = """id: D01
kind: agreement
title: {{fr: Contrat, en: Agreement}}
name: {{fr: Contrat, en: Agreement}}
precedence: 60
position: 20
{document}sections:
  - id: liability
    title: {title}
{section}    slots:
{slots}"""


def outline(*slots: str, document: str = "", section: str = "", title: str = "Title") -> str:
    """An agreement of one section with these slots, which take any number of clauses."""
    return OUTLINE.format(
        document=f"when: {document}\n" if document else "",
        section=f"    when: {section}\n" if section else "",
        title=f'{{fr: Titre, en: "{title}"}}',
        slots="".join(f"      - {{slot: {slot}, policy: any}}\n" for slot in slots or ("liability.cap",)),
    )


def clause(text: str = "Text.", when: str = "", front: str = "slot: liability.cap") -> str:
    """A clause with a text, the same in both languages, and a condition of one's own."""
    condition = f"when: {when}\n" if when else ""
    source = 'sources:\n  - {cite: "contract-pack", checked: 2026-11-21}\n'
    return f"---\n{front}\n{condition}{source}---\n\n# fr: Plafond\n\n{text}\n\n# en: Cap\n\n{text}\n"


def every(kind: str, files: Mapping[str, str]) -> list[str]:
    """A finding of this kind for each mark of the files."""
    return sorted(f"{kind}: {words}" for text in files.values() for words in _marked(text).values())


CAP = "base/liability/cap.md"
OTHER = "base/liability/other.md"
D01 = "outlines/D01.yaml"

# ---- the condition of a clause, and its text where it stands

CONDITIONS = [
    "context.previous_provider is defined and context.previous_provider.name == 'x'",
    "meta.signature_date is not defined or meta.signature_date >= '2026-01-01'",
    "not (meta.signature_date is not defined) and meta.signature_date >= '2026-01-01'",
    "not (meta.signature_date is not defined or meta.signature_date < '2026-01-01')",
    "parties.client.headcount | default(1) > 2",
    "context.co_managed and parties.client.headcount is defined and parties.client.headcount > 1",
    "parties.client.headcount is defined and (context.co_managed or parties.client.headcount > 1)",
    "(parties.client.headcount is defined and context.co_managed or parties.client.headcount is defined) "
    "and parties.client.headcount > 1",
    "services | any(start_date is defined)",
    "('helpdesk' in services) and services['helpdesk'].code == 'helpdesk'",
    "term.renewal != 'tacit' or term.renewal_months > 6",
    "‹meta.signature_date is defined or meta.signature_date >= '2026-01-01'›",
    "‹context.co_managed or meta.signature_date >= '2026-01-01'›",
    "‹parties.client.headcount > 10 or context.co_managed›",
    "‹parties.client.headcount > 10 and parties.client.headcount is defined›",
    "‹(parties.client.headcount is defined or context.co_managed) and parties.client.headcount > 1›",
    "‹context.internal_it_fte | default(parties.client.headcount) > 1›",
    "‹('monitoring' in services) and services['helpdesk'].code == 'helpdesk'›",
    "‹term.renewal == 'tacit' or term.renewal_months > 6›",
]
TEXTS = [
    ("", "{{ meta.effective_date }}"),
    ("meta.signature_date is defined", "{{ meta.signature_date }}"),
    ("meta.signature_date is not defined", "{{ meta.document_date | default('none') }}"),
    ("", "{% if meta.signature_date is not defined %}none{% else %}{{ meta.signature_date }}{% endif %}"),
    ("('helpdesk' in services)", "{{ services['helpdesk'].code | label }}"),
    ("", "- x\n{% for line in services if line.start_date is defined %}\n- {{ line.start_date }}\n{% endfor %}"),
    ("context.previous_provider is defined", "{{ context.previous_provider.name | default('someone') }}"),
    ("term.renewal == 'tacit'", "{{ term.renewal_months | months }}"),
    ("", "{{ ‹meta.signature_date› }}"),
    ("meta.signature_date is not defined", "{{ ‹meta.signature_date› }}"),
    ("meta.signature_date is defined or context.co_managed", "{{ ‹meta.signature_date› }}"),
    ("", "{% if meta.signature_date is defined %}x{% else %}{{ ‹meta.signature_date› }}{% endif %}"),
    ("('monitoring' in services)", "{{ ‹services['helpdesk'].code› | label }}"),
    ("", "- x\n{% for line in services %}\n- {{ ‹line.start_date› }}\n{% endfor %}"),
    ("term.renewal == 'express'", "{{ ‹term.renewal_months› | months }}"),
    ("", "{% if ‹parties.client.headcount› > 2 %}x{% else %}y{% endif %}"),
]
# The least initial term is a month, the least headcount nobody.
NUMBERS = [
    "{{ term.initial_months | months }}",
    "{{ term.initial_months | ordinal }}",
    "{{ (term.initial_months - 1) | months }}",
    "{{ (‹term.initial_months› - 2) | months }}",
    "{% if term.initial_months >= 2 %}{{ (term.initial_months - 2) | months }}{% else %}x{% endif %}",
    "{% if term.initial_months >= 2 %}{{ (‹term.initial_months› - 2) | ordinal }}{% else %}x{% endif %}",
    "{{ (‹term.initial_months - term.notice_months›) | months }}",
    "{{ term.initial_months - 200 }}",
    "- x\n{% for phase in onboarding.phases %}\n- {{ (‹phase.end_week› - 3) | times }}\n{% endfor %}",
    "{% if parties.client.headcount is defined %}{{ ‹parties.client.headcount› | ordinal }}{% else %}x{% endif %}",
    "{% if parties.client.headcount is defined %}{{ parties.client.headcount | times }}{% else %}x{% endif %}",
    "{{ ‹parties.client.headcount› | default('none') | ordinal }}",
]


@pytest.mark.parametrize("when", CONDITIONS)
def test_a_condition_reads_only_what_is_there(when: str, proof: Prove) -> None:
    files = {D01: outline(), CAP: clause(when=when)}
    assert proof(files) == every("undefined-condition", files)


@pytest.mark.parametrize("text", NUMBERS)
def test_a_text_prints_only_numbers_that_its_filter_takes(text: str, proof: Prove) -> None:
    files = {D01: outline(), CAP: clause(text)}
    assert proof(files) == every("unprintable-value", files)


@pytest.mark.parametrize(("when", "text"), TEXTS)
def test_a_text_reads_only_what_is_there(when: str, text: str, proof: Prove) -> None:
    files = {D01: outline(), CAP: clause(text, when)}
    assert proof(files) == every("undefined-value", files)


# ---- what stands around a clause

RULES = """
facts:
  - id: fresh
    type: boolean
    cases:
      - {{when: {case}, value: true}}
    default: false
    describes: {{fr: Date, en: Date}}
rules:
  - {{id: R1, severity: {severity}, when: {when}, assert: {asserted}, message: {{fr: Date, en: "{message}"}}}}
obligations:
  - {{id: O1, when: {duty}, include: [liability.cap], fact: CC-1170}}
approvals:
  - {{id: A1, role: legal, when: {approval}, at: meta.signature_date, reason: {{fr: Date, en: "{reason}"}}}}
"""


def rules(
    case: str = "context.co_managed",
    severity: str = "warning",
    when: str = "context.co_managed",
    asserted: str = "context.segment == 'tpe'",
    message: str = "Date",
    duty: str = "context.co_managed",
    approval: str = "context.co_managed",
    reason: str = "Date",
) -> dict[str, str]:
    """A fact, a rule, an obligation and an approval, one of them with a condition or a text of one's own."""
    return {"base/rules.yaml": RULES.format_map(locals())}


SIGNED = "meta.signature_date is defined"
LATE = "meta.signature_date >= '2026-01-01'"
PRINTED = "On {{ meta.signature_date }}."
BARE = "On {{ ‹meta.signature_date› }}."
GLOSSARY = """terms:
  - id: provider
    fr: {term: Prestataire, forms: [], definition: "La société qui fournit les services."}
    en: {term: Provider, forms: [], definition: "The company that supplies the services."}
  - id: ‹client›
    fr: {term: Client, forms: [], definition: "La personne que sert le Prestataire."}
    en: {term: Client, forms: [], definition: "Whom the Provider serves from {{ %s }}."}
"""

PROVEN = {
    "the document has the condition": {D01: outline(document=SIGNED), CAP: clause(PRINTED, LATE)},
    "the section has it": {D01: outline(section=SIGNED, title=PRINTED), CAP: clause(PRINTED, LATE)},
    "the slot applies under it": {D01: outline(f"liability.cap, applies: {SIGNED}"), CAP: clause(PRINTED)},
    "the layer has it": {
        D01: outline(),
        "FR/layer.yaml": f"id: FR\nname: {{fr: France, en: France}}\nrank: 10\nwhen: {SIGNED}\n",
        "FR/cap.md": clause(PRINTED, LATE),
    },
    "an error rule asks for the field": {
        D01: outline(),
        CAP: clause(PRINTED),
        **rules(severity="error", asserted=SIGNED, when="context.segment != 'gc' or context.segment == 'gc'"),
    },
    "a fact by cases has asked": {
        D01: outline(),
        CAP: clause(PRINTED, "facts.fresh"),
        **rules(case=SIGNED, duty="facts.fresh"),
    },
    "the rule speaks of a deal without it": {
        **rules(when=SIGNED, asserted="meta.signature_date < '2026-01-01'", message="On {{ meta.signature_date }}"),
    },
    "the approval has asked": rules(approval=SIGNED, reason="On {{ meta.signature_date }}"),
    "an exception takes the other deals": {
        D01: outline(),
        CAP: clause(PRINTED),
        OTHER: clause("Other.", f"not ({SIGNED})", "slot: liability.cap\nexception_to: liability.cap"),
    },
}
REFUTED = {
    "the section has the opposite condition": (
        "undefined-value",
        {D01: outline(section="meta.signature_date is not defined"), CAP: clause(BARE)},
    ),
    "the document asks": ("undefined-condition", {D01: outline(document=f"‹{LATE}›")}),
    "the section asks": ("undefined-condition", {D01: outline(section=f"‹{LATE}›")}),
    "the slot applies, and the condition is asked before": (
        "undefined-condition",
        {D01: outline(f"liability.cap, applies: {SIGNED}"), CAP: clause(PRINTED, f"‹{LATE}›")},
    ),
    "the slot asks": ("undefined-condition", {D01: outline(f"liability.cap, applies: ‹{LATE}›")}),
    "a warning asks for the field": (
        "undefined-value",
        {D01: outline(), CAP: clause(BARE), **rules(asserted=SIGNED)},
    ),
    "a case of a fact asks": ("undefined-condition", rules(case=f"‹{LATE}›")),
    "a rule asks": ("undefined-condition", rules(when=f"‹{LATE}›")),
    "an obligation asks": ("undefined-condition", rules(duty=f"‹{LATE}›")),
    "an approval asks": ("undefined-condition", rules(approval=f"‹{LATE}›")),
    "a definition": ("undefined-value", {"glossary.yaml": GLOSSARY % "meta.signature_date"}),
    "an exception is asked where the general clause is": (
        "undefined-condition",
        {
            D01: outline(),
            OTHER: clause("Other.", f"‹{LATE}›", "slot: liability.cap\nexception_to: liability.cap"),
        },
    ),
}


@pytest.mark.parametrize("case", PROVEN)
def test_what_is_asked_around_a_text_guards_it(case: str, proof: Prove) -> None:
    assert proof(PROVEN[case]) == []


@pytest.mark.parametrize("case", REFUTED)
def test_what_is_asked_elsewhere_guards_nothing(case: str, proof: Prove) -> None:
    kind, files = REFUTED[case]
    assert proof(files) == every(kind, files) != []


# ---- references

SUPER_CAP = {"base/liability/super-cap.md": clause(front="slot: liability.super-cap")}
FOR_SOME = {D01: outline("liability.cap", "liability.super-cap, applies: context.segment != 'tpe'"), **SUPER_CAP}
UNDER = "[](#liability.super-cap)"
REFERENCES = {
    "to a slot for some deals": (FOR_SOME, clause("Under ‹[](#liability.super-cap)›.")),
    "under the condition of the slot": (FOR_SOME, clause(f"Under {UNDER}.", "context.segment in ['eti', 'gc']")),
    "in a branch with the condition of the slot": (
        FOR_SOME,
        clause(
            f"Text{{% if context.segment == 'pme' %}} under {UNDER}{{% endif %}}.",
            "context.segment not in ['eti', 'gc']",
        ),
    ),
    "in the other branch": (
        FOR_SOME,
        clause(f"Text{{% if context.segment == 'tpe' %}}{{% else %}} under {UNDER}{{% endif %}}."),
    ),
    "in the wrong branch": (
        FOR_SOME,
        clause("Text{% if context.segment == 'tpe' %} under ‹[](#liability.super-cap)›{% endif %}."),
    ),
    "to a slot that may stay empty": (
        {
            D01: outline("liability.cap", "liability.super-cap"),
            "base/liability/super-cap.md": clause("Text.", "context.co_managed", "slot: liability.super-cap"),
        },
        clause("Under ‹[](#liability.super-cap)›."),
    ),
    "to the document and the section that hold it": ({D01: outline()}, clause("See [](#D01) and [](#D01.liability).")),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_a_reference_leads_to_what_stands_in_the_same_contract(case: str, proof: Prove) -> None:
    others, text = REFERENCES[case]
    files = {**others, CAP: text}
    assert proof(files) == every("dangling-reference", files)


# ---- clauses that no deal can have

NOT_TPE = outline(section="context.segment != 'tpe'")
EXCEPTION = "slot: liability.cap\nexception_to: liability.cap"
ALIVE_OR_DEAD = {
    "a value of a list of names": {CAP: clause(when="context.segment in ['eti', 'gc']")},
    "two values at once": {CAP: clause(when="‹context.segment == 'tpe' and context.segment in ['eti', 'gc']›")},
    "a number between two bounds": {
        CAP: clause(when="liability.claim_period_months > 50 and liability.claim_period_months < 100")
    },
    "some entries, as many as another asks for": {
        CAP: clause(when="liability.claim_period_months > 50 and services | length < 3"),
        OTHER: clause(when="services | length >= 3 and liability.claim_period_months > 50"),
    },
    "more than one number and less than a smaller one": {
        CAP: clause(when="‹liability.claim_period_months > 100 and liability.claim_period_months < 50›")
    },
    "a number beyond what the schema allows": {CAP: clause(when="‹liability.claim_period_months > 120›")},
    "one date before and after another": {
        CAP: clause(when="‹meta.effective_date < '2026-01-01' and meta.effective_date >= '2027-01-01'›")
    },
    "the opposite of its section": {D01: NOT_TPE, CAP: clause(when="‹context.segment == 'tpe'›")},
    "the condition of its section": {D01: NOT_TPE, CAP: clause(when="context.segment == 'pme'")},
    "an exception for some": {CAP: clause(), OTHER: clause(when="context.co_managed", front=EXCEPTION)},
    "an exception that always takes its place": {
        CAP: clause(when="‹context.co_managed›"),
        OTHER: clause(when="context.co_managed or context.segment == 'tpe'", front=EXCEPTION),
    },
    "a fact by cases that never holds together": {
        CAP: clause(when="‹facts.fresh and context.segment == 'tpe'›"),
        OTHER: clause(),
        **rules(case="context.segment != 'tpe'"),
    },
}


@pytest.mark.parametrize("case", ALIVE_OR_DEAD)
def test_each_clause_is_in_the_contract_of_some_deal(case: str, proof: Prove) -> None:
    files = {D01: outline(), **ALIVE_OR_DEAD[case]}
    assert proof(files) == every("dead-clause", files)
