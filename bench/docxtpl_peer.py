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


@dataclass(frozen=True)
class Peer:
    """A template and what fills it: the printed values of each deal, and its conditions."""

    template: bytes
    contexts: list[dict[str, Any]]

    @staticmethod
    def of(folder: Path, name: str) -> Peer:
        contexts = json.loads((folder / "contexts.json").read_text(encoding="utf-8"))
        return Peer((folder / f"{name}.docx").read_bytes(), contexts)

    def contract(self, number: int) -> bytes:
        """The contract of the deal of this number; without ``autoescape`` a client called `A & B` loses a letter."""
        template = DocxTemplate(BytesIO(self.template))
        template.render(self.contexts[number % len(self.contexts)], autoescape=True)
        written = BytesIO()
        template.save(written)
        return written.getvalue()


if __name__ == "__main__":
    peer = Peer.of(Path(sys.argv[1]), sys.argv[2])
    for round_ in range(int(sys.argv[3])):
        peer.contract(round_)
