"""The same contract by docxtpl: a Word template with its placeholders and conditions, filled with the same values.

The template is the bound pack that Clausier wrote, with a placeholder for every value and a condition around every
clause that the library makes conditional. That is kind to docxtpl: clauses that this deal does not select are not in
the template, and nothing is read, merged, checked, derived, selected or numbered before it starts.
"""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from zipfile import ZipFile

from docxtpl import DocxTemplate
from lxml import etree

from generator import Draft, Options, draft
from generator.document.nodes import Numbered, Value
from generator.outputs import outputs
from generator.writers import docx

T = TypeVar("T")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "word/document.xml"
# Each round drafts another client, so that nothing made for one deal is of use to the next.
CLIENTS = [f"Établissements n° {n} & Fils" for n in range(1, 9)]


# ---- Clausier


@dataclass(frozen=True)
class Deals:
    """One deal with its client renamed, a file for each name."""

    paths: tuple[Path, ...]
    provider: Path

    @staticmethod
    def of(deal: Path, provider: Path, folder: Path) -> Deals:
        text = deal.read_text(encoding="utf-8")
        name = drafted(deal, provider).deal.values["parties"]["client"]["legal_name"]  # type: ignore[union-attr]
        if text.count(f'legal_name: "{name}"') != 1:
            raise SystemExit(f'{deal}: write the client as legal_name: "…", once')
        paths = []
        for number, client in enumerate(CLIENTS):
            path = folder / f"deal-{number}.yaml"
            path.write_text(text.replace(f'legal_name: "{name}"', f'legal_name: "{client}"'), encoding="utf-8")
            paths.append(path)
        return Deals(tuple(paths), provider)


def drafted(deal: Path, provider: Path) -> Draft:
    """Every stage of a deal, which must not have an error."""
    made = draft(deal, Options(provider=provider))
    if not made.complete:
        errors = [f"{finding.span}: {finding.message}" for finding in made.report.diagnostics if finding.is_error]
        raise SystemExit(f"{deal} has errors, and is not written:\n" + "\n".join(errors))
    return made


def bound(made: Draft) -> bytes:
    """The whole pack as one Word file."""
    return next(output.content for output in outputs(made, ("docx",), True) if output.name.endswith(".docx"))


# ---- docxtpl


@dataclass(frozen=True)
class Peer:
    """A template and what fills it, in the place of one draft."""

    template: bytes
    values: dict[str, str]
    conditions: dict[str, bool]

    @staticmethod
    def of(made: Draft) -> Peer:
        numbered = next(iter(made.numbered.values()))
        values: dict[str, str] = {}
        template = docx.write(with_placeholders(numbered, values), None)
        assert made.plan is not None
        conditional = {clause.id for clause in made.plan.clauses() if clause.when is not None}
        template, conditions = with_conditions(template, conditional)
        return Peer(template, values, conditions)

    def render(self, values: dict[str, str]) -> bytes:
        """What a program that uses docxtpl does for each contract."""
        template = DocxTemplate(BytesIO(self.template))
        template.render({**self.conditions, **values}, autoescape=True)
        written = BytesIO()
        template.save(written)
        return written.getvalue()


def with_placeholders(node: Any, values: dict[str, str]) -> Any:
    """The same tree in which every value is a placeholder; its text goes to ``values``."""
    match node:
        case Numbered(document, labels):
            return Numbered(with_placeholders(document, values), labels)
        case Value(text, path, kind):
            name = f"v{len(values)}"
            values[name] = text
            return Value(f"{{{{ {name} }}}}", path, kind)
        case tuple():
            return tuple(with_placeholders(item, values) for item in node)
        case _ if dataclasses.is_dataclass(node) and not isinstance(node, type):
            changed = {f.name: with_placeholders(getattr(node, f.name), values) for f in dataclasses.fields(node)}
            return dataclasses.replace(node, **changed)
        case _:
            return node


def with_conditions(content: bytes, conditional: set[str]) -> tuple[bytes, dict[str, bool]]:
    """The same file with a condition around the control of each of these clauses."""
    with ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = etree.fromstring(parts[MAIN])
    conditions: dict[str, bool] = {}
    for tag in list(body.iter(f"{W}tag")):
        clause = (tag.get(f"{W}val") or "").removeprefix("clause:").split("@")[0].split("#")[0]
        if clause in conditional:
            name = f"c{len(conditions)}"
            conditions[name] = True
            control = tag.getparent().getparent()
            control.addprevious(instruction(f"{{%p if {name} %}}"))
            control.addnext(instruction("{%p endif %}"))
    parts[MAIN] = etree.tostring(body, xml_declaration=True, encoding="UTF-8", standalone=True)
    written = BytesIO()
    with ZipFile(written, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return written.getvalue(), conditions


def instruction(text: str) -> etree._Element:
    paragraph = etree.Element(f"{W}p")
    etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = text
    return paragraph


# ---- both


def words(content: bytes) -> list[str]:
    """The words of the body of a Word file."""
    with ZipFile(BytesIO(content)) as package:
        body = etree.fromstring(package.read(MAIN))
    paragraphs = ("".join(text.text or "" for text in p.iter(f"{W}t")) for p in body.iter(f"{W}p"))
    return " ".join(paragraphs).split()


@dataclass(frozen=True)
class Comparison:
    """CPU milliseconds of each way, round by round, and how much was written."""

    clausier: list[float]
    stages: list[float]
    writer: list[float]
    docxtpl: list[float]
    words: int
    values: int
    conditions: int
    size: int

    @staticmethod
    def of(deals: Deals, rounds: int) -> Comparison:
        """Both ways in turn, each round another client; refuses when they do not write the same words."""
        peer = Peer.of(drafted(deals.paths[0], deals.provider))
        contexts = [context(deals, number) for number in range(len(deals.paths))]
        ours, theirs = bound(drafted(deals.paths[1], deals.provider)), peer.render(contexts[1])
        if words(ours) != words(theirs):
            raise SystemExit("docxtpl does not write the words that Clausier writes: the comparison would mean nothing")
        timed = [one_round(peer, deals, contexts, number) for number in range(rounds)]
        stages, writer, docxtpl = ([row[n] for row in timed] for n in range(3))
        together = [a + b for a, b in zip(stages, writer, strict=True)]
        size = len(ours)
        return Comparison(
            together, stages, writer, docxtpl, len(words(ours)), len(peer.values), len(peer.conditions), size
        )

    def rows(self) -> Iterator[tuple[str, list[float], float]]:
        for name, row in (
            ("Clausier, deal text to Word bytes", self.clausier),
            ("  of which: read, check, select, number", self.stages),
            ("  of which: write", self.writer),
            ("docxtpl, values to Word bytes", self.docxtpl),
        ):
            yield name, row, median(row) / median(self.docxtpl)


def context(deals: Deals, number: int) -> dict[str, str]:
    """The printed values of the deal of this number, under the names of the template."""
    values: dict[str, str] = {}
    with_placeholders(next(iter(drafted(deals.paths[number], deals.provider).numbered.values())), values)
    return values


def one_round(
    peer: Peer, deals: Deals, contexts: list[dict[str, str]], number: int
) -> tuple[float, float, float]:
    """Stages, writer and docxtpl on one deal; who goes first changes from round to round."""
    chosen = number % len(deals.paths)

    def clausier() -> tuple[float, float]:
        made, stages = cpu(lambda: drafted(deals.paths[chosen], deals.provider))
        _, writer = cpu(lambda: bound(made))
        return stages, writer

    def docxtpl() -> float:
        return cpu(lambda: peer.render(contexts[chosen]))[1]

    if number % 2:
        theirs = docxtpl()
        return *clausier(), theirs
    return *clausier(), docxtpl()


def cpu(work: Callable[[], T]) -> tuple[T, float]:
    """What the work makes, and the milliseconds of processor that it took."""
    gc.collect()
    start = time.process_time()
    made = work()
    return made, (time.process_time() - start) * 1000
