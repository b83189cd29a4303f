"""Clausier by its programming interface, from the text of a deal to the bytes of a Word file; ``FOLDER COUNT``."""

from __future__ import annotations

import sys
from pathlib import Path

from generator import Draft, draft
from generator.outputs import Form, outputs


def deals(folder: Path) -> list[Path]:
    """The deals that ``bench.compare`` prepared."""
    return sorted(folder.glob("deal-*.yaml"))


def drafted(deal: Path) -> Draft:
    """Every stage of a deal, which must not have an error."""
    made = draft(deal)
    if not made.complete:
        errors = [f"{finding.span}: {finding.message}" for finding in made.report.diagnostics if finding.is_error]
        raise SystemExit(f"{deal} has errors, and is not written:\n" + "\n".join(errors))
    return made


def bound(made: Draft, *, fast: bool = False) -> bytes:
    """The whole pack as one Word file; deflated less if it is to be ``fast``."""
    form = Form(bound=True, fast=fast)
    return next(output.content for output in outputs(made, form) if output.name.endswith(".docx"))


if __name__ == "__main__":
    paths = deals(Path(sys.argv[1]))
    for round_ in range(int(sys.argv[2])):
        bound(drafted(paths[round_ % len(paths)]))
