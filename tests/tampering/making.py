"""Edits by which a contract could be made to say, or to seem to say, something else: each alone in a built file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

from generator.api import draft
from generator.doctor.names import MC, R, W
from generator.outputs import Form, outputs
from tests.faults.planting import (
    DOCUMENT,
    Plant,
    packed,
    parts_of,
)

ROOT = Path(__file__).parent.parent.parent
XML = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Tampering:
    """One edit: what it is, and the checks of which one at least must name it."""

    name: str
    codes: frozenset[str]
    make: Plant


TAMPERINGS: dict[str, Tampering] = {}


def tampering(*codes: str) -> Callable[[Plant], Plant]:
    """Register an edit that one of these checks names; the first line of its docstring says what it is."""

    def register(make: Plant) -> Plant:
        assert make.__doc__
        TAMPERINGS[make.__name__] = Tampering(make.__doc__.strip().rstrip("."), frozenset(codes), make)
        return make

    return register


@cache
def contract() -> bytes:
    """The whole contract of a small business in one Word file."""
    made = draft(ROOT / "contracts" / "tpe-boulangerie.yaml")
    (output,) = (output for output in outputs(made, Form()) if output.parts)
    return output.content


# ---- helpers


def edited(content: bytes, change: Callable[[etree._Element], None], part: str = DOCUMENT) -> bytes:
    """A part changed as a tree."""
    parts = parts_of(content)
    root = etree.fromstring(parts[part])
    change(root)
    before, after = (_bytes(one) for one in (etree.fromstring(parts[part]), root))
    assert after != before
    return packed({**parts, part: after})


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def words(root: etree._Element, pattern: str) -> etree._Element:
    """The first text in a clause that a pattern is found in."""
    inside = (t for sdt in root.iter(f"{W}sdt") for t in sdt.iter(f"{W}t"))
    return next(text for text in inside if re.search(pattern, text.text or ""))


def said(pattern: str, new: str) -> Plant:
    """A text of a clause said otherwise."""

    def make(content: bytes) -> bytes:
        def change(root: etree._Element) -> None:
            text = words(root, pattern)
            text.text = re.sub(pattern, new, text.text or "", count=1)
            text.set(XML, "preserve")

        return edited(content, change)

    return make


def marked(content: bytes, mark: str, pattern: str = r"faute lourde") -> bytes:
    """The run of a text given a property."""

    def change(root: etree._Element) -> None:
        run_ = words(root, pattern).getparent()
        assert run_ is not None
        properties = run_.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            run_.insert(0, properties)
        properties.append(etree.fromstring(f'<x xmlns:w="{W[1:-1]}">{mark}</x>')[0])

    return edited(content, change)


def clauses(root: etree._Element) -> Iterator[etree._Element]:
    """The controls around clauses."""
    for sdt in root.iter(f"{W}sdt"):
        tag = sdt.find(f"{W}sdtPr/{W}tag")
        if tag is not None and str(tag.get(f"{W}val")).startswith("clause:"):
            yield sdt


def inside(content: bytes, xml: str, at: int = 40) -> bytes:
    """Markup put at the end of a clause."""

    def change(root: etree._Element) -> None:
        content_ = list(clauses(root))[at].find(f"{W}sdtContent")
        assert content_ is not None
        for child in etree.fromstring(f'<x xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}" xmlns:mc="{MC[1:-1]}">{xml}</x>'):
            content_.append(child)

    return edited(content, change)


def inside_run(content: bytes, xml: str) -> bytes:
    def change(root: etree._Element) -> None:
        run_ = words(root, "faute lourde").getparent()
        assert run_ is not None
        run_.append(etree.fromstring(f'<x xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}">{xml}</x>')[0])

    return edited(content, change)
