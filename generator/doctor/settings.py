"""What Word asks or forbids when it opens the file."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, remark, warning
from generator.doctor.names import OFF, VAL, W, is_on
from generator.doctor.wordfile import WordFile

PROMPT_AT_OPENING = warning(
    "prompt-at-opening",
    "Word asks a question when it opens the file",
    "write the results of the fields, and take `w:updateFields` and `w:dirty` out",
)
PROTECTED_DOCUMENT = remark(
    "protected-document",
    "the file may be edited in part only",
    "nothing, if that is meant: Review > Restrict Editing takes the protection off",
)
OLD_COMPATIBILITY = remark(
    "old-compatibility",
    "the file is laid out as an older Word did: the title bar says “Compatibility Mode”",
    'write `w:compatSetting w:name="compatibilityMode"` with the value 15',
)
CHECKS: tuple[Check, ...] = (PROMPT_AT_OPENING, PROTECTED_DOCUMENT, OLD_COMPATIBILITY)

_TODAY = "15"


def check(file: WordFile) -> Iterator[Diagnostic]:
    for story in file.stories:
        for tag in (f"{W}fldChar", f"{W}fldSimple"):
            for field in story.elements(tag):
                if (field.get(f"{W}dirty") or "false") not in OFF:
                    yield PROMPT_AT_OPENING.of("a field asks to be updated (w:dirty)", story.place(field))
    part = file.related("settings")
    if part is None or part.root is None:
        return
    questions = {"updateFields": "whether to update the fields", "mailMerge": "for the data of a mail merge"}
    for name, question in questions.items():
        found = part.root.find(f"{W}{name}")
        if found is not None and (name == "mailMerge" or is_on(found)):
            yield PROMPT_AT_OPENING.of(f"Word asks {question} (w:{name})", part.place(found))
    protection = part.root.find(f"{W}documentProtection")
    if protection is not None and (protection.get(f"{W}enforcement") or "0") not in OFF:
        kind = protection.get(f"{W}edit") or "none"
        yield PROTECTED_DOCUMENT.of(f"editing is restricted (`{kind}`)", part.place(protection))
    modes = {s.get(f"{W}name"): s.get(VAL) for s in part.elements(f"{W}compatSetting")}
    if (mode := modes.get("compatibilityMode", "12")) != _TODAY:
        yield OLD_COMPATIBILITY.of(f"the compatibility mode is {mode}, that of today is {_TODAY}", part.place())
