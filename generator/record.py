"""What a pack was made of: the deal, the resolved deal, and a receipt. Every Word and PDF file carries them along."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from generator import __version__
from generator.cache import engine_digest
from generator.deal_layers import Origin
from generator.document.nodes import Clause, Numbered, Part, Section, Table
from generator.document.pair import Facing
from generator.document.walk import letters_of, text_of
from generator.ooxml.names import clause_bookmark
from generator.pipeline import Draft, deal_digest, deal_text, source_digest
from generator.readers.docx import MAIN_STORY, clause_letters_of, letters_outside_clauses_of

DEAL: Final = "deal.yaml"
RESOLVED: Final = "resolved.yaml"
RECEIPT: Final = "receipt.json"
_RECEIPT_VERSION: Final = 1


def record(draft: Draft) -> Mapping[str, bytes]:
    """The three files by name. They depend on the texts of deal, profiles, library and engine, and on nothing else:
    neither the time nor the folder in which the program is started may show."""
    return {
        DEAL: deal_text(draft).encode(),
        RESOLVED: resolved_yaml(draft).encode(),
        RECEIPT: _one_a_line(receipt(draft)).encode(),
    }


def _one_a_line(receipt: Mapping[str, Any]) -> str:
    """The receipt as JSON with one clause a line, as a person compares two of them."""
    members = []
    for name, value in receipt.items():
        if name == "clauses":
            shown = ",\n".join(f"  {_json(language)}: {_listed(entries, 3)}" for language, entries in value.items())
            members.append(f" {_json(name)}: {{\n{shown}\n }}")
        else:
            members.append(f" {_json(name)}: {_listed(value, 2) if isinstance(value, list) else _json(value)}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _listed(entries: Iterable[Any], depth: int) -> str:
    indent = " " * depth
    lines = ",\n".join(f"{indent}{_json(entry)}" for entry in entries)
    return f"[\n{lines}\n{indent[1:]}]" if lines else "[]"


# Kept, for `json.dumps` makes one anew at each call that asks for other than the usual.
_json: Final = json.JSONEncoder(ensure_ascii=False).encode
# What it makes of a text.
_quoted: Final = json.encoder.encode_basestring


# ---- receipt


def receipt(draft: Draft) -> dict[str, Any]:
    """Digests (SHA-256, hexadecimal) of all that a pack is made of, and each clause with that of its text.

    ``base`` is the base document of the provider's house style, empty for the built-in look. ``library`` is all of the
    library but its clauses: of these a pack is made of those that it prints, and does not change with any other.

    ``clauses`` has, for each language, one entry a clause in the order of the pack: ``text`` is the digest of the text
    in the library, the one that an approval names; ``printed`` is that of the letters that this deal prints, so that a
    file shows which of its clauses were edited since; ``approval`` says whether a lawyer's approval of it is recorded.
    A file of two languages prints both inside one bookmark: the entry of the first language has the digest of both,
    that of the second an empty one.

    ``frame`` has the digest of each paragraph that the Word files print around the clauses: covers, titles, headings,
    headers, footers; without what fields print but references. ``letters`` names the documents that hold no clause:
    all their text is frame.
    """
    assert draft.deal is not None and draft.library is not None and draft.facts is not None and draft.plan is not None
    states = {clause.id: clause for clause in draft.plan.clauses()}
    words = _words(draft)
    facing = _facing_letters(draft, words)
    first = next(iter(draft.numbered))
    return {
        "version": _RECEIPT_VERSION,
        "engine": {"name": "clausier", "version": __version__, "sha256": engine_digest()},
        "library": {"sha256": draft.library.frame},
        "deal": {"id": draft.deal.values["meta"]["deal_id"], "sha256": deal_digest(draft)},
        "provider": {"sha256": source_digest(draft.deal.provider_source)},
        "base": {"sha256": draft.house.digest if draft.house is not None else ""},
        "date_of_law": str(draft.facts.as_of),
        "clauses": {
            language: [
                {
                    "part": part.id,
                    "slot": clause.anchor,
                    "id": clause.id,
                    "text": clause.digest,
                    "printed": _printed(part, section, clause, numbered, facing, language == first),
                    "approval": states[clause.id].approval_state(language),
                }
                for part in numbered.document.parts
                for section in part.sections
                for clause in section.clauses
            ]
            for language, numbered in draft.numbered.items()
        },
        "letters": [part.id for part in draft.numbered[first].document.parts if not _has_clause(part)],
        "frame": sorted({_digest(text) for word in words for text in letters_outside_clauses_of(word)}),
    }


def _has_clause(part: Part) -> bool:
    return any(section.clauses for section in part.sections)


def _digest(letters: str) -> str:
    return hashlib.sha256(letters.encode()).hexdigest()


def _words(draft: Draft) -> tuple[Mapping[str, bytes], ...]:
    """What the Word files of the pack say around the clauses, and where two languages face each other in them too.

    It does not depend on the receipt, which is made of it.
    """
    from generator.writers import docx

    return tuple(
        docx.stories(contract, draft.house)
        if isinstance(contract, Facing)
        else docx.frame_stories(contract, draft.house)
        for contract in draft.contracts.values()
    )


def _facing_letters(draft: Draft, words: tuple[Mapping[str, bytes], ...]) -> Mapping[str, str] | None:
    """What a file of two languages says in each clause, by its bookmark; nothing where each language has its files.

    Which of the two says a line first is decided by the writer, row by row: only the file itself knows the order.
    """
    if draft.facing is None:
        return None
    (word,) = words
    return clause_letters_of(word[MAIN_STORY])


def _printed(
    part: Part, section: Section, clause: Clause, numbered: Numbered, facing: Mapping[str, str] | None, first: bool
) -> str:
    """The digest of what a file prints of a clause; empty where it stands in the entry of the other language."""
    letters = _letters(part, section, clause, numbered)
    if facing is None or not letters:
        return _digest(letters)
    # One bookmark is around both languages, named after the clause of the first.
    return _digest(facing[clause_bookmark(clause.anchor)]) if first else ""


def _letters(part: Part, section: Section, clause: Clause, numbered: Numbered) -> str:
    """What is printed of a clause; the title of a section of a summary stands in the corner of each of its tables."""
    letters = letters_of(clause, numbered)
    if part.kind != "summary" or not any(isinstance(block, Table) for block in clause.blocks):
        return letters
    return "".join(text_of(section.title, numbered).split()) + letters


# ---- resolved deal


def resolved_yaml(draft: Draft) -> str:
    """Every value of the merged deal with its origin, then every fact with its reason, as YAML with comments."""
    assert draft.deal is not None and draft.facts is not None and draft.library is not None
    folder = os.path.dirname(draft.file)
    lines = ["# The deal as it was used: every value, and where it comes from."]
    _emit(lines, draft.deal.values, draft, folder, (), 0)
    lines.append("# Derived values, and why.")
    lines.append("facts:")
    for name, value in draft.facts.scope["facts"].items():
        reason = draft.facts.reasons[name]
        why = (
            f"formula {reason.rule.formula}"
            if reason.rule.formula
            else ("default" if reason.case is None else f"case {reason.case + 1}")
        )
        lines.append(f"  {name}: {_inline(value)}  # {why}, {reason.rule.span}")
    return "\n".join(lines) + "\n"


def _emit(
    lines: list[str], value: Mapping[str, Any], draft: Draft, folder: str, path: tuple[str | int, ...], depth: int
) -> None:
    assert draft.deal is not None
    for name, item in value.items():
        here = (*path, name)
        indent = "  " * depth
        if isinstance(item, Mapping) and item and not set(item) <= {"fr", "en"}:
            lines.append(f"{indent}{name}:")
            _emit(lines, item, draft, folder, here, depth + 1)
        elif isinstance(item, list) and item and isinstance(item[0], Mapping):
            lines.append(f"{indent}{name}:")
            for index, entry in enumerate(item):
                origin = _place(draft.deal.origin((*here, index)), folder)
                lines.append(f"{indent}  - {_inline(entry)}  # {origin}")
        else:
            lines.append(f"{indent}{name}: {_inline(item)}  # {_place(draft.deal.origin(here), folder)}")


def _place(origin: Origin, folder: str) -> str:
    """``deal acme.yaml:12``: the files of the deal as seen from its folder, those of the library from the library's."""
    if origin.source is None:
        return "schema default"
    line = origin.source.line_of(origin.path)
    return f"{_layer(origin.layer, origin.source.file, folder or '.', os.getcwd())}:{line}"


@lru_cache(maxsize=64)
def _layer(layer: str, file: str, folder: str, working: str) -> str:
    own = layer in ("deal", "provider")
    return f"{layer} {_spelt(_seen_from(file, folder, working) if own else file)}"


def _spelt(file: str) -> str:
    """A name as UTF-8, also where Python has stand-ins for its bytes in another locale; other bytes as ``\\xe9``."""
    return file if file.isascii() else os.fsencode(file).decode(errors="backslashreplace")


@lru_cache(maxsize=16)
def _seen_from(file: str, folder: str, _: str) -> str:
    """A file as seen from a folder, of which one or both may be named from the working folder."""
    return os.path.relpath(file, folder).replace(os.sep, "/")


def _inline(value: Any) -> str:
    """A value as one line of YAML (JSON is YAML); decimals are written as they are."""
    if isinstance(value, str):
        return _quoted(value)
    # Exactly so, which is asked most: to ask for any mapping takes ten times as long.
    kind = type(value)
    if kind is dict or isinstance(value, Mapping):
        return "{" + ", ".join([f"{key}: {_inline(item)}" for key, item in value.items()]) + "}"
    if kind is list or isinstance(value, (list, tuple)):
        return "[" + ", ".join([_inline(item) for item in value]) + "]"
    return _json(value) if value is None or isinstance(value, (bool, int)) else _quoted(str(value))


def plain(value: Any) -> Any:
    """Any stage's value as JSON can hold it: decimals as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)
