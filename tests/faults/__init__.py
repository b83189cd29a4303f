"""Faults planted one at a time in a valid contract, and who finds them. ``python -m tests.faults`` writes the table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from generator.api import draft
from generator.ooxml import names
from generator.outputs import Form, outputs
from tests.faults import content_faults, package_faults, receipt_faults, structure_faults
from tests.faults.planting import DOCUMENT, PLANTED, Fault, parts_of

__all__ = ["FAULTS", "Fault", "contract"]

ROOT = Path(__file__).parent.parent.parent
# What faults are planted in: a table of contents, references, lists, tables, controls.
NEEDED = ("TOC \\", " REF ", names.ANNEX_ITEM, "<w:tbl>", "<w:sdt>")
MODULES = [module.__name__ for module in (package_faults, structure_faults, content_faults, receipt_faults)]
FAULTS = dict(sorted(PLANTED.items(), key=lambda item: MODULES.index(item[1].plant.__module__)))


@cache
def contract(*, carry_record: bool = True) -> bytes:
    """The shortest document of an example deal that has all that faults are planted in, as a Word file.

    Without its record it is like a stranger's.
    """
    made = draft(ROOT / "contracts" / "eti-cogere.yaml")
    files = [output.content for output in outputs(made, Form(carry_record=carry_record)) if output.parts]
    texts = {content: parts_of(content)[DOCUMENT].decode() for content in files}
    fit = [content for content, text in texts.items() if all(mark in text for mark in NEEDED)]
    return min(fit, key=lambda content: len(texts[content]))
