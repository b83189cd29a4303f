"""What may have become of a file since it was built, as checks with their codes."""

from __future__ import annotations

from typing import Final

from generator.doctor.findings import Check, error, remark, warning

_READ_IT: Final = "have a lawyer read it, or build the contract again"

CHANGED_TEXT: Final = error("changed-text", "a paragraph says other words than were built", _READ_IT)
ADDED_TEXT: Final = error("added-text", "a paragraph stands there that was not built", _READ_IT)
MISSING_TEXT: Final = error("missing-text", "a paragraph that was built is no longer there", _READ_IT)
MOVED_TEXT: Final = error("moved-text", "paragraphs stand in another order than they were built", _READ_IT)
CHANGED_NUMBER: Final = error(
    "changed-number",
    "Word prints another number before a paragraph than was built",
    "restore the lists and their starts, or build the contract again: references lead by these numbers",
)
CHANGED_LOOK: Final = error(
    "changed-look",
    "words are hidden, pale, tiny, struck out or otherwise not seen as they were built",
    "show the words as they were built: what the parties sign is the page",
)
CHANGED_VALUE: Final = error(
    "changed-value",
    "the data behind a value are others: Word prints them in its place when it opens the file",
    "build the contract again from the deal with the value that was agreed",
)
CHANGED_REFERENCE: Final = error(
    "changed-reference",
    "a reference or a link leads elsewhere than it was built to",
    "restore the field or the link, or build the contract again",
)
CHANGED_PICTURE: Final = error("changed-picture", "a picture is another one, was added or was taken out", _READ_IT)
CHANGED_FRAME: Final = error(
    "changed-frame", "a header, a footer, a note or a watermark says other words than were built", _READ_IT
)
TRACKED_CHANGE: Final = error(
    "tracked-change",
    "a tracked change is neither accepted nor refused",
    "accept or refuse it: what was agreed depends on it",
)
COMMENT: Final = error("comment", "somebody wrote a comment", "answer it and take it out before the signature")
OTHER_TELLING: Final = error(
    "other-telling",
    "programs that do not know a drawing print other words in its place",
    "take the alternative out, or build the contract again",
)
CHANGED_RECORD: Final = error(
    "changed-record",
    "what the file carries along was changed: its deal, its resolved deal or its receipt",
    "compare with the deal that you keep: `--against DEAL`",
)
FORGED_RECEIPT: Final = error(
    "forged-receipt",
    "the receipt says something else than the deal and the library make of it",
    "trust no digest in this file; compare it with the deal that you keep",
)
OTHER_DEAL: Final = error(
    "other-deal", "the file was built from another deal than the one given", "name the deal of this contract"
)
OTHER_BYTES: Final = error(
    "other-bytes", "the file is not byte for byte the one that the build recorded", "build the contract again"
)
NOT_OURS: Final = error(
    "not-ours",
    "the file carries no receipt: nothing says that it was built by Clausier",
    "ask for the file as it was built; with --against DEAL its words are compared all the same",
)
TOO_MUCH: Final = error(
    "too-much-text", "the file holds far more paragraphs than were built: it is another document", _READ_IT
)
DOUBTFUL: Final = error(
    "doubtful-part",
    "the file holds or does something that no contract of ours does",
    "take it out, or build the contract again",
)
NOT_COMPARED: Final = warning(
    "not-compared",
    "some of the file could not be compared",
    "compare with a fresh build: `--against DEAL`, with `--library` where the contract is older than the library",
)
UNVERIFIABLE: Final = warning(
    "unverifiable",
    "nothing is known that this file could be compared with",
    "name the deal with --against, or the folder of packs with --record",
)
OTHER_STATE: Final = remark(
    "other-state",
    "the file was built with another state of the program, the library or the provider profile than is here",
    "nothing where the words are the same; else compare with that library: `--library FOLDER`",
)
SAVED_ELSEWHERE: Final = remark(
    "saved-again", "another program saved the file since it was built", "nothing: what it says is the same"
)

CHECKS: Final[tuple[Check, ...]] = (
    CHANGED_TEXT, ADDED_TEXT, MISSING_TEXT, MOVED_TEXT, CHANGED_NUMBER, CHANGED_LOOK, CHANGED_VALUE,
    CHANGED_REFERENCE, CHANGED_PICTURE, CHANGED_FRAME, TRACKED_CHANGE, COMMENT, OTHER_TELLING, CHANGED_RECORD,
    FORGED_RECEIPT, OTHER_DEAL, OTHER_BYTES, NOT_OURS, TOO_MUCH, DOUBTFUL, NOT_COMPARED, UNVERIFIABLE,
    OTHER_STATE, SAVED_ELSEWHERE,
)  # fmt: skip
