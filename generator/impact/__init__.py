"""What a change of the clause library means for the contracts of a provider: which change, how, and who must agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.diff import Changes, compare
from generator.diff.deals import DealText, deal_texts
from generator.diff.read import Side
from generator.impact.contract import (
    Comparison,
    ContractImpact,
    StaleText,
    comparison,
    contract_impact,
    outlook_of,
    stale_texts,
)
from generator.library.model import LANGUAGES, Library
from generator.pipeline import Options
from generator.source import read_yaml
from generator.workspace import WorkspaceError

__all__ = ["ContractImpact", "Impact", "impact_of"]


@dataclass(frozen=True, slots=True)
class Impact:
    """A change of the library and what it does to the contracts that were named.

    ``contracts`` are those that change, signed ones first. ``undrafted`` have errors with both libraries, and the same;
    ``unreadable`` are files that the system did not let us read. ``stale`` are the texts of the library whose
    approval the change has made stale, whether a contract prints them or not.
    """

    changes: Changes
    contracts: tuple[ContractImpact, ...]
    unchanged: tuple[str, ...]
    undrafted: tuple[str, ...]
    unreadable: tuple[WorkspaceError, ...]
    stale: tuple[StaleText, ...]
    unproven: bool
    language: str

    @property
    def total(self) -> int:
        return len(self.contracts) + len(self.unchanged) + len(self.undrafted) + len(self.unreadable)

    @property
    def broken(self) -> tuple[ContractImpact, ...]:
        """The contracts that can no longer be built."""
        return tuple(contract for contract in self.contracts if contract.broken)

    @property
    def signed(self) -> tuple[ContractImpact, ...]:
        return tuple(contract for contract in self.contracts if contract.signed)


def impact_of(
    old: Side, new: Side, paths: Sequence[Path], options: Options, language: str = "", *, thorough: bool = False
) -> Impact:
    """Say what happens to the deals in these files. Both libraries must have been read.

    ``language`` is the reader's; without one it is that of the first deal.
    ``thorough`` drafts every deal with both libraries, also those that the change cannot reach: it comes out the same.
    """
    assert old.library is not None and new.library is not None
    language = language or language_of(paths, new.library)
    changes = compare(old, new)
    compared = comparison(old, new, changes, options, language)
    found = _Found([], [], [], [])
    for path in paths:
        try:
            (deal,) = deal_texts((path,))
            _sort(deal, compared, found, thorough=thorough)
        except WorkspaceError as refusal:
            # A provider profile that was named is that of every deal.
            if options.provider is not None and refusal.file == str(options.provider):
                raise
            found.unreadable.append(refusal)
    order = sorted(found.contracts, key=_urgency)
    clauses = (new.library.clauses[id_] for id_ in sorted(compared.touched.stale) if id_ in new.library.clauses)
    stale = tuple(text for clause in clauses for text in stale_texts(clause, LANGUAGES))
    lists = (tuple(order), tuple(found.unchanged), tuple(found.undrafted), tuple(found.unreadable))
    # A commit is read without its lock: what can be said of a proof is whether the library of now has one.
    return Impact(changes, *lists, stale, changes.any and not new.foreign and not new.library.proven, language)


def _urgency(contract: ContractImpact) -> tuple[int, bool, str]:
    """Signed contracts first, those that have ended last; of each the ones that can no longer be built."""
    steps = ("signed", "dated", "open", "closed")
    step = contract.standing.step if contract.standing is not None else "open"
    return steps.index(step), not contract.broken, contract.file


@dataclass(frozen=True, slots=True)
class _Found:
    contracts: list[ContractImpact]
    unchanged: list[str]
    undrafted: list[str]
    unreadable: list[WorkspaceError]


def _sort(deal: DealText, compared: Comparison, found: _Found, *, thorough: bool) -> None:
    seen = "open" if thorough else outlook_of(deal, compared)
    made = contract_impact(deal, compared) if seen == "open" else None
    if made is not None and made.any:
        found.contracts.append(made)
    elif seen == "in-error" or (made is not None and not any(made.complete)):
        found.undrafted.append(deal.file)
    else:
        found.unchanged.append(deal.file)


def language_of(paths: Iterable[Path], library: Library) -> str:
    """The language of the first deal that says one, else the one that a deal has by itself."""
    default = str(library.names["meta"].fields["language"].type.default)
    for path in paths:
        try:
            (deal,) = deal_texts((path,))
        except WorkspaceError:
            continue
        source, _ = read_yaml(deal.file, deal.text)
        meta = source.value.get("meta") if source is not None and isinstance(source.value, dict) else None
        language = str(meta.get("language", default)) if isinstance(meta, dict) else default
        first = language.partition("+")[0]
        if first in LANGUAGES:
            return first
    return default
