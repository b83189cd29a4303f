"""Where a provider's base document is named, and the house that is read from it.

``house: {base: base.docx}`` stands in the provider profile, beside ``values:``. The file lies in the folder of the
profile or below it: a profile that is copied takes its looks along, and reads nothing else of the computer.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from generator.diagnostics import Diagnostic, Severity
from generator.ooxml.house.model import House
from generator.ooxml.house.package import LARGEST_FILE
from generator.ooxml.house.read import read_house
from generator.source import Source
from generator.violations import violations_of
from generator.workspace import WorkspaceError, read_whole, shown_path

Read = tuple[House | None, tuple[Diagnostic, ...]]
_PLACE: Final = ("house", "base")
_LEADS_OUT: Final = re.compile(r"\A[/~]|\A[A-Za-z]:|\\|(?:\A|/)\.\.(?:/|\Z)")


def house_at(path: Path) -> Read:
    """The house of a base document that was named by the user. Raises ``WorkspaceError`` where it cannot be read."""
    return read_house(shown_path(path), read_whole(path, LARGEST_FILE))


def house_of(provider: Source, schema: str) -> Read:
    """The house that a provider profile names; none, and no finding, where it names none.

    ``schema`` is the text of the schema of profiles.
    """
    if not isinstance(provider.value, dict) or "house" not in provider.value:
        return None, ()
    found = tuple(
        Diagnostic(one.code, Severity.ERROR, one.message, provider.span(one.path, key=one.key), one.help)
        for one in violations_of(_validator(schema), provider.value, {})
        if one.path[:1] == ("house",)
    )
    if found:
        return None, found
    name = str(provider.value["house"]["base"])
    folder = Path(provider.file).parent
    path = folder / name
    if _LEADS_OUT.search(name) or not path.resolve().is_relative_to(folder.resolve()):
        message = f"the base document `{name}` lies outside the folder of the profile"
        help_ = "put it beside the profile and write its name alone, as in `base: base.docx`"
        return None, (Diagnostic("base-outside", Severity.ERROR, message, provider.span(_PLACE), help_),)
    try:
        return house_at(path)
    except WorkspaceError as refusal:
        message = f"the base document `{name}` cannot be read: {refusal.reason}"
        return None, (Diagnostic("base-missing", Severity.ERROR, message, provider.span(_PLACE), refusal.remedy),)


@lru_cache(maxsize=4)
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema))
