"""Content controls: identifiers, names that Word accepts, bindings to data that exist and say what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from generator.diagnostics import Diagnostic
from generator.doctor.findings import Check, error, remark, shortened, warning
from generator.doctor.names import WORD_2010, W, integer, is_on, printed, val
from generator.doctor.wordfile import Part, WordFile

DUPLICATE_CONTROL_ID = error(
    "duplicate-control-id",
    "two content controls have one `w:id`",
    "give every control a number of its own: Word renumbers one, and what refers to it is lost",
)
MISSING_CONTROL_ID = remark(
    "missing-control-id",
    "a content control has no `w:id`, or none that fits 32 bits",
    "write a number: Word chooses another each time, so that two versions cannot be compared",
)
LONG_CONTROL_NAME = error(
    "long-control-name",
    "the tag or the title of a content control has more than 64 characters",
    "shorten it: Word takes no more, and cuts the rest or calls the file damaged",
)
DEAD_BINDING = warning(
    "dead-binding",
    "a content control is bound to data that are not in the file",
    "restore the custom XML part, or correct `w:storeItemID` and `w:xpath`",
)
STALE_BINDING = error(
    "stale-binding",
    "a content control shows other words than the data that it is bound to",
    "write the words of the data into the control: Word replaces what is shown when it opens the file",
)
CHECKS: tuple[Check, ...] = (DUPLICATE_CONTROL_ID, MISSING_CONTROL_ID, LONG_CONTROL_NAME, DEAD_BINDING, STALE_BINDING)

MAX_NAME: Final = 64
_STORE: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}"
_STORES: Final = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "core-properties",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "extended-properties",
}
# Only plain paths are followed: an address written by a stranger may not make us search for hours.
_STEP: Final = re.compile(r"/(@)?(?:([\w.-]+):)?([\w.-]+)(?:\[(\d{1,6})\])?")
_PREFIX: Final = re.compile(r"xmlns:([\w.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
# Controls that print their value in a way of their own: a date in words, the display text of a list, a tick.
_SHOWN_OTHERWISE: Final = tuple(
    [f"{W}{name}" for name in ("date", "dropDownList", "comboBox", "picture", "group")] + [f"{WORD_2010}checkbox"]
)


def check(file: WordFile) -> Iterator[Diagnostic]:
    stores = _stores(file)
    seen: dict[int, str] = {}
    for story in file.stories:
        for control in story.elements(f"{W}sdt"):
            properties = control.find(f"{W}sdtPr")
            if properties is None:
                properties = etree.Element(f"{W}sdtPr")
            yield from _names(story, control, properties, seen)
            binding = properties.find(f"{W}dataBinding")
            if binding is not None:
                yield from _binding(story, control, properties, binding, stores)


def _names(
    story: Part, control: etree._Element, properties: etree._Element, seen: dict[int, str]
) -> Iterator[Diagnostic]:
    title = val(properties.find(f"{W}alias")) or val(properties.find(f"{W}tag"))
    id_ = properties.find(f"{W}id")
    number = integer(val(id_), 0)
    if number == 0:
        what = "no id" if id_ is None else f"the id `{val(id_)}`"
        yield MISSING_CONTROL_ID.of(f"the content control “{shortened(title)}” has {what}", story.place(control))
    elif number in seen:
        message = f"the content controls “{shortened(seen[number])}” and “{shortened(title)}” have the id {number}"
        yield DUPLICATE_CONTROL_ID.of(message, story.place(control))
    else:
        seen[number] = title
    for kind, name in (("tag", "tag"), ("title", "alias")):
        text = val(properties.find(f"{W}{name}"))
        if len(text) > MAX_NAME:
            message = f"the {kind} of a content control has {len(text)} characters: “{shortened(text)}”"
            yield LONG_CONTROL_NAME.of(message, story.place(control))


def _stores(file: WordFile) -> dict[str, etree._Element]:
    """The data in the file by their identifier."""
    found = {}
    for part in file.parts.values():
        for arrow in part.relationships.values():
            properties = file.parts.get(arrow.part)
            if arrow.kind == "customXmlProps" and properties is not None and properties.root is not None:
                id_ = properties.root.get(f"{_STORE}itemID")
                if id_ and part.root is not None:
                    found[id_.upper()] = part.root
    for id_, kind in _STORES.items():
        known = file.of_package(kind)
        if known is not None and known.root is not None:
            found[id_] = known.root
    return found


def _binding(
    story: Part,
    control: etree._Element,
    properties: etree._Element,
    binding: etree._Element,
    stores: dict[str, etree._Element],
) -> Iterator[Diagnostic]:
    path, id_ = binding.get(f"{W}xpath") or "", (binding.get(f"{W}storeItemID") or "").upper()
    if id_ and id_ not in stores:
        yield DEAD_BINDING.of(f"a control is bound to the data {id_}, which are not in the file", story.place(control))
        return
    mapping = binding.get(f"{W}prefixMappings") or ""
    prefixes = {prefix: single or double for prefix, single, double in _PREFIX.findall(mapping)}
    roots = [stores[id_]] if id_ else list(stores.values())
    steps = list(_STEP.finditer(path))
    if "".join(step.group() for step in steps) != path:
        return
    if any(step[2] and step[2] not in prefixes for step in steps):
        yield DEAD_BINDING.of(f"the path `{shortened(path)}` uses a prefix without a mapping", story.place(control))
        return
    values = [value for root in roots if (value := _followed(root, steps, prefixes)) is not None]
    if not values:
        yield DEAD_BINDING.of(f"the path `{shortened(path)}` leads to nothing in the data", story.place(control))
    elif is_on(properties.find(f"{W}showingPlcHdr")) or any(properties.find(n) is not None for n in _SHOWN_OTHERWISE):
        return
    elif (content := control.find(f"{W}sdtContent")) is not None:
        shown = " ".join(printed(content).split())
        if shown != " ".join(values[0].split()):
            message = f"a control shows “{shortened(shown)}”, its data say “{shortened(values[0])}”"
            yield STALE_BINDING.of(message, story.place(control))


def _followed(root: etree._Element, steps: list[re.Match[str]], prefixes: dict[str, str]) -> str | None:
    """The text at the end of a plain path; ``None`` where it leads nowhere."""
    here: etree._Element | None = None
    for step in steps:
        attribute, prefix, name, position = step.groups()
        full = f"{{{prefixes[prefix]}}}{name}" if prefix else name
        if attribute:
            return here.get(full) if here is not None else None
        found = ([root] if root.tag == full else []) if here is None else here.findall(full)
        at = int(position or 1) - 1
        if not 0 <= at < len(found):
            return None
        here = found[at]
    return None if here is None else "".join(map(str, here.itertext()))
