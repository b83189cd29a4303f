"""The templates of a pack for its peers: a placeholder for each value, a condition around each conditional clause.

They are the bound pack as Clausier writes it. That is kind to the peers: the clauses that the deal does not select are
not in the templates, and nothing is read, merged, checked, derived, selected or numbered before a peer starts.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from generator import Draft
from generator.document.nodes import Numbered, Value
from generator.ooxml.names import clause_tag
from generator.writers import docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "word/document.xml"


@dataclass(frozen=True)
class Syntax:
    """How an engine writes the placeholder of a value, and what opens and closes the part under a condition."""

    value: str
    opening: str
    closing: str


DOCXTPL = Syntax("{{ NAME }}", "{%p if NAME %}", "{%p endif %}")
NODE = {
    "docxtemplater": Syntax("{NAME}", "{#NAME}", "{/NAME}"),
    "carbone": Syntax("{d.NAME}", "{d.NAME:ifEQ(true):showBegin}", "{d.NAME:showEnd}"),
}

# A modest template: what a person would have made by hand out of a finished contract.
FEW_VALUES = 100
FEW_CONDITIONS = 10


def templates(made: Draft) -> tuple[dict[str, bytes], list[str]]:
    """The templates of a draft, ``full`` and ``few`` for docxtpl and one of each other engine; names of conditions.

    Only ``few`` has fewer placeholders and conditions than there are.
    """
    assert made.plan is not None and made.deal is not None
    client = made.deal.values["parties"]["client"]["legal_name"]
    conditional = {clause.id for clause in made.plan.clauses() if clause.when is not None}
    written = {}
    for kind, syntax in {"full": DOCXTPL, **NODE}.items():
        tree, texts = with_placeholders(tree_of(made), syntax)
        written[kind], names = with_conditions(docx.write(tree, None, house=made.house), tree, conditional, syntax)
    # The client changes from deal to deal, so that its name is a placeholder in every template.
    renamed = {name for name, text in texts.items() if client in text}
    rest = [name for name in texts if name not in renamed]
    kept = renamed | set(rest[: max(0, FEW_VALUES - len(renamed))])
    tree, _ = with_placeholders(tree_of(made), DOCXTPL, kept)
    few = docx.write(tree, None, house=made.house)
    written["few"], _ = with_conditions(few, tree, conditional, DOCXTPL, FEW_CONDITIONS)
    return written, names


def values(made: Draft) -> dict[str, str]:
    """The printed values of a draft under the names of the placeholders."""
    return with_placeholders(tree_of(made), DOCXTPL)[1]


def tree_of(made: Draft) -> Numbered:
    return next(iter(made.numbered.values()))


def with_placeholders(tree: Numbered, syntax: Syntax, kept: set[str] | None = None) -> tuple[Numbered, dict[str, str]]:
    """The same tree in which every value, or every value ``kept``, is a placeholder, and the texts of all values."""
    texts: dict[str, str] = {}

    def replaced(node: Any) -> Any:
        match node:
            case Value(text, path, kind):
                name = f"v{len(texts)}"
                texts[name] = text
                placeholder = syntax.value.replace("NAME", name)
                return Value(placeholder, path, kind) if kept is None or name in kept else node
            case tuple():
                return tuple(replaced(item) for item in node)
            case _ if dataclasses.is_dataclass(node) and not isinstance(node, type):
                names = [field.name for field in dataclasses.fields(node)]
                return dataclasses.replace(node, **{name: replaced(getattr(node, name)) for name in names})
            case _:
                return node

    return Numbered(replaced(tree.document), tree.labels), texts


def with_conditions(
    content: bytes, tree: Numbered, conditional: set[str], syntax: Syntax, most: int | None = None
) -> tuple[bytes, list[str]]:
    """The same file with a condition around the control of each of these clauses, or of the first ones."""
    clauses = [clause for part in tree.document.parts for section in part.sections for clause in section.clauses]
    tags = {clause_tag(clause.id, clause.digest) for clause in clauses if clause.id in conditional}
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = etree.fromstring(parts[MAIN])
    names: list[str] = []
    for control in list(body.iter(f"{W}sdt")):
        tag = control.find(f"{W}sdtPr/{W}tag")
        if tag is not None and tag.get(f"{W}val") in tags and len(names) != most:
            names.append(f"c{len(names)}")
            control.addprevious(instruction(syntax.opening.replace("NAME", names[-1])))
            control.addnext(instruction(syntax.closing.replace("NAME", names[-1])))
    parts[MAIN] = etree.tostring(body, xml_declaration=True, encoding="UTF-8", standalone=True)
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return written.getvalue(), names


def instruction(text: str) -> etree._Element:
    paragraph = etree.Element(f"{W}p")
    etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = text
    return paragraph


def words(content: bytes) -> list[str]:
    """The words of the body of a Word file."""
    with ZipFile(BytesIO(content)) as package:
        body = etree.fromstring(package.read(MAIN))
    paragraphs = ("".join(text.text or "" for text in p.iter(f"{W}t")) for p in body.iter(f"{W}p"))
    return " ".join(paragraphs).split()
