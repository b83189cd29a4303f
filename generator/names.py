"""Names of a deal that a person would misread, or that a computer would not take for a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from generator.cache import Same
from generator.characters import character_name, is_digits_apart, look_alikes
from generator.deal import Deal
from generator.diagnostics import Diagnostic, Severity
from generator.violations import Path, dotted_path, shown, typed_digits

# What Windows keeps for devices, whatever ending follows: the files of such a deal could not be opened there.
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


def doubtful_names(deal: Deal) -> tuple[Diagnostic, ...]:
    """A warning for each value with a letter that looks like another, and an error where the files cannot be named."""
    found = []
    identifier = deal.values["meta"]["deal_id"]
    if _DEVICES.fullmatch(identifier):
        message = f"`{identifier}` cannot be the name of a folder: Windows keeps it for a device"
        help_ = f"choose another name for the deal, as in `{identifier}-2026`"
        found.append(Diagnostic("reserved-name", Severity.ERROR, message, deal.span(("meta", "deal_id")), help_))
    told = (one for name, group in deal.values.items() for one in _doubtful(name, Same(group)))
    for path, text in told:
        for one in look_alikes(text):
            message = f"{shown(one.word)} in `{dotted_path(path)}` holds {character_name(one.letter)}, " + (
                f"which looks like `{one.like}`"
            )
            help_ = "type the word again on one keyboard; leave it where the name is written so"
            found.append(Diagnostic("look-alike", Severity.WARNING, message, deal.span(path), help_))
        if is_digits_apart(text):
            message = f"{shown(text)} in `{dotted_path(path)}` is not written in the digits 0-9"
            found.append(Diagnostic("look-alike", Severity.WARNING, message, deal.span(path), typed_digits(text)))
    return tuple(found)


# What a deal leaves to its profiles is the same in every deal that does.
@lru_cache(maxsize=256)
def _doubtful(name: str, group: Same[Any]) -> tuple[tuple[Path, str], ...]:
    """The texts of a group that a finding is about, with their paths."""
    return tuple((path, text) for path, text in _texts(group.value, (name,)) if _is_doubtful(text))


def _is_doubtful(text: str) -> bool:
    return is_digits_apart(text) or next(iter(look_alikes(text)), None) is not None


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        if not value.isascii():
            yield path, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _texts(member, (*path, name))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _texts(entry, (*path, index))
