"""``clausier new``: a starter deal whose comments are the descriptions of the schema."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from generator.cli import console
from generator.diagnostics import did_you_mean
from generator.workspace import (
    Workspace,
    WorkspaceError,
    exists,
    folder_above,
    read_text,
    shown_path,
    write_all,
    write_whole,
)

if TYPE_CHECKING:
    from generator.schema_types import Type
    from generator.source import Path as SourcePath
    from generator.source import Source

# One skeleton a segment, data and not code: short deals that the library accepts as they stand. `sectors/` holds what
# some lines of business add to any of them.
STARTERS = Path(__file__).parent / "starters"
WIDTH = 116


def segments() -> tuple[str, ...]:
    """The segments that have a starter."""
    return tuple(sorted(path.stem for path in STARTERS.glob("*.yaml")))


@click.command("new", short_help="Write a commented starter deal.")
@click.argument("file", type=console.NamedPath(path_type=Path), metavar="FILE")
@click.option("--segment", type=click.Choice(segments()), help="Size of the client; required without --interview.")
@click.option("--sector", default="", metavar="SECTOR", help="Line of business of the client, as in context.sector.")
@click.option("--provider", default="my-msp", show_default=True, metavar="NAME",
              help="Provider profile: NAME/provider.yaml beside FILE, or one folder up.")  # fmt: skip
@click.option("--interview", is_flag=True, help="Ask for what can still matter, instead of writing a starter.")
@click.option("--kind", default="", metavar="KIND",
              help="With --interview: kind of document, as in meta.kind; else a contract.")  # fmt: skip
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="fr", show_default=True,
              help="Language of the interview.")  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    segment: str | None,
    sector: str,
    provider: str,
    interview: bool,
    kind: str,
    language: str,
) -> None:
    """Write a starter deal to FILE: short, commented in French and English, and without an error as it stands.

    Replace the names, numbers and prices in it, then run `clausier check`. A file that exists is never overwritten.

    \b
    Examples:
      clausier new contracts/dupont.yaml --segment pme
      clausier new contracts/clinique.yaml --segment pme --sector health
      clausier new contracts/dupont.yaml --segment tpe --provider my-msp
      clausier new contracts/dupont.yaml --interview --lang en
      clausier new contracts/dupont-avenant.yaml --interview --kind amendment
    """
    from generator.schema import DealSchema

    if segment is None and not interview:
        raise click.MissingParameter(ctx=ctx, param=next(p for p in ctx.command.params if p.name == "segment"))
    if not interview and exists(file):
        raise WorkspaceError(str(file), "the file exists already", "choose another name, or remove it first")
    if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", provider, re.ASCII):
        raise click.BadParameter(f"`{provider}` is not a name; write letters, digits and hyphens",
                                 param_hint="--provider")  # fmt: skip
    schemas = Workspace.default().schemas
    schema = DealSchema.from_text(read_text(schemas / "deal.schema.json"))
    _one_of(sector, schema.type.fields["context"].type.fields["sector"].type.values, "--sector", "a sector")
    _one_of(kind, schema.type.fields["meta"].type.fields["kind"].type.values, "--kind", "a kind of document")
    if kind and not interview:
        raise click.UsageError("--kind goes with --interview: a starter is that of an ordinary contract", ctx)
    if interview:
        from generator.cli.interview import hold

        options = {"meta.kind": kind, "context.segment": segment, "context.sector": sector}
        answered = {"meta.deal_id": deal_id_for(file), "parties.provider.profile": provider}
        answered |= {path: value for path, value in options.items() if value}
        answers = hold(file, answered, language)
        write_whole(file, starter(schema.type, answers, {}, schema_reference(schemas, file), ANSWERED_HEAD).encode())
        _check(file, language)
    assert segment is not None
    settings: dict[SourcePath, str] = {("meta", "deal_id"): deal_id_for(file)}
    settings["parties", "provider", "profile"] = provider
    if sector:
        settings["context", "sector"] = sector
    text = starter(schema.type, skeleton(segment, sector), settings, schema_reference(schemas, file))
    write_all({file: text.encode()}, fresh=True)
    shown = console.visible(shown_path(file))
    console.out(f"wrote {shown}")
    if not any((base / provider / "provider.yaml").is_file() for base in (file.parent, folder_above(file.parent))):
        profile = console.visible(shown_path(file.parent / provider / "provider.yaml"))
        console.out(f"the provider profile is still missing: write {profile}")
    console.out(f"next: replace what is marked in it, then run clausier check {shown}")


def _one_of(value: str, known: tuple[str, ...], option: str, noun: str) -> None:
    """Refuse an option that the schema does not know; an empty one was not given."""
    if value and value not in known:
        near = did_you_mean(value, known)
        help_ = f"did you mean `{near}`?" if near else "known: " + ", ".join(known)
        raise click.BadParameter(f"`{value}` is not {noun}; {help_}", param_hint=option)


def _check(file: Path, language: str) -> NoReturn:
    """What `clausier check` says of the deal that was just written."""
    from generator.cli import drafts

    console.out(f"wrote {console.visible(shown_path(file))}\n")
    runs = drafts.draft_deals((file,), messages=language)
    drafts.Findings("text").run(runs[0], "checked")
    console.end(drafts.status_of(runs))


def deal_id_for(file: Path) -> str:
    """An identifier of the deal made of the name of its file."""
    from generator.outputs import slug

    return slug(file.stem)[:60].strip("-") or "nouveau-client"


def schema_reference(schemas: Path, file: Path) -> str:
    """Where an editor finds the schema: relative inside the checkout of the program, absolute elsewhere."""
    schema = schemas / "deal.schema.json"
    folder = file.resolve().parent
    return os.path.relpath(schema, folder) if folder.is_relative_to(schemas.parent) else schema.as_posix()


# ---- text


def skeleton(segment: str, sector: str = "") -> str:
    """The deal of a segment without comments, with what its sector adds: whole fields at the end of their groups."""
    text = read_text(STARTERS / f"{segment}.yaml")
    extra = STARTERS / "sectors" / f"{sector}.yaml"
    if not sector or not extra.is_file():
        return text
    merged = _groups(text)
    for name, lines in _groups(read_text(extra)).items():
        merged[name] = [*merged[name], *lines[1:]] if name in merged else lines
    return "\n\n".join("\n".join(lines) for lines in merged.values()) + "\n"


def _groups(text: str) -> dict[str, list[str]]:
    """The lines of every top-level group, from its name on, without empty lines."""
    found: dict[str, list[str]] = {}
    for line in filter(str.strip, text.splitlines()):
        if not line.startswith(" "):
            lines = found[line.partition(":")[0]] = []
        lines.append(line)
    return found


ANSWERED_HEAD = (
    "# Dossier issu d'un entretien : ce qui n'y figure pas vient des profils.",
    "# Deal made by an interview: what is not in it comes from the profiles.",
)
STARTER_HEAD = (
    "# Dossier de départ : remplacez les valeurs, puis lancez « clausier check ».",
    "# Starter deal: replace the values, then run `clausier check`.",
)


def starter(
    type_: Type, text: str, settings: dict[SourcePath, str], schema: str, head: tuple[str, ...] = STARTER_HEAD
) -> str:
    """A skeleton with these values in place of its own and a comment on every field.

    ``schema`` is where an editor finds the schema, ``head`` the comment lines at the top of the file.
    """
    from generator.source import read_yaml

    source, found = read_yaml("starter", text)
    assert source is not None, found
    lines = list(source.lines)
    for place, value in settings.items():
        span = source.span(place)
        line = lines[span.line - 1]
        lines[span.line - 1] = line[: span.column - 1] + _scalar(value) + line[span.end_column - 1 :]
    written = [
        f"# yaml-language-server: $schema={schema}",
        *head,
        "",
    ]
    keys = _keys_by_line(source)
    described: set[str] = set()
    listed: set[tuple[str, ...]] = set()
    for number, line in enumerate(lines, 1):
        for name, at_start, member in _new_keys(keys.get(number, []), type_, described, source):
            written += _comment(member, "" if at_start else f"{name}: ", len(line) - len(line.lstrip()), listed)
        written.append(line)
    return "\n".join(written).rstrip("\n") + "\n"


def _scalar(text: str) -> str:
    """A name as YAML, quoted where YAML would read a number or a truth value."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", text) and text.lower() not in {"true", "false", "null"}
    return text if plain else f'"{text}"'


def _keys_by_line(source: Source) -> dict[int, list[SourcePath]]:
    keys: dict[int, list[SourcePath]] = {}
    for path, place in sorted(source.key_places.items(), key=lambda entry: (entry[1].line, entry[1].column)):
        keys.setdefault(place.line, []).append(path)
    return keys


def _new_keys(
    paths: list[SourcePath], type_: Type, described: set[str], source: Source
) -> Iterator[tuple[str, bool, Type]]:
    """The keys of a line that no comment has described yet, whether the line starts with it, and its type."""
    for path in paths:
        generic = ".".join("[]" if isinstance(step, int) else step for step in path)
        member = _type_at(type_, path)
        if generic in described or member is None or not member.description:
            continue
        described.add(generic)
        place = source.key_places[path]
        before = source.line(place.line)[: place.column - 1]
        yield str(path[-1]), not before.strip(), member


def _type_at(type_: Type, path: SourcePath) -> Type | None:
    current: Type | None = type_
    for step in path:
        if current is None:
            return None
        if isinstance(step, int):
            current = current.item
        else:
            member = current.fields.get(step)
            current = member.type if member is not None else None
    return current


def _comment(type_: Type, lead: str, indent: int, listed: set[tuple[str, ...]]) -> Iterator[str]:
    """The description in French and English as comment lines; allowed values where they are met first."""
    text = " / ".join(part.strip().rstrip(".") for part in type_.description.split(" | EN: "))
    values = type_.values or (type_.item.values if type_.item is not None else ())
    if len(values) > 1 and values not in listed:
        listed.add(values)
        text += " : " + ", ".join(values)
    margin = " " * indent + "# "
    yield from textwrap.wrap(lead + text, WIDTH, initial_indent=margin, subsequent_indent=margin + "  ",
                             break_long_words=False, break_on_hyphens=False)  # fmt: skip
