"""What a deal would be built from now: its text, what lies beside it, and what all deals of a build share."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from generator.batch.records import Record, kept_contents, read_record
from generator.cache import program_state
from generator.library.contents import Contents, read_contents
from generator.library.model import Library
from generator.office import Office
from generator.outputs import Form
from generator.pipeline import Draft, Options, deal_digest, library_of, profile_places, source_digest
from generator.source import with_line_feeds
from generator.workspace import Workspace, WorkspaceError, file_digest, read_text


class Differs(Exception):
    """A worker has not the program, the library or the folders of the process that asks it to build."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker must know of a build. ``run`` tells builds apart; for workers elsewhere all paths are full.

    ``program`` and ``library`` are what a worker must have, ``office`` the state of LibreOffice where it is asked.
    ``messages`` is the language of findings.
    """

    run: str
    workspace: Workspace
    folder: Path
    form: Form
    options: Options
    program: str
    library: str
    office: str
    messages: str | None = None
    overwrite: bool = False
    prune: bool = False


def job_of(
    library: Library,
    folder: Path,
    form: Form,
    options: Options,
    office: Office | None,
    *,
    workspace: Workspace | None = None,
    messages: str | None = None,
    overwrite: bool = False,
    prune: bool = False,
) -> Job:
    """The job of a build by this process and its workers."""
    state = ""
    if "pdf" in form.formats or ("docx" in form.formats and form.page_numbers):
        state = office.state() if office is not None else "none"
    tag = library_tag(library)
    run = secrets.token_hex(8)
    workspace = workspace or Workspace.default()
    return Job(run, workspace, folder, form, options, program_state(), tag, state, messages, overwrite, prune)


@dataclass(frozen=True, slots=True)
class Changed:
    """Which clauses are not as they were: of ``texts`` in which languages; of ``fronts`` what may be printed of them.

    ``choices``: some clause may be chosen for another deal than before.
    """

    texts: Mapping[str, frozenset[str]]
    fronts: frozenset[str]
    choices: bool


class Survey:
    """What deals of one build are built from; what several share is looked at once."""

    def __init__(self, job: Job, library: Library) -> None:
        self.job = job
        self.library = library
        self.folder = os.path.abspath(job.folder)
        options, form = job.options, asdict(job.form)
        self.run: Mapping[str, Any] = {
            "program": job.program,
            "frame": library.frame,
            "proven": library.proven,
            "office": job.office,
            "form": {name: list(value) if isinstance(value, tuple) else value for name, value in form.items()},
            "language": options.language,
            "as_of": options.as_of,
            "provider": options.provider is not None,
            "base": options.base is not None,
        }
        self._beside: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._digests: dict[str, str] = {}
        self._changed: dict[str, Changed | None] = {}

    def record(self, deal_id: str) -> Record | None:
        return read_record(self.job.folder, deal_id)

    # ---- beside the deal

    def beside(self, folder: str, profile: str, base: str) -> tuple[str, ...]:
        """Where the provider profile lies as seen from the deal, its digest, and that of the base document."""
        key = (folder, profile, base)
        known = self._beside.get(key)
        if known is None:
            places = (
                (self.job.options.provider,) if self.job.options.provider else profile_places(Path(folder), profile)
            )
            place = next((str(place) for place in places if place.is_file()), "")
            papers = self.job.options.base or (Path(place).parent / base if place and base else None)
            known = self._beside[key] = (
                os.path.relpath(place, folder or ".").replace(os.sep, "/") if place else "",
                self._text_digest(place),
                self._digest(str(papers)) if papers is not None else "",
            )
        return known

    def _text_digest(self, path: str) -> str:
        """The digest of the text of a profile, as a receipt has it."""
        if path not in self._digests:
            try:
                self._digests[path] = text_digest(read_text(Path(path)))
            except WorkspaceError:
                self._digests[path] = ""
        return self._digests[path]

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            self._digests[path] = file_digest(path)
        return self._digests[path]

    # ---- the library

    @cached_property
    def contents(self) -> Contents:
        return read_contents(self.library.contents)

    def changed(self, tag: str) -> Changed | None:
        """What changed among the clauses since a library of before; ``None`` where that one is not known."""
        if tag not in self._changed:
            before = kept_contents(self.job.folder, tag)
            self._changed[tag] = _changed(before, self.contents) if before is not None else None
        return self._changed[tag]

    # ---- records

    def recorded(self, draft: Draft, path: str) -> Record:
        """The record of a contract that was drafted from this file, before any of its own is written."""
        assert draft.deal is not None and draft.plan is not None and draft.deal.source is not None
        folder, name = os.path.split(path)
        parties = draft.deal.source.value["parties"]
        profile = str(parties.get("provider", {}).get("profile", "")) if isinstance(parties, dict) else ""
        house = draft.deal.provider_source.value.get("house", {}) if draft.deal.provider_source is not None else {}
        base = str(house.get("base", ""))
        layout = draft.deal.values["meta"].get("layout", "full")
        return Record(
            id=draft.deal.values["meta"]["deal_id"],
            deal=os.path.relpath(path, self.folder).replace(os.sep, "/"),
            name=name,
            text=deal_digest(draft),
            profile=profile,
            base=base,
            # Of the files beside the deal, what was read for this contract: they may have changed since.
            beside=(
                self.beside(folder, profile, base)[0],
                source_digest(draft.deal.provider_source),
                draft.house.digest if draft.house is not None else "",
            ),
            run=self.run,
            library=self.job.library,
            used=" ".join(clause.id for clause in draft.plan.clauses()),
            # A closer layout joins paragraphs where the texts of all languages allow it.
            heeds=tuple(draft.numbered) if layout == "full" else tuple(draft.plan.clauses()[0].texts),
        )


def _changed(before: Contents, now: Contents) -> Changed:
    texts: dict[str, frozenset[str]] = {}
    fronts = set()
    choices = before.keys() != now.keys()
    for id_, new in now.items():
        old = before.get(id_)
        if old is None or old == new:
            continue
        texts[id_] = frozenset(language for language, text in new.texts.items() if old.texts.get(language) != text)
        if old.front != new.front:
            fronts.add(id_)
        choices |= (old.choice, old.front) != (new.choice, new.front)
    return Changed(texts, frozenset(fronts), choices)


def text_digest(text: str) -> str:
    """The digest of a deal's text, as its receipt has it: whatever its line ends are."""
    return hashlib.sha256(with_line_feeds(text).encode()).hexdigest()


def library_tag(library: Library) -> str:
    """The name of what a library says: equal where its frame and every clause are."""
    return hashlib.sha256(f"{library.frame} {library.contents}".encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def survey_of(job: Job) -> Survey:
    """The survey of a build in this process. Raises ``Differs`` where the process cannot build the same."""
    # A worker on another machine may have the library where it is installed there.
    workspace = job.workspace if job.workspace.clauses.is_dir() else Workspace.default()
    library, _ = library_of(workspace)
    if program_state() != job.program:
        raise Differs("another program or other libraries are installed for this worker")
    if library is None or library_tag(library) != job.library:
        raise Differs("the clause library of this worker is another one")
    return Survey(job, library)
