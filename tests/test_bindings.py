"""Values in content controls: tied to one part of custom XML, so that one change in Word reaches every place."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from office import Office, page_texts

from generator.document.nodes import Value
from generator.outputs import Form, outputs
from generator.pipeline import draft, draft_text
from generator.writers.docx.bindings import Bindings

CONTRACTS = Path(__file__).parent.parent / "contracts"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
V = "{urn:clausier:values}"
_STORY = re.compile(r"word/(document|header\d+|footer\d+)\.xml")
EXAMPLES = ["tpe-boulangerie.yaml", "pme-acme.yaml", "gc-grand-compte.yaml"]


@cache
def word_file(name: str) -> bytes:
    made = draft(CONTRACTS / name)
    return next(o.content for o in outputs(made, Form(bound=True)) if o.name.endswith(".docx"))


def values_part(package: ZipFile) -> tuple[str, etree._Element]:
    """The name of the part that holds the bound values, and its root."""
    for name in package.namelist():
        if name.startswith("customXml/item") and "Props" not in name:
            root = etree.fromstring(package.read(name))
            if root.tag == f"{V}values":
                return name, root
    raise AssertionError("no part holds bound values")


def controls(package: ZipFile) -> list[tuple[int, int, str, str]]:
    """Each bound control: its id, the place it is bound to, its tag, and the text it shows."""
    found = []
    for name in package.namelist():
        if _STORY.fullmatch(name) is None:
            continue
        for sdt in etree.fromstring(package.read(name)).iter(f"{W}sdt"):
            binding = sdt.find(f"{W}sdtPr/{W}dataBinding")
            if binding is not None:
                place = re.fullmatch(r"/v:values\[1\]/v:value\[(\d+)\]", str(binding.get(f"{W}xpath")))
                assert place is not None
                number = sdt.find(f"{W}sdtPr/{W}id")
                tag = sdt.find(f"{W}sdtPr/{W}tag")
                assert number is not None
                assert tag is not None
                shown = "".join(str(t.text) for t in sdt.iter(f"{W}t"))
                found.append((int(str(number.get(f"{W}val"))), int(place[1]), str(tag.get(f"{W}val")), shown))
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_control_shows_what_it_is_bound_to(name: str) -> None:
    with ZipFile(BytesIO(word_file(name))) as package:
        _, root = values_part(package)
        bound = controls(package)
    texts = [(str(value.get("path")), str(value.text)) for value in root]
    assert len(bound) > 20
    assert [(tag.partition(":")[2], shown) for _, _, tag, shown in bound] == [
        texts[place - 1] for _, place, _, _ in bound
    ]
    assert len({number for number, _, _, _ in bound}) == len(bound)
    # Nothing in the part that no control reads.
    assert {place for _, place, _, _ in bound} == set(range(1, len(texts) + 1))


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_printed_once_has_no_control_but_for_the_parties(name: str) -> None:
    with ZipFile(BytesIO(word_file(name))) as package:
        bound = controls(package)
    times = Counter(place for _, place, _, _ in bound)
    once = {tag for _, place, tag, _ in bound if times[place] == 1}
    assert all(tag.startswith("value:parties.") for tag in once), once


def test_a_client_renamed_once_is_renamed_everywhere(office: Office) -> None:
    content = word_file("tpe-boulangerie.yaml")
    with ZipFile(BytesIO(content)) as package:
        name, root = values_part(package)
        parts = {member: package.read(member) for member in package.namelist()}
    (node,) = (value for value in root if value.get("path") == "parties.client.legal_name")
    assert node.text == "Au Bon Levain"
    node.text = "Nouvelle Enseigne"
    parts[name] = etree.tostring(root)
    renamed = BytesIO()
    with ZipFile(renamed, "w") as package:
        for member, part in parts.items():
            package.writestr(member, part)
    pages = office.converted({"before": content, "after": renamed.getvalue()}, "pdf")
    before, after = (office.whole_pages(name) for name in pages)
    tag = b'"value:parties.client.legal_name"'
    named = {member: part.count(tag) for member, part in parts.items() if _STORY.fullmatch(member)}
    in_text = named.pop("word/document.xml")
    assert in_text > 1
    # The header and the footer stand on every page.
    on_each_page = sum(named.values())
    assert on_each_page == 2
    assert before.count("AuBonLevain") == in_text + on_each_page * len(page_texts(pages["before"]))
    assert (before.count("NouvelleEnseigne"), after.count("AuBonLevain")) == (0, 0)
    assert after.count("NouvelleEnseigne") == before.count("AuBonLevain")


def test_a_hostile_name_is_escaped_in_every_place() -> None:
    hostile = "D'Aub & Fils <SARL> {{7*7}} ]]> v:values[1]"
    text = (CONTRACTS / "tpe-boulangerie.yaml").read_text("utf-8").replace("Au Bon Levain", hostile)
    made = draft_text("hostile.yaml", text, CONTRACTS)
    content = next(o.content for o in outputs(made, Form(bound=True)) if o.name.endswith(".docx"))
    with ZipFile(BytesIO(content)) as package:
        _, root = values_part(package)
        shown = [text for _, _, tag, text in controls(package) if tag == "value:parties.client.legal_name"]
    names = [str(value.text) for value in root if value.get("path") == "parties.client.legal_name"]
    assert len(names) == 1
    assert set(shown) == set(names)
    assert "<SARL> {{7*7}} ]]>" in names[0]


def test_a_field_in_two_forms_is_tied_form_by_form() -> None:
    months = [Value("36 mois", "term.initial_months", "integer", True)] * 2
    words = [Value("trente-six mois", "term.initial_months", "integer", True)] * 2
    once = Value("3 mois", "term.notice_months", "integer", True)
    fact = [Value("12", "facts.months", "integer")] * 2
    lines = [Value("rue A\nColmar", "parties.client.address", "string", True)] * 2
    bindings = Bindings([*months, *words, once, *fact, *lines])
    assert [bindings.ties(value) for value in (months[0], words[0], once, fact[0], lines[0])] == [
        True,
        True,
        False,
        False,
        False,
    ]
    root = etree.fromstring(bindings.xml().encode())
    assert [(str(value.get("path")), value.text) for value in root] == [
        ("term.initial_months", "36 mois"),
        ("term.initial_months", "trente-six mois"),
    ]


def test_of_two_names_the_longer_is_found_first_in_a_text() -> None:
    names = [Value("Acme", "parties.provider.legal_name", "string", True),
             Value("Acme Est", "parties.client.legal_name", "string", True)]  # fmt: skip
    printed = Bindings([], names).runs("Acme – Acme Est")
    shown = re.findall(r'w:tag w:val="([^"]*)".*?<w:t>([^<]*)', printed)
    assert shown == [("value:parties.provider.legal_name", "Acme"), ("value:parties.client.legal_name", "Acme Est")]
