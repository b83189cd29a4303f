"""Reading the clause library: files to one frozen ``Library``, or every reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from generator.conditions.table import Table
from generator.diagnostics import Diagnostic, Note, Severity
from generator.library.approved import Wording
from generator.library.clause_files import read_clause
from generator.library.contents import contents_text, frame_digest
from generator.library.folder import LibraryFolder, refuse_exceptions, refuse_twice, unreadable
from generator.library.marks import Terms, no_terms
from generator.library.model import (
    LANGUAGES,
    Condition,
    FactRule,
    GlossaryTerm,
    Library,
    LibraryClause,
    LibraryLayer,
    Obligation,
    Outline,
    Prohibition,
)
from generator.library.outlines import read_outline
from generator.library.playbook import PlaybookFiles, approvals_of
from generator.library.proof import is_proven
from generator.library.reading import Findings, check_shape, read_condition, root_names
from generator.library.reading import read_text as read_short_text
from generator.library.rule_files import RuleFiles, read_facts, read_parameters
from generator.library.terms import term_splitter
from generator.library.types import pack_type
from generator.library.wordings import LABELS_FILE, read_wordings
from generator.schema import DealSchema
from generator.schema_types import Field, Type
from generator.source import Source, read_yaml
from generator.workspace import Workspace, WorkspaceError, read_text

LIBRARY_FILE_BYTES = 512 * 1024
CLAUSE_BYTES = 128 * 1024


def load_library(workspace: Workspace, formulas: frozenset[str]) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """The library of a workspace; ``None`` when a file of it is wrong, with every finding.

    ``formulas`` are the names that facts may compute with.
    """
    return _Loader(workspace, formulas).load()


class _Loader:
    def __init__(self, workspace: Workspace, formulas: frozenset[str]) -> None:
        self.workspace = workspace
        self.formulas = formulas
        self.findings = Findings()
        self.sources: dict[FilePath, Source] = {}

    def load(self) -> tuple[Library | None, tuple[Diagnostic, ...]]:
        schema_text = read_text(self.workspace.schemas / "deal.schema.json", 4 << 20)
        schema = DealSchema.from_text(schema_text)
        listing = self.workspace.listing()
        files = [FilePath(name) for name in listing.files]
        held = LibraryFolder(self.workspace, self.findings)
        held.refuse_strays(listing.strays)
        held.refuse_names(files)
        yaml_files = [path for path in files if path.suffix == ".yaml"]
        for path in yaml_files:
            source = self.read(path)
            if source is not None:
                self.sources[path] = source
        folders = {path.parent: path for path in yaml_files if path.name == "layer.yaml"}
        held.refuse_outside(files, folders, self.kind)
        rule_sources = [
            (self.folder_of(path, folders), source)
            for path, source in self.sources.items()
            if self.kind(path) == "rules" and self.shaped(source, "rules")
        ]
        facts = read_facts([source for _, source in rule_sources], schema, self.formulas, self.findings)
        parameters = read_parameters([source for _, source in rule_sources], self.findings)
        fact_type = Type("record", fields={fact.id: Field(fact.type, True) for fact in facts})
        parameter_fields = {p.id: Field(p.type, True) for p in parameters.values()}
        parameter_record = Type("record", fields=parameter_fields)
        names = root_names(schema, fact_type, parameter_record, None)
        facts = self.with_conditions(facts, rule_sources, names)
        layers = self.layers(folders, names)
        text_names = root_names(schema, fact_type, parameter_record, pack_type())
        glossary, terms = self.glossary(text_names)
        outlines = self.outlines(names, text_names)
        clauses = self.clauses(files, folders, layers, names, text_names, terms)
        rule_files = RuleFiles(names, self.findings)
        for folder, source in rule_sources:
            layer = layers.get(folder)
            if layer is not None:
                rule_files.read(source, layer)
        layered = [(layers[folder], source) for folder, source in rule_sources if folder in layers]
        playbook = PlaybookFiles(names, outlines, self.findings).read(layered)
        refuse_exceptions(clauses, self.findings)
        profiles = self.profiles()
        if self.findings.items:
            return None, tuple(self.findings.items)
        wordings = self.wordings(clauses, schema, schema_text)
        if self.findings.items:
            return None, tuple(self.findings.items)
        digest = self.workspace.library_digest()
        library = Library(
            schema=schema,
            names=names,
            layers=tuple(sorted(layers.values(), key=lambda layer: (layer.rank, layer.id))),
            clauses=clauses,
            outlines=outlines,
            facts=ordered_facts(facts),
            parameters=parameters,
            rules=tuple(sorted(rule_files.rules, key=lambda rule: rule.id)),
            approvals=(*rule_files.approvals, *approvals_of(playbook)),
            obligations=tuple(rule_files.obligations),
            prohibitions=tuple(rule_files.prohibitions),
            checklist=tuple(rule_files.checklist),
            glossary=glossary,
            services={
                service.code: service
                for service in sorted(
                    (clause.service for clause in clauses.values() if clause.service is not None),
                    key=lambda service: (service.rank, service.code),
                )
            },
            profiles=profiles,
            law=rule_files.law,
            holidays=tuple(rule_files.holidays),
            digest=digest,
            frame=frame_digest(self.workspace, clauses.values()),
            contents=contents_text(clauses.values()),
            proven=is_proven(self.workspace, digest),
            terms=terms,
            wordings=wordings,
            playbook=playbook,
        )
        return _indexed(library), ()

    # ---- files

    def read(self, path: FilePath) -> Source | None:
        text = self.text(path, LIBRARY_FILE_BYTES)
        if text is None:
            return None
        source, found = read_yaml(self.workspace.shown(path), text, max_bytes=LIBRARY_FILE_BYTES)
        self.findings.items.extend(found)
        return source

    def text(self, path: FilePath, limit: int) -> str | None:
        """The text of a file; ``None`` with a finding where it cannot be read."""
        try:
            return read_text(path, limit)
        except WorkspaceError as refusal:
            self.findings.items.append(unreadable(self.workspace.shown(path), refusal))
            return None

    def kind(self, path: FilePath) -> str:
        inside = path.relative_to(self.workspace.clauses).parts
        if path.name == "layer.yaml":
            return "layer"
        if inside[0] == "outlines":
            return "outline"
        if inside == ("glossary.yaml",):
            return "glossary"
        if inside == (LABELS_FILE,):
            return "labels"
        return "profile" if "profiles" in inside else "rules"

    def shaped(self, source: Source, schema: str) -> bool:
        return check_shape(source, self.workspace.schemas / f"{schema}.schema.json", self.findings)

    def folder_of(self, path: FilePath, folders: Mapping[FilePath, FilePath]) -> FilePath:
        """The folder of the layer that a file belongs to."""
        for parent in path.parents:
            if parent in folders:
                return parent
        return self.workspace.clauses

    # ---- parts

    def layers(self, folders: Mapping[FilePath, FilePath], names: dict[str, Type]) -> dict[FilePath, LibraryLayer]:
        layers: dict[FilePath, LibraryLayer] = {}
        # Facts are computed when the layers of a deal are known.
        known = {name: type_ for name, type_ in names.items() if name != "facts"}
        for folder, path in folders.items():
            source = self.sources.get(path)
            if source is None or not self.shaped(source, "layer"):
                continue
            value = source.value
            when = read_condition(source, ("when",), value.get("when"), known, self.findings)
            layers[folder] = LibraryLayer(value["id"], value["rank"], when, self.workspace.shown(folder))
        refuse_twice(
            "layer", [(layer.id, self.sources[folders[folder]]) for folder, layer in layers.items()], self.findings
        )
        return layers

    def with_conditions(
        self, facts: tuple[FactRule, ...], sources: list[tuple[FilePath, Source]], names: dict[str, Type]
    ) -> tuple[FactRule, ...]:
        from generator.library.rule_files import read_fact_cases

        cases = read_fact_cases([source for _, source in sources], names, self.findings)
        return tuple(replace(fact, cases=cases.get(fact.id, ())) for fact in facts)

    def glossary(self, names: dict[str, Type]) -> tuple[dict[str, GlossaryTerm], dict[str, Terms]]:
        path = self.workspace.clauses / "glossary.yaml"
        source = self.sources.get(path)
        if source is None or not self.shaped(source, "glossary"):
            return {}, dict.fromkeys(LANGUAGES, no_terms)
        from generator.typography import typeset

        forms: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for index, entry in enumerate(source.value["terms"]):
            for language in LANGUAGES:
                for form in (entry[language]["term"], *entry[language].get("forms", ())):
                    other = forms[language].setdefault(typeset(form, language), entry["id"])
                    if other != entry["id"]:
                        span = source.span(("terms", index, language, "term"))
                        message = f"`{form}` is a form of `{other}` and of `{entry['id']}`"
                        self.findings.add("shared-form", span, message, "a form belongs to one term: take it from one")
        terms = {language: term_splitter(forms[language]) for language in LANGUAGES}
        glossary: dict[str, GlossaryTerm] = {}
        for index, entry in enumerate(source.value["terms"]):
            here = ("terms", index)
            if entry["id"] in glossary:
                self.findings.add(
                    "duplicate-term", source.span((*here, "id")), f"the term `{entry['id']}` is defined twice"
                )
            compiled = {
                language: read_short_text(
                    source,
                    (*here, language, "definition"),
                    entry[language]["definition"],
                    language,
                    names,
                    self.findings,
                    terms[language],
                )
                for language in LANGUAGES
            }
            glossary[entry["id"]] = GlossaryTerm(
                entry["id"],
                {language: entry[language]["term"] for language in LANGUAGES},
                {language: (entry[language]["term"], *entry[language].get("forms", ())) for language in LANGUAGES},
                compiled,
                source.span((*here, "id")),
            )
        return glossary, terms

    def outlines(self, names: dict[str, Type], text_names: dict[str, Type]) -> tuple[Outline, ...]:
        outlines: list[Outline] = []
        read: list[tuple[str, Source]] = []
        for path, source in self.sources.items():
            if self.kind(path) == "outline" and self.shaped(source, "outline"):
                outlines.append(read_outline(source, names, text_names, self.findings))
                read.append((outlines[-1].id, source))
        refuse_twice("document", read, self.findings)
        return tuple(sorted(outlines, key=lambda outline: (outline.position, outline.id)))

    def clauses(
        self,
        files: list[FilePath],
        folders: Mapping[FilePath, FilePath],
        layers: Mapping[FilePath, LibraryLayer],
        names: dict[str, Type],
        text_names: dict[str, Type],
        terms: Mapping[str, Terms],
    ) -> dict[str, LibraryClause]:
        clauses: dict[str, LibraryClause] = {}
        ids: dict[str, LibraryClause] = {}
        for path in files:
            if path.suffix != ".md" or path.name == "README.md":
                continue
            folder = self.folder_of(path, folders)
            layer = layers.get(folder)
            if layer is None:
                continue
            id_ = ".".join(path.relative_to(folder).with_suffix("").parts)
            text = self.text(path, CLAUSE_BYTES)
            if text is None:
                continue
            clause = read_clause(
                self.workspace.shown(path),
                text,
                id_,
                layer,
                names,
                text_names,
                terms,
                self.workspace.schemas / "clause.schema.json",
                self.findings,
            )
            if clause is None:
                continue
            other = ids.setdefault(id_.casefold(), clause)
            if other is not clause:
                self.findings.items.append(
                    Diagnostic(
                        "duplicate-clause",
                        Severity.ERROR,
                        f"two clauses have the id `{id_}`",
                        clause.span,
                        "rename one of the files",
                        (Note("the other is here", other.span),),
                    )
                )
            clauses[id_] = clause
        return clauses

    def wordings(
        self, clauses: Mapping[str, LibraryClause], schema: DealSchema, schema_text: str
    ) -> dict[str, Wording]:
        """The words that are printed beside the texts of clauses, of files that have the right shape."""
        sources = [(self.kind(path), source) for path, source in self.sources.items()]
        if not all(self.shaped(source, kind) for kind, source in sources if kind == "labels"):
            return {}
        labels_file = self.workspace.shown(self.workspace.clauses / LABELS_FILE)
        return read_wordings(sources, clauses.values(), schema, schema_text, labels_file, self.findings)

    def profiles(self) -> dict[str, Source]:
        read = [
            (source.value["id"], source)
            for path, source in self.sources.items()
            if self.kind(path) == "profile" and self.shaped(source, "profile")
        ]
        refuse_twice("profile", read, self.findings)
        return dict(read)


def ordered_facts(facts: tuple[FactRule, ...]) -> tuple[FactRule, ...]:
    """The facts so that each comes after those it reads; the reader has refused cycles."""
    from generator.conditions.expressions import reads

    known = {fact.id: fact for fact in facts}
    ordered: dict[str, FactRule] = {}

    def place(fact: FactRule) -> None:
        if fact.id in ordered:
            return
        needed = {
            read.path[1] for case in fact.cases for read in reads(case.when.expression) if read.path[0] == "facts"
        }
        needed |= {path.split(".")[1] for path in fact.reads if path.startswith("facts.")}
        for name in sorted(str(step) for step in needed):
            if name in known and name != fact.id:
                place(known[name])
        ordered[fact.id] = fact

    for fact in facts:
        place(fact)
    return tuple(ordered.values())


def _indexed(library: Library) -> Library:
    by_slot: dict[str, list[LibraryClause]] = {}
    exceptions: dict[str, list[LibraryClause]] = {}
    for clause in library.clauses.values():
        by_slot.setdefault(clause.slot, []).append(clause)
        if clause.exception_to:
            exceptions.setdefault(clause.exception_to, []).append(clause)
    return replace(
        library,
        by_slot={slot: tuple(clauses) for slot, clauses in by_slot.items()},
        exceptions={id_: tuple(clauses) for id_, clauses in exceptions.items()},
        held=Table(tuple(_selecting(library))),
    )


def _selecting(library: Library) -> Iterator[Condition]:
    """The conditions that decide what is in a contract."""
    for clause in library.clauses.values():
        yield from (clause.when,) if clause.when is not None else ()
    for outline in library.outlines:
        slots = [slot.applies for section in outline.sections for slot in section.slots]
        for condition in (outline.when, *(section.when for section in outline.sections), *slots):
            yield from (condition,) if condition is not None else ()
    entries: tuple[Obligation | Prohibition, ...] = (*library.obligations, *library.prohibitions)
    for entry in entries:
        yield from (entry.when,) if entry.when is not None else ()
