"""A text, or the condition of its clause, that was changed after a lawyer approved it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.approvals import use_changed
from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.lint.prose import LANGUAGE_NAMES

CODE = "stale-approval"


def check(library: Library) -> Iterator[Diagnostic]:
    for clause in library.clauses.values():
        for language, approval in clause.approved.items():
            if clause.approval_state(language) == "stale":
                message = (
                    f"the {LANGUAGE_NAMES[language]} text of `{clause.id}` was changed after {approval.by} approved it "
                    f"on {approval.on}: it is now {clause.texts[language].digest}"
                )
                yield Diagnostic(
                    CODE,
                    Severity.ERROR,
                    message,
                    clause.front.span(("approved", language, "text")),
                    "have the text read again, or remove the approval",
                )
            elif use_changed(clause, language):
                yield Diagnostic(
                    CODE,
                    Severity.WARNING,
                    f"the condition or the place of `{clause.id}` was changed after {approval.by} approved its "
                    f"{LANGUAGE_NAMES[language]} text on {approval.on}",
                    clause.front.span(("approved", language, "use")),
                    "have it approved again where it stands now, with `clausier library approve`",
                )
