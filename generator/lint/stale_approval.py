"""A text, or the condition of its clause, that was changed after a lawyer approved it."""

from __future__ import annotations

from collections.abc import Iterator

from generator.approvals import approval_place, digest_of, states
from generator.diagnostics import Diagnostic, Severity
from generator.library.model import Library
from generator.lint.prose import LANGUAGE_NAMES

CODE = "stale-approval"


def check(library: Library) -> Iterator[Diagnostic]:
    for text in states(library):
        entry, language, approval = text.entry, text.language, text.approval
        if approval is None:
            continue
        if text.state == "stale":
            message = (
                f"the {LANGUAGE_NAMES[language]} text of `{entry.id}` was changed after {approval.by} approved it "
                f"on {approval.on}: it is now {digest_of(entry, language)}"
            )
            help_ = "have the text read again, or remove the approval"
            yield Diagnostic(CODE, Severity.ERROR, message, approval_place(entry, language, "text"), help_)
        elif text.use_changed:
            message = (
                f"the condition or the place of `{entry.id}` was changed after {approval.by} approved its "
                f"{LANGUAGE_NAMES[language]} text on {approval.on}"
            )
            help_ = "have it approved again where it stands now, with `clausier library approve`"
            yield Diagnostic(CODE, Severity.WARNING, message, approval_place(entry, language, "use"), help_)
