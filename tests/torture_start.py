"""The folder in which a case of ``tests/torture`` starts: its files, made from what the case says of them.

A text is given as it is, or made:

- ``{repeat: "x", times: 9, between: ","}``, with ``{n}`` for the number of the copy;
- ``{nest: "[", inner: "", close: "]", times: 9}``;
- ``{join: [text, …]}``; ``{encode: utf-16, text: …}``; ``{base64: …}``;
- ``{word: {part: text}, also: [[part, text]]}``: our own base document with these parts: new ones, edited ones (``{old:
  new}``) and, with ``null``, removed ones; ``also`` are written behind them, whatever their names;
- ``{start: pme-acme.yaml, replace: {old: new}, set: {dotted.path: value}}``: an example deal, edited;
- ``{copied: path, replace: {old: new}}``: any file of the checkout, edited.

``{U+202E}`` is that character. ``‹…›`` is no part of a text: it marks the place at which a finding points.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import warnings
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import yaml

from generator.writers.docx.starter import starter

ROOT: Final = Path(__file__).resolve().parent.parent
CONTRACTS: Final = ROOT / "contracts"
SMALLEST: Final = ROOT / "tests" / "bad" / "_library"
_MARK: Final = re.compile("[‹›]")
_CODE_POINT: Final = re.compile(r"\{U\+([0-9A-F]{4,6})\}")
_LINE_END: Final = re.compile("\r\n|\r|\n")


class WrongCase(Exception):
    """A case says something that cannot be read, or too little."""


def only(said: Any, names: set[str], where: str) -> Mapping[str, Any]:
    """A group that says nothing but these names."""
    if not isinstance(said, dict):
        raise WrongCase(f"{where}: a group is expected, not {said!r}")
    unknown = sorted(map(str, said.keys() - names))
    if unknown:
        raise WrongCase(f"{where}: nothing is named {', '.join(unknown)}; known: {', '.join(sorted(names))}")
    return said


@dataclass(frozen=True)
class Mark:
    """A marked place: line, column and end column from 1; no end where the mark ends on another line."""

    line: int
    column: int
    end_column: int | None


# ---- texts


def made(said: Any, where: str) -> str | bytes:
    """The text that is given or made, with its marks."""
    if isinstance(said, str):
        return _CODE_POINT.sub(lambda found: chr(int(found[1], 16)), said)
    if not isinstance(said, dict):
        raise WrongCase(f"{where}: a text or a group is expected, not {said!r}")
    for name, (maker, others) in _MAKERS.items():
        if name in said:
            found: str | bytes = maker(only(said, {name, *others}, where), where)
            return found
    raise WrongCase(f"{where}: a text is made by one of {', '.join(_MAKERS)}")


def text_of(said: Any, where: str) -> str:
    found = made(said, where)
    if isinstance(found, bytes):
        raise WrongCase(f"{where}: bytes cannot be a part of a text")
    return found


def _repeated(said: Mapping[str, Any], where: str) -> str:
    text = text_of(said["repeat"], where)
    return text_of(said.get("between", ""), where).join(text.replace("{n}", str(n)) for n in range(said["times"]))


def _nested(said: Mapping[str, Any], where: str) -> str:
    times = int(said["times"])
    return text_of(said["nest"], where) * times + str(said.get("inner", "")) + str(said.get("close", "")) * times


def _joined(said: Mapping[str, Any], where: str) -> str:
    return "".join(text_of(part, where) for part in said["join"])


def _encoded(said: Mapping[str, Any], where: str) -> bytes:
    return text_of(said["text"], where).encode(str(said["encode"]))


def _replaced(said: Mapping[str, Any], file: Path, where: str) -> str:
    text = file.read_text("utf-8")
    for old, new in said.get("replace", {}).items():
        if text.count(old) != 1:
            raise WrongCase(f"{where}: `{old}` stands {text.count(old)} times in {file.name}")
        text = text.replace(old, text_of(new, where))
    return text


def _started(said: Mapping[str, Any], where: str) -> str:
    text = _replaced(said, CONTRACTS / said["start"], where)
    if "set" in said:
        text = _set(yaml.safe_load(text), said["set"], where)
    return text


def _set(deal: Any, settings: Mapping[str, Any], where: str) -> str:
    """The deal with these values, written as JSON, one value a line; ``null`` takes a field away."""
    for dotted, value in settings.items():
        steps: list[Any] = [int(step) if step.isdigit() else step for step in dotted.split(".")]
        *path, last = steps
        place = deal
        for step in path:
            place = place[step] if isinstance(place, list) else place.setdefault(step, {})
        if value is None:
            del place[last]
        else:
            place[last] = _with_characters(value, where)
    return json.dumps(deal, ensure_ascii=False, indent=1, default=str)


def _with_characters(value: Any, where: str) -> Any:
    if isinstance(value, str) or (isinstance(value, dict) and value.keys() & _MAKERS.keys()):
        return text_of(value, where)
    if isinstance(value, list):
        return [_with_characters(entry, where) for entry in value]
    return {name: _with_characters(one, where) for name, one in value.items()} if isinstance(value, dict) else value


def _parts_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _word(said: Mapping[str, Any], where: str) -> bytes:
    parts = {name: content.decode() for name, content in _parts_of(starter()).items()}
    for name, change in said["word"].items():
        if change is None:
            del parts[name]
        elif isinstance(change, str):
            parts[name] = change
        else:
            for old, new in change.items():
                if old not in parts[name]:
                    raise WrongCase(f"{where}: `{old}` does not stand in {name}")
                parts[name] = parts[name].replace(old, new, 1)
    made = BytesIO()
    with warnings.catch_warnings(action="ignore"), ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, text in [*parts.items(), *said.get("also", ())]:
            archive.writestr(ZipInfo(name), text, ZIP_DEFLATED)
    return made.getvalue()


_MAKERS: Final[Mapping[str, Any]] = {
    "repeat": (_repeated, {"times", "between"}),
    "nest": (_nested, {"times", "inner", "close"}),
    "join": (_joined, set()),
    "encode": (_encoded, {"text"}),
    "base64": (lambda said, _: b64decode(said["base64"]), set()),
    "word": (_word, {"also"}),
    "start": (_started, {"replace", "set"}),
    "copied": (lambda said, where: _replaced(said, ROOT / said["copied"], where), {"replace"}),
}


# ---- files


def laid_out(files: Mapping[str, Any], folder: Path) -> dict[str, tuple[Mark, ...]]:
    """Write the files of a case; the marked places of each. ``{link: target}``, ``{folder: true}``, ``{fifo: true}``
    and ``{copy: path}`` (of a file or folder of the checkout) make something else than a text."""
    marks = {}
    for name, said in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        match said:
            case {"link": target}:
                path.symlink_to(target)
            case {"folder": True}:
                path.mkdir(exist_ok=True)
            case {"fifo": True}:
                os.mkfifo(path)
            case {"copy": source}:
                (shutil.copytree if (ROOT / source).is_dir() else shutil.copyfile)(ROOT / source, path)
            case {"removed": True}:
                path.unlink()
            case _:
                content = made(said, name)
                if isinstance(content, str):
                    content, marks[name] = unmarked(content)
                    content = content.encode("utf-8", "surrogatepass")
                path.write_bytes(content)
    return marks


def unmarked(text: str) -> tuple[str, tuple[Mark, ...]]:
    """The text without its marks, and where they were."""
    if _MARK.search(text) is None:
        return text, ()
    pieces = re.split("‹([^›]*)›", text)
    before, marks = "", []
    for place, piece in enumerate(pieces):
        if place % 2:
            lines = _LINE_END.split(before.removeprefix("\ufeff"))
            column = len(lines[-1]) + 1
            marks.append(Mark(len(lines), column, None if _LINE_END.search(piece) else column + len(piece)))
        before += piece
    return before, tuple(marks)
