"""What is proven, kind by kind, in one sentence each: what a finding of this code means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "slot-conflict": "No two clauses fill a slot that takes one.",
    "missing-clause": "A slot that takes exactly one clause is never empty.",
    "unasked-clause": "No clause should be in by its own condition where its place is not asked for.",
    "dated-overlap": "No two versions of a clause are in force on one date.",
    "dated-hole": "There is no date at which no version of a clause is in force.",
    "slot-twice": "No slot is come to twice in one contract.",
    "exception-conflict": "No two exceptions of one layer to one clause hold together.",
    "exception-cycle": "No clause is an exception to itself.",
    "requires": "What a clause requires stands in each contract that has it.",
    "excludes": "What a clause excludes stands in no contract that has it.",
    "obligation": "What the law obliges is always in.",
    "forbidden": "What the law forbids is never in.",
    "fix-fails": "The fix that a rule proposes satisfies it in every deal.",
    "undefined-condition": "No condition reads a field that is absent.",
    "undefined-value": "No text reads a field that is absent.",
    "unprintable-value": "No text prints a number that its filter does not take: fewer days than none.",
    "empty-text": "No paragraph and no item is empty.",
    "dangling-reference": "What a text refers to stands in the same contract.",
    "undefined-term": "A defined term is used only where the glossary is printed.",
    "languages-differ": "Both languages of a text print the same values, references, items and rows.",
    "lone-document": "No schedule, letter or summary stands in a contract without the agreement.",
    "lone-length": "A number of entries that decides, other than any at all, is asked for in two conditions at least.",
    "credit-grid": "Credit scales tile the promise without hole and overlap, and never fall as the result gets worse.",
    "no-valid-deal": "Some deal satisfies the schema and every rule.",
    "dead-clause": "Each clause is in the contract of some valid deal.",
    "dead-branch": "Each branch of a text is taken by some valid deal.",
    "dead-document": "Each document is in the contract of some valid deal.",
    "dead-section": "Each section is in the contract of some valid deal.",
    "dead-slot": "Each slot is asked for by some valid deal.",
    "dead-layer": "Each layer counts for some valid deal.",
    "dead-case": "Each case of a fact is reached by some deal.",
    "dead-default": "The default of each fact is reached by some deal.",
    "dead-rule": "Each rule finds something in some deal.",
    "dead-approval": "Each approval is needed by some valid deal.",
    "dead-position": "The preferred position of each topic of the playbook is that of some valid deal.",
    "dead-obligation": "Each obligation and prohibition applies to some valid deal.",
}
