"""Values of a deal that somebody meant to write later: ``[nom du client à compléter]``, ``TBD``, a SIREN of zeros."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from generator.cache import Same
from generator.deal import Deal
from generator.diagnostics import Diagnostic, Severity
from generator.violations import Path, dotted_path

# The words and signs that stand in a text for what its author does not know yet, wherever they stand: they are looked
# for in deals, and nothing is left undone here.
_INSIDE: Final = re.compile(
    r"\b(?:TODO|FIXME|TBD|TBC|XXX+|[ÀA] (?:COMPL[ÉE]TER|RENSEIGNER|REMPLACER))\b|\blorem ipsum\b"
    r"|\[(?:…|\.{2,3}|\?+| *)\]|_{4,}|\?{3,}"
    r"|(?i:\[[^\]\n]*\b(?:[àa] (?:compl[ée]ter|renseigner|remplacer|d[ée]finir|pr[ée]ciser)|to be \w+ed)\b[^\]\n]*\])"
)
# What may stand in a sentence ("les fiches à compléter") and is a placeholder where nothing but the name of a field
# goes before it; nobody's number is all zeros.
_WHOLE: Final = re.compile(
    r"\W*(?:(?:nom|prénom|raison sociale|adresse|rue|ville|siren|numéro|téléphone|name|address|number)\b[^,.;]{0,30} )?"
    r"(?:[àa] (?:compl[ée]ter|renseigner|remplacer)|to be (?:completed|confirmed|defined))\b(?:\W*|,.*)"
    r"|(?:[A-Z]{2} ?)?0(?: ?0){8,}",
    re.IGNORECASE,
)


def unfinished(deal: Deal) -> tuple[Diagnostic, ...]:
    """One warning for each value of the deal or of a profile that is still to be written."""
    return tuple(
        Diagnostic(
            "placeholder-value",
            Severity.WARNING,
            f"`{dotted_path(path)}` is still to be written: `{text}`",
            deal.span(path),
            "write the value; the contract prints what stands here",
        )
        for name, group in deal.values.items()
        for path, text in _in_group(name, Same(group))
    )


# What a deal leaves to its profiles is the same in every deal that does.
@lru_cache(maxsize=256)
def _in_group(name: str, group: Same[Any]) -> tuple[tuple[Path, str], ...]:
    return tuple(placeholders(group.value, (name,)))


def placeholders(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text below a value that stands for one to be written, with its path, in the order of the deal."""
    if isinstance(value, str):
        if _INSIDE.search(value) or _WHOLE.fullmatch(value):
            yield path, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from placeholders(member, (*path, name))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from placeholders(entry, (*path, index))
