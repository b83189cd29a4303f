"""The templates that other engines are timed with say what Clausier says, in placeholders and conditions of theirs."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from bench.clausier_way import bound, drafted
from bench.template import MAIN, W, templates, values, words
from generator import Draft

DEAL = Path(__file__).resolve().parent.parent / "contracts" / "tpe-boulangerie.yaml"
# Of each template: a value, what opens a part under a condition, and what closes it.
SYNTAXES = {
    "full": (r"\{\{ (v\d+) \}\}", r"\{%p if (c\d+) %\}", r"\{%p endif %\}"),
    "docxtemplater": (r"\{(v\d+)\}", r"\{#(c\d+)\}", r"\{/(c\d+)\}"),
    "carbone": (r"\{d\.(v\d+)\}", r"\{d\.(c\d+):ifEQ\(true\):showBegin\}", r"\{d\.(c\d+):showEnd\}"),
}


@pytest.fixture(scope="module")
def made() -> Draft:
    return drafted(DEAL)


@pytest.fixture(scope="module")
def written(made: Draft) -> dict[str, bytes]:
    return templates(made)[0]


def paragraphs(template: bytes) -> list[str]:
    with ZipFile(BytesIO(template)) as package:
        body = etree.fromstring(package.read(MAIN))
    return ["".join(text.text or "" for text in p.iter(f"{W}t")) for p in body.iter(f"{W}p")]


@pytest.mark.parametrize("kind", SYNTAXES)
def test_a_template_that_is_filled_says_what_clausier_wrote(kind: str, made: Draft, written: dict[str, bytes]) -> None:
    value, *conditions = SYNTAXES[kind]
    texts = values(made)
    kept = [text for text in paragraphs(written[kind]) if not any(re.fullmatch(one, text) for one in conditions)]
    filled = [re.sub(value, lambda found: texts[found[1]], text) for text in kept]
    assert " ".join(filled).split() == words(bound(made))


@pytest.mark.parametrize("kind", SYNTAXES)
def test_a_value_that_the_contract_prints_is_a_placeholder(kind: str, made: Draft, written: dict[str, bytes]) -> None:
    found = re.findall(SYNTAXES[kind][0], " ".join(paragraphs(written[kind])))
    # The names of the provider and the client come first in the tree, for the properties of the file.
    assert set(values(made)) - set(found) == {"v0", "v1"}
    assert len(found) > 500


@pytest.mark.parametrize("kind", SYNTAXES)
def test_every_condition_opens_and_closes_once_in_paragraphs_of_its_own(kind: str, written: dict[str, bytes]) -> None:
    _, opening, closing = SYNTAXES[kind]
    opened: list[str] = []
    closed: list[str] = []
    for text in paragraphs(written[kind]):
        if begin := re.fullmatch(opening, text):
            assert len(opened) == len(closed)
            opened.append(begin[1])
        elif end := re.fullmatch(closing, text):
            # docxtpl names what it closes no more.
            closed += end.groups() or opened[-1:]
    assert opened == closed == [f"c{number}" for number in range(len(opened))]
    assert len(opened) > 100
