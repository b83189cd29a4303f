"""A reference whose target is no slot of an outline, no document and no section of one."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity, did_you_mean
from generator.library.model import Library
from generator.library.templates import Refer
from generator.library.walk import content_of, found
from generator.lint.presence import Presence

CODE = "unknown-reference"


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    for clause in library.clauses.values():
        for text in clause.texts.values():
            for refer in found(Refer, content_of(text)):
                if not presence.is_target(refer.target):
                    yield _finding(refer, presence)


def _finding(refer: Refer, presence: Presence) -> Diagnostic:
    places = presence.places.get(refer.target, ())
    near = did_you_mean(refer.target, presence.targets)
    if any(place.repeated for place in places):
        message = f"`{refer.target}` stands once for each service, so that a reference cannot name it"
        help_ = "refer to the document or to `service.<code>`"
    elif places:
        message = f"`{refer.target}` is a cover page, which has no number"
        help_ = "refer to the document"
    else:
        message = f"no slot, document or section is named `{refer.target}`"
        help_ = f"did you mean `{near}`?" if near else "name a slot of an outline, `D03` or `D01.liability`"
    return Diagnostic(CODE, Severity.ERROR, message, refer.span, help_)
