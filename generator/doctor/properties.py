"""What the file says of itself: title, language, dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, remark, shortened, warning
from generator.doctor.names import W, integer
from generator.doctor.wordfile import Part, WordFile

BAD_PROPERTY_DATE = error(
    "bad-property-date",
    "a date in the properties is none, or does not say that it is one",
    'write it as in 2026-06-01T09:30:00Z, with xsi:type="dcterms:W3CDTF": Word refuses the file',
)
DUPLICATE_PROPERTY = error(
    "duplicate-property",
    "a property stands twice",
    "keep one: Word refuses a file with two titles or two dates",
)
BAD_CUSTOM_PROPERTY = error(
    "bad-custom-property",
    "two properties of your own share a name or a number, or the number is below 2",
    "number them from 2 on, each name once",
)
MISSING_TITLE = remark(
    "missing-title",
    "the properties hold no title",
    "write `dc:title`: the PDF, the window and a reader's voice name the file by it",
)
MISSING_LANGUAGE = warning(
    "missing-language",
    "neither the defaults nor the styles say in which language the text is",
    "write `w:lang` into the defaults of the run: hyphens, spelling and a reader's voice depend on it",
)
CHECKS: tuple[Check, ...] = (
    BAD_PROPERTY_DATE,
    DUPLICATE_PROPERTY,
    BAD_CUSTOM_PROPERTY,
    MISSING_TITLE,
    MISSING_LANGUAGE,
)

_TERMS: Final = "{http://purl.org/dc/terms/}"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_CUSTOM: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")


def check(file: WordFile) -> Iterator[Diagnostic]:
    core = file.of_package("core-properties")
    if core is None or core.root is None or not (core.root.findtext(_TITLE) or "").strip():
        yield MISSING_TITLE.of("the file has no title", file.name)
    if core is not None:
        yield from _core(core)
    custom = file.of_package("custom-properties")
    if custom is not None:
        yield from _custom(custom)
    styles = file.related("styles")
    languages = [
        lang for part in (styles, *file.stories) if part is not None for lang in part.elements(f"{W}lang")
        if lang.get(f"{W}val")
    ]  # fmt: skip
    if not languages:
        yield MISSING_LANGUAGE.of("nothing says in which language the text is", file.name)


def _core(core: Part) -> Iterator[Diagnostic]:
    for tag, count in Counter(str(child.tag) for child in (core.root if core.root is not None else ())).items():
        if count > 1:
            yield DUPLICATE_PROPERTY.of(f"`{tag.rpartition('}')[2]}` stands {count} times", core.place())
    for name in ("created", "modified"):
        for date in core.elements(f"{_TERMS}{name}"):
            text = (date.text or "").strip()
            prefix, _, type_ = (date.get(_TYPE) or "").rpartition(":")
            if not is_w3cdtf(text):
                yield BAD_PROPERTY_DATE.of(f"`{name}` is `{shortened(text)}`, no date", core.place(date))
            elif type_ != "W3CDTF" or date.nsmap.get(prefix) != _TERMS.strip("{}"):
                yield BAD_PROPERTY_DATE.of(f"`{name}` does not say that it is a date (xsi:type)", core.place(date))


def is_w3cdtf(text: str) -> bool:
    """Whether a text is a date of the W3C's note, and of the calendar."""
    if not _DATE.fullmatch(text):
        return False
    day, _, time = text[:19].partition("T")
    try:
        datetime.fromisoformat(f"{day}{'-01' * (2 - day.count('-'))}T{re.split('[Z+-]', time)[0] or '00:00'}")
    except ValueError:
        return False
    return True


def _custom(custom: Part) -> Iterator[Diagnostic]:
    names, numbers = Counter[str](), Counter[int]()
    for property_ in custom.elements(_CUSTOM):
        name, number = property_.get("name") or "", integer(property_.get("pid"))
        names[name.casefold()] += 1
        numbers[number] += 1
        if number < 2 or numbers[number] > 1 or names[name.casefold()] > 1 or not name:
            message = f"the property `{shortened(name)}` has the number {property_.get('pid')}"
            yield BAD_CUSTOM_PROPERTY.of(message, custom.place(property_))
