"""docxtpl alone, as a program that uses it does: open the template, fill it, save; ``FOLDER full|few COUNT``.

``FOLDER`` holds what ``bench.compare`` prepared. Nothing of Clausier is imported here.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate  # type: ignore[import-untyped]


def values(folder: Path, number: int) -> dict[str, Any]:
    """What fills the template for the deal of this number: its printed values and its conditions."""
    read: dict[str, Any] = json.loads((folder / f"values-{number:04}.json").read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True)
class Peer:
    """A template, kept."""

    template: bytes

    @staticmethod
    def of(folder: Path, name: str) -> Peer:
        return Peer((folder / f"{name}.docx").read_bytes())

    def contract(self, context: dict[str, Any]) -> bytes:
        """The contract with these values; without ``autoescape`` a client called `A & B` loses a letter."""
        template = DocxTemplate(BytesIO(self.template))
        template.render(context, autoescape=True)
        written = BytesIO()
        template.save(written)
        return written.getvalue()


if __name__ == "__main__":
    folder_ = Path(sys.argv[1])
    peer = Peer.of(folder_, sys.argv[2])
    for round_ in range(int(sys.argv[3])):
        peer.contract(values(folder_, round_))
