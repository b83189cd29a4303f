"""The order of the stages: read this first.

A stage makes one value from the previous ones and returns it with its findings. The pipeline stops between stages:
what a stage could not make is ``None`` in the draft, and so is all that comes after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.deal import Deal, author_findings, merge_deal
from generator.deal_layers import Layer, Origin
from generator.diagnostics import Diagnostic, Report, Severity, did_you_mean
from generator.document.assemble import assemble
from generator.document.nodes import Document, Numbered
from generator.document.number import number
from generator.document.pair import Contract, Facing, defined_terms, pair
from generator.facts import Facts, derive
from generator.formulas import FORMULAS
from generator.library.kept import current_library
from generator.library.model import Library
from generator.names import doubtful_names
from generator.placeholders import unfinished
from generator.plan import Plan, select
from generator.rulings import Rulings, judge
from generator.source import Source, read_yaml
from generator.translations import untranslated
from generator.workspace import Workspace, folder_above, read_own, read_text, shown_path

if TYPE_CHECKING:
    from generator.ooxml.house import House

# The slot of the clause that says which language of a contract in two languages prevails.
LANGUAGE_SLOT: Final = "documents.language"
# The fields that name the profiles below a deal: another value in one changes values all over the deal.
SEGMENT: Final = ("context", "segment")
SLA_PROFILE: Final = ("sla", "profile")


@dataclass(frozen=True)
class Draft:
    """Everything that was made of one deal, stage by stage, and every finding on the way."""

    file: str
    library: Library | None
    source: Source | None
    deal: Deal | None
    facts: Facts | None
    rulings: Rulings | None
    plan: Plan | None
    numbered: Mapping[str, Numbered]
    report: Report
    facing: Facing | None = None
    house: House | None = None

    @property
    def contracts(self) -> Mapping[str, Contract]:
        """What is written, by what names of files call it: ``fr``, ``en``, or both face to face as ``fr+en``."""
        return {self.facing.language: self.facing} if self.facing is not None else self.numbered

    @property
    def complete(self) -> bool:
        """Whether a contract may be written: every stage was reached and nothing is an error."""
        return bool(self.numbered) and not self.report.has_errors


@dataclass(frozen=True, slots=True)
class Options:
    """How to draft: ``language`` overrides the deal's (``fr``, ``en`` or ``fr+en``), ``as_of`` the date of the law,
    ``provider`` the file of the provider profile, ``base`` the base document instead of the one that it names, ``over``
    values that are laid over the deal's own: what would be."""

    language: str = ""
    as_of: str = ""
    provider: Path | None = None
    base: Path | None = None
    over: Source | None = None


def draft(path: Path, workspace: Workspace | None = None, options: Options | None = None) -> Draft:
    """Run every stage on the deal in a file. Raises ``WorkspaceError`` when the outside world refuses."""
    return draft_text(shown_path(path), read_own(path), path.parent, workspace, options)


def draft_text(
    file: str, text: str, folder: Path, workspace: Workspace | None = None, options: Options | None = None
) -> Draft:
    """Run every stage on the text of a deal; provider profiles are looked up from ``folder``."""
    workspace = workspace or Workspace.default()
    library, found = library_of(workspace)
    if library is None:
        return _draft(file, found)
    return draft_of(library, workspace, file, text, folder, options or Options())


def draft_of(library: Library, workspace: Workspace, file: str, text: str, folder: Path, options: Options) -> Draft:
    """Run every stage on the text of a deal with a library that was read: for many deals, of which each would ask the
    files of the library whether they changed."""
    source, found = read_yaml(file, text)
    if source is None:
        return _draft(file, found, library)
    deal, found = merged_deal(library, source, folder, options)
    if deal is None:
        return _draft(file, found, library, source)
    deal = _with_language(deal, options)
    facts, found = derive(library, deal, options.as_of)
    if facts is None:
        return _draft(file, found, library, source, deal)
    languages = languages_of(deal, options)
    rulings = judge(library, facts, languages[0])
    findings = [*rulings.diagnostics, *untranslated(library.schema.type, deal, languages)]
    findings += (*unfinished(deal), *doubtful_names(deal))
    # The library is right for every deal that its rules accept: what goes wrong after a rule's error comes of that.
    broken = any(finding.is_error for finding in rulings.diagnostics)
    plan, found = select(library, facts)
    findings.extend(_telling(found, broken))
    if plan is None:
        return _draft(file, tuple(findings), library, source, deal, facts, rulings)
    numbered, found = _numbered(library, facts, plan, languages)
    findings.extend(_telling(found, broken))
    facing: Facing | None = None
    if len(numbered) == 2:
        left, right = numbered.values()
        facing, found = pair(left, right, deal.values["meta"]["prevailing_language"], LANGUAGE_SLOT)
        findings.extend(found)
    house, found = _house(deal, workspace, options)
    findings.extend(found)
    made = _draft(file, tuple(findings), library, source, deal, facts, rulings, plan, numbered, facing)
    return replace(made, house=house)


def plan_of(library: Library, file: str, text: str, folder: Path, options: Options) -> Plan | None:
    """Which clauses a deal that was drafted before chooses now; ``None`` where a stage finds fault with it."""
    source, _ = read_yaml(file, text)
    deal = merged_deal(library, source, folder, options)[0] if source is not None else None
    facts = derive(library, _with_language(deal, options), options.as_of)[0] if deal is not None else None
    return select(library, facts)[0] if facts is not None else None


def _telling(found: tuple[Diagnostic, ...], broken: bool) -> tuple[Diagnostic, ...]:
    return tuple(finding for finding in found if not finding.is_error) if broken else found


def _numbered(
    library: Library, facts: Facts, plan: Plan, languages: Sequence[str]
) -> tuple[dict[str, Numbered], tuple[Diagnostic, ...]]:
    """The numbered document of each language, in this order; none where one of them could not be made."""
    findings: list[Diagnostic] = []
    documents: dict[str, Document] = {}
    for language in languages:
        document, found = assemble(library, facts, plan, language)
        findings.extend(found)
        if document is not None:
            documents[language] = document
    terms = {language: defined_terms(document) for language, document in documents.items()}
    # One glossary for all: a text may use a term where its translation says the same in other words.
    shared = frozenset().union(*terms.values())
    numbered: dict[str, Numbered] = {}
    for language, first in documents.items():
        document = first
        if terms[language] != shared:
            document = assemble(library, facts, plan, language, shared)[0] or first
        made, found = number(document)
        findings.extend(found)
        if made is not None:
            numbered[language] = made
    return (numbered if len(numbered) == len(languages) else {}), tuple(findings)


def _draft(
    file: str,
    found: tuple[Diagnostic, ...],
    library: Library | None = None,
    source: Source | None = None,
    deal: Deal | None = None,
    facts: Facts | None = None,
    rulings: Rulings | None = None,
    plan: Plan | None = None,
    numbered: Mapping[str, Numbered] | None = None,
    facing: Facing | None = None,
) -> Draft:
    return Draft(file, library, source, deal, facts, rulings, plan, numbered or {}, Report.of(found).first(), facing)


def languages_of(deal: Deal, options: Options) -> tuple[str, ...]:
    return tuple((options.language or deal.values["meta"]["language"]).split("+"))


def _with_language(deal: Deal, options: Options) -> Deal:
    """The deal of a contract that is asked for in two languages: it must say so, or no clause would say which prevails.

    To ask for one language is to ask for one of the versions, and changes nothing in the deal.
    """
    if "+" not in options.language or deal.values["meta"]["language"] == options.language:
        return deal
    asked, _ = read_yaml("--lang", f"meta:\n  language: {options.language}\n")
    path = ("meta", "language")
    values = {**deal.values, "meta": {**deal.values["meta"], "language": options.language}}
    return replace(deal, values=values, origins={**deal.origins, path: Origin("option", asked, path)})


# ---- library


def library_of(workspace: Workspace) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """The library of a workspace, read once a process as long as no file of it changes. Raises ``WorkspaceError``."""
    return current_library(workspace, _FORMULAS)


_FORMULAS: Final = frozenset(FORMULAS)


# ---- deal


def merged_deal(
    library: Library, source: Source, folder: Path, options: Options
) -> tuple[Deal | None, tuple[Diagnostic, ...]]:
    """The deal of a source, merged with its profiles; the provider profile is looked up from ``folder``."""
    provider_name = _text_at(source, "parties", "provider", "profile")
    provider, found = provider_profile(library, source, folder, provider_name, options)
    if segment_profile(library, source) is None or provider is None:
        own = author_findings(library.schema, source)
        return None, (*own, *(f for f in found if not any((o.span == f.span) or (o.message == f.message) for o in own)))
    layers, found = deal_layers(library, source, provider)
    if layers is None:
        return None, found
    if options.over is None:
        return merge_deal(library.schema, layers, provider)
    deal, found = merge_deal(library.schema, (*layers, Layer("option", options.over, ())), provider)
    return (replace(deal, source=source) if deal is not None else None), found


def deal_in(library: Library, path: Path) -> Deal | None:
    """The merged deal in a file; ``None`` where it does not satisfy the schema. Raises ``WorkspaceError``."""
    source, _ = read_yaml(shown_path(path), read_own(path))
    return merged_deal(library, source, path.parent, Options())[0] if source is not None else None


def segment_profile(library: Library, source: Source) -> Source | None:
    """The defaults of the segment that a deal names."""
    return library.profiles.get(_text_at(source, *SEGMENT))


def deal_layers(
    library: Library, source: Source, provider: Source
) -> tuple[tuple[Layer, ...] | None, tuple[Diagnostic, ...]]:
    """What is merged into a deal whose segment is known, lowest first; the deal itself is the last."""
    profile = segment_profile(library, source)
    assert profile is not None
    layers = [Layer("segment", profile, ("values",))]
    sla_name = _text_at(source, *SLA_PROFILE) or _text_at(profile, "values", *SLA_PROFILE)
    if sla_name:
        sla = library.profiles.get(sla_name)
        if sla is None:
            return None, (_unknown_profile(source, sla_name, library),)
        layers.append(Layer("sla", sla, ("values",)))
    return (*layers, Layer("provider", provider, ("values",)), Layer("deal", source, ())), ()


def _unknown_profile(source: Source, name: str, library: Library) -> Diagnostic:
    known = [id_ for id_ in library.profiles if id_.endswith("_standard")]
    near = did_you_mean(name, known)
    return Diagnostic(
        "unknown-value",
        Severity.ERROR,
        f"no service level profile is named `{name}`",
        source.span(("sla", "profile")),
        f"did you mean `{near}`?" if near else "known: " + ", ".join(f"`{k}`" for k in known),
    )


def _text_at(source: Source, *path: str) -> str:
    value = source.value
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def provider_profile(
    library: Library, source: Source, folder: Path, name: str, options: Options
) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The provider profile: the file named on the command line, else ``<name>/provider.yaml`` beside the deal."""
    span = source.span(("parties", "provider", "profile"))
    path = options.provider
    if path is None:
        if not name or not name.replace("-", "").isalnum():
            return None, (
                Diagnostic(
                    "missing-field",
                    Severity.ERROR,
                    "`parties.provider.profile` is missing",
                    span,
                    "name the provider profile, as in `profile: my-msp`",
                ),
            )
        tried = profile_places(folder, name)
        path = next((candidate for candidate in tried if candidate.is_file()), None)
        if path is None:
            return None, (
                Diagnostic(
                    "unknown-provider",
                    Severity.ERROR,
                    f"no provider profile is named `{name}`",
                    span,
                    f"write `{shown_path(tried[0])}`, or name a file with --provider",
                ),
            )
    return _profile_source(shown_path(path), read_text(path))


def profile_places(folder: Path, name: str) -> tuple[Path, Path]:
    """Where the profile of this name is looked for, from the folder of a deal."""
    return folder / name / "provider.yaml", folder_above(folder) / name / "provider.yaml"


# The deals of a portfolio have few providers.
@lru_cache(maxsize=8)
def _profile_source(file: str, text: str) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    source, found = read_yaml(file, text)
    if source is None:
        return None, found
    values = source.value.get("values") if isinstance(source.value, dict) else None
    if not isinstance(values, dict):
        return None, (
            Diagnostic(
                "wrong-type",
                Severity.ERROR,
                "a provider profile holds a group `values:`",
                source.span(()),
                "put the provider's defaults under `values:`",
            ),
        )
    return source, ()


def _house(deal: Deal, workspace: Workspace, options: Options) -> tuple[House | None, tuple[Diagnostic, ...]]:
    """The looks of the provider's Word files: those of the base document that was named, else our own (``None``)."""
    provider = deal.provider_source
    if options.base is None and (provider is None or "house" not in provider.value):
        return None, ()
    from generator.ooxml.house.named import house_at, house_of

    if options.base is not None:
        return house_at(options.base)
    assert provider is not None
    return house_of(provider, read_text(workspace.schemas / "profile.schema.json"))


def deal_text(current: Draft) -> str:
    """The deal's own text, with line feeds for line ends."""
    return "\n".join(current.source.lines) if current.source is not None else ""


def deal_digest(current: Draft) -> str:
    """The digest of the deal's own text."""
    return source_digest(current.source)


def source_digest(source: Source | None) -> str:
    """The digest of a YAML text, with line feeds for line ends; that of nothing where there is none."""
    text = "\n".join(source.lines) if source is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()
