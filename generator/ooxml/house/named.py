"""Where a provider's base document is named, and the house that is read from it.

``house: {base: base.docx}`` stands in the provider profile, beside ``values:``. The file lies in the folder of the
profile or below it: a profile that is copied takes its looks along, and reads nothing else of the computer.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from generator.accepts import Accepts, acceptor
from generator.cache import program_state, recall, remember
from generator.diagnostics import Diagnostic, Severity
from generator.ooxml.house.model import House
from generator.ooxml.house.package import LARGEST_FILE
from generator.ooxml.house.read import read_house
from generator.source import Source
from generator.violations import violations_of
from generator.workspace import WorkspaceError, read_whole, shown_path

Read = tuple[House | None, tuple[Diagnostic, ...]]
_PLACE: Final = ("house", "base")
# Marks for places are what a base is made of; the reader of the house judges their names.
_JUDGED_HERE: Final = {"template-leftover"}
_SOUND: Final = "sound"
_NAMED: Final = "write the name of a Word file, which must end in .docx, as in `house: {base: base.docx}`"
_LEADS_OUT: Final = re.compile(r"\A[/~]|\A[A-Za-z]:|\\|(?:\A|/)\.\.(?:/|\Z)")


def house_at(path: Path) -> Read:
    """The house of a base document that was named by the user. Raises ``WorkspaceError`` where it cannot be read."""
    name, content = shown_path(path), read_whole(path, LARGEST_FILE)
    house, found = read_house(name, content)
    return house, found if house is None else (*found, *_examined(name, content))


@lru_cache(maxsize=16)
def _examined(name: str, content: bytes) -> tuple[Diagnostic, ...]:
    """What the doctor finds wrong with a base that can be used. It is no error of ours to stop at: of the base, only
    what was judged already goes into contracts.

    That the doctor found nothing in a file is kept for the next process: he takes longer than all else in a check.
    """
    key = hashlib.sha256(f"{program_state()} {hashlib.sha256(content).hexdigest()}".encode()).hexdigest()
    if recall("base", key) == _SOUND:
        return ()
    from generator.doctor import examine

    found = tuple(
        replace(one, severity=Severity.WARNING)
        for one in examine(name, content)
        if one.is_error and one.code not in _JUDGED_HERE
    )
    if not found:
        remember("base", key, _SOUND)
    return found


def house_of(provider: Source, schema: str) -> Read:
    """The house that a provider profile names; none, and no finding, where it names none.

    ``schema`` is the text of the schema of profiles.
    """
    path, found = base_of(provider, schema)
    if path is None:
        return None, found
    try:
        return house_at(path)
    except WorkspaceError as refusal:
        return None, (_missing(provider, refusal.reason, refusal.remedy),)


def base_of(provider: Source, schema: str) -> tuple[Path | None, tuple[Diagnostic, ...]]:
    """The base document that a profile names, in its folder or below it; ``None`` where it names none, or a wrong one.

    ``schema`` is the text of the schema of profiles.
    """
    if not isinstance(provider.value, dict) or "house" not in provider.value:
        return None, ()
    found = (
        ()
        if _house_acceptor(schema)(provider.value["house"])
        else tuple(
            Diagnostic(one.code, Severity.ERROR, one.message, provider.span(one.path, key=one.key), one.help or _NAMED)
            for one in violations_of(_validator(schema), provider.value, {})
            if one.path[:1] == ("house",)
        )
    )
    if found:
        return None, found
    name = str(provider.value["house"]["base"])
    folder = Path(provider.file).parent
    path = folder / name
    try:
        inside = not _LEADS_OUT.search(name) and path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        # A link that leads to itself; a name that no system can have.
        return None, (_missing(provider, "it leads to no file", "put the file itself beside the profile"),)
    if not inside:
        message = f"the base document `{name}` lies outside the folder of the profile"
        help_ = "put it beside the profile and write its name alone, as in `base: base.docx`"
        return None, (Diagnostic("base-outside", Severity.ERROR, message, provider.span(_PLACE), help_),)
    return path, ()


def _missing(provider: Source, reason: str, remedy: str) -> Diagnostic:
    message = f"the base document `{provider.value['house']['base']}` cannot be read: {reason}"
    return Diagnostic("base-missing", Severity.ERROR, message, provider.span(_PLACE), remedy)


@lru_cache(maxsize=4)
def _house_acceptor(schema: str) -> Accepts:
    """What says that a group ``house`` is surely as the schema of profiles wants it."""
    return acceptor(json.loads(schema), "properties", "house")


@lru_cache(maxsize=4)
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema))
