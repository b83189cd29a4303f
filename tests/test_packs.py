"""Every example deal becomes a pack that Word opens, that says what the tree says, and that has no blank."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from openxml_audit import OpenXmlValidator

from generator import Options, build, draft
from generator.document.nodes import Notice, Table, Value
from generator.document.walk import inlines, text_of
from generator.outputs import Form, outputs
from generator.pipeline import Draft, draft_text
from generator.readers.docx import paragraphs
from generator.source import read_yaml
from generator.writers import html, markdown
from tests.deals import CONTRACTS, drafted, random_deal, spread

NAMES = sorted(path.name for path in CONTRACTS.glob("*.yaml") if "erreurs" not in path.name)
EXAMPLES = spread(NAMES)
AUDITED = [*((name, True) for name in NAMES), ("pme-acme.yaml", False)]
EACH_RUN = (("tpe-boulangerie.yaml", True), ("eti-banque-dora.yaml", True), ("pme-acme.yaml", False))
HOSTILE = "Dupont & Fils <SARL> {{7*7}} *x* [y](z)"


@cache
def example(name: str, language: str = "") -> Draft:
    return draft(CONTRACTS / name, Options(language=language))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_makes_a_contract_in_its_own_language(name: str) -> None:
    made = example(name)
    assert [d.message for d in made.report.diagnostics if d.is_error] == []
    assert made.complete


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_example_makes_a_contract_in_both_languages(name: str, language: str) -> None:
    assert example(name, language).complete


@pytest.mark.parametrize("name", EXAMPLES)
def test_both_languages_hold_the_same_clauses_and_values(name: str) -> None:
    french, english = example(name, "fr").numbered["fr"].document, example(name, "en").numbered["en"].document

    def shape(document: object) -> list[tuple[str, str]]:
        return [
            (clause.id, ",".join(type(block).__name__ for block in clause.blocks))
            for part in document.parts  # type: ignore[attr-defined]
            for section in part.sections
            for clause in section.clauses
        ]

    assert shape(french) == shape(english)
    for one, two in zip(french.parts, english.parts, strict=True):
        paths = [sorted(i.path for _, i in inlines(part) if isinstance(i, Value) and i.path) for part in (one, two)]
        assert paths[0] == paths[1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_printed_text_is_blank_or_a_placeholder(name: str) -> None:
    made = example(name)
    for numbered in made.numbered.values():
        for part in numbered.document.parts:
            # Where documents are set closely, an annex has the titles of its clauses and no other.
            headless = part.kind == "annex" and numbered.document.set_closely
            for section in part.sections:
                assert bool(text_of(section.title).strip()) is not headless, section.anchor
                for clause in section.clauses:
                    assert not headless or text_of(clause.title).strip(), clause.id
                    for block in clause.blocks:
                        if isinstance(block, Table):
                            assert block.rows
                        elif not isinstance(block, Notice) and hasattr(block, "content"):
                            assert text_of(block.content).strip(), clause.id
            for _, inline in inlines(part):
                assert not re.search(
                    r"\bTODO\b|\{\{|\}\}|\{%|Undefined|Decimal\(|\bnull\b|_{4}", text_of([inline], numbered)
                )


@pytest.mark.parametrize(("name", "bound"), spread(AUDITED, EACH_RUN))
def test_every_word_file_of_an_example_satisfies_the_audit(name: str, bound: bool, tmp_path: Path) -> None:
    for output in outputs(example(name), Form(bound=bound)):
        if output.name.endswith(".docx"):
            path = tmp_path / output.name
            path.write_bytes(output.content)
            assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_word_file_says_what_the_tree_says(name: str) -> None:
    made = example(name)
    (output,) = (o for o in outputs(made, Form(bound=True)) if o.name.endswith(".docx"))
    printed = " ".join(" ".join(p.text for p in paragraphs(output.content)).split())
    (numbered,) = made.numbered.values()
    for part in numbered.document.parts:
        for section in part.sections:
            for clause in section.clauses:
                for block in clause.blocks:
                    if hasattr(block, "content"):
                        wanted = " ".join(text_of(block.content, numbered).split())
                        assert wanted in printed, (clause.id, wanted)


@pytest.mark.parametrize("name", spread(NAMES, ("tpe-boulangerie", "pme-acme", "eti-banque-dora")))
def test_two_builds_give_the_same_bytes(name: str) -> None:
    first = outputs(draft(CONTRACTS / name), Form(("docx", "md", "html", "json")))
    second = outputs(draft(CONTRACTS / name), Form(("docx", "md", "html", "json")))
    assert [(o.name, o.content) for o in first] == [(o.name, o.content) for o in second]


def test_a_hostile_client_name_is_printed_as_it_is_written() -> None:
    text = (CONTRACTS / "pme-acme.yaml").read_text("utf-8").replace('"ACME SAS"', f'"{HOSTILE}"')
    made = draft_text("hostile.yaml", text, CONTRACTS)
    (numbered,) = made.numbered.values()
    (word,) = (o for o in outputs(made, Form(bound=True)) if o.name.endswith(".docx"))
    assert any(HOSTILE in paragraph.text for paragraph in paragraphs(word.content))
    assert "Dupont &amp; Fils &lt;SARL&gt; {{7*7}} *x* [y](z)" in html.write(numbered).decode()
    page = MarkdownIt("commonmark").enable("table").render(markdown.write(numbered).decode())
    assert "Dupont &amp; Fils &lt;SARL&gt; {{7*7}} *x* [y](z)" in page


@pytest.mark.parametrize("seed", spread(range(60), range(20)))
def test_a_deal_that_the_schema_accepts_fails_by_rules_only(seed: int) -> None:
    """Whatever is drawn, each place has its clause, no text reads what is not there, and no reference dangles."""
    made = drafted(random_deal(seed))
    assert made.deal is not None
    assert [d for d in made.report.diagnostics if d.is_error and d.code != "rule"] == []
    assert made.plan is not None


def test_what_goes_wrong_after_the_error_of_a_rule_is_not_told() -> None:
    """The sheet of the SOC prints hours that a rule asks for: the rule is what the author must read."""
    deal = random_deal(1)
    deal["services"] = [{"code": "helpdesk"}, {"code": "mdr_soc"}]
    deal.pop("security", None)
    errors = [finding for finding in drafted(deal).report.diagnostics if finding.is_error]
    assert "R120" in {finding.rule for finding in errors}
    assert {finding.code for finding in errors} == {"rule"}


def test_the_resolved_deal_is_yaml_and_names_the_origin_of_each_value() -> None:
    made = example("pme-acme.yaml")
    (output,) = (o for o in outputs(made, Form(())) if o.name == "resolved.yaml")
    text = output.content.decode()
    source, found = read_yaml("resolved.yaml", text, max_bytes=1 << 20)
    assert found == ()
    assert source is not None
    assert source.value["facts"]["mrr"] == "2936.00"
    line = next(line for line in text.split("\n") if line.strip().startswith("payment_days:"))
    assert line.strip().startswith("payment_days: 30  # segment clauses/base/profiles/pme.yaml:")


def test_nothing_is_written_from_a_deal_with_an_error(tmp_path: Path) -> None:
    result = build(CONTRACTS / "pme-dix-erreurs.yaml", tmp_path)
    assert result.files == ()
    assert list(tmp_path.iterdir()) == []


def test_the_json_format_is_json() -> None:
    for output in outputs(example("tpe-boulangerie.yaml"), Form(("json",))):
        if output.name.endswith(".fr.json"):
            assert json.loads(output.content)["document"]["language"] == "fr"
