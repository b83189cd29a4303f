"""Runs a case of ``tests/torture`` and says in what its outcome differs from what the case expects.

A family is a file: ``about``, ``defaults`` (laid under each case) and ``cases``. A case starts with a folder:

- ``start``, ``replace``, ``set``: ``deal.yaml`` is this example, edited; or it is ``text``; ``start: none``: no deal;
- ``files``: other files, as ``tests/torture_start.py`` makes them; the profile ``my-msp`` is always there;
- ``library: {of: small, files: {…}}``: a clause library of the case's own, the smallest one or a copy of ours
  (``full``), with these files below ``clauses/`` and ``schemas/`` replaced.

``command`` is typed there (``check deal.yaml`` without one; ``build`` where files are expected), with ``input`` piped
in and ``env`` set. ``expect`` says what must come of it:

- ``findings``: every error, no more and no less, and those warnings that are named: ``code``, and ``says``, ``help``,
  ``severity``, ``rule``; its place is ``file`` with ``line`` and ``column``, or the mark ``‹…›`` of the text (the next
  one, or the ``mark`` of that number), or ``place: none``;
- ``refused: {file, says}``: the file cannot be read; ``usage``: wrong words on the command line;
- ``reads: {dotted.path: value}``: what the merged deal holds, of the same kind;
- ``prints: {every: […], docx: […], pdf: […]}``: what a person reads in these files, ``lacks``: what no program does;
- ``writes``: the files in the folder ``build``; ``output``: what stands on the terminal; ``exit``: the status.

Whatever a case says, nothing is written but in ``build``, no status is 3 unless it is expected, no finding is long or
points outside its file, and the command takes no more than ``seconds`` of the processor. With ``megabytes`` it runs in
a process of its own that cannot have more memory than that.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from click.testing import CliRunner

from generator.api import draft
from generator.cli import main
from generator.pipeline import library_of
from generator.workspace import Workspace
from tests.torture_start import ROOT, SMALLEST, Mark, WrongCase, laid_out, only, text_of
from tests.torture_words import EVERY, WORDS, holds, source_of

FOLDER: Final = Path(__file__).parent / "torture"
CASE: Final = {"name", "why", "start", "replace", "set", "text", "files", "library", "command", "input", "env",
               "expect", "seconds", "megabytes"}  # fmt: skip
EXPECTED: Final = {"findings", "refused", "usage", "reads", "prints", "lacks", "writes", "output", "exit"}
FINDING: Final = {"code", "file", "line", "column", "mark", "place", "says", "help", "severity", "rule"}
SECONDS: Final = 10.0
LONGEST_MESSAGE, LONGEST_OUTPUT = 400, 150_000


@dataclass
class Outcome:
    """What came of a command: ``reads`` are values of the merged deal, ``files`` what lies in ``build``."""

    status: int
    output: str
    errors: str
    seconds: float
    failure: str = ""
    reads: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)


# ---- cases


def families() -> dict[str, list[Mapping[str, Any]]]:
    """The cases of each family, checked for words that nobody reads."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        family = only(yaml.safe_load(path.read_text("utf-8")), {"about", "defaults", "cases"}, path.name)
        cases = [checked({**family.get("defaults", {}), **case}, path.stem) for case in family["cases"]]
        names = [case["name"] for case in cases]
        if len(set(names)) < len(names):
            raise WrongCase(f"{path.name}: two cases have the name {max(names, key=names.count)!r}")
        found[path.stem] = cases
    return found


def checked(case: Mapping[str, Any], family: str) -> Mapping[str, Any]:
    where = f"{family}: {case.get('name', 'a case without a name')}"
    only(case, CASE, where)
    expect = only(case.get("expect"), EXPECTED, f"{where}: expect")
    if "name" not in case or not (expect.keys() - {"exit"} or expect.get("exit")):
        raise WrongCase(f"{where}: a case has a name and says what it expects")
    for finding in expect.get("findings", ()):
        only(finding, FINDING, f"{where}: findings")
    for formats in (expect.get("prints", {}), expect.get("lacks", {})):
        only(formats, {"every", *WORDS}, f"{where}: formats")
    return case


def command_of(case: Mapping[str, Any]) -> list[str]:
    """The words of the command line; a report is asked for as JSON, which says places exactly."""
    expect = case["expect"]
    words = [str(word) for word in case.get("command", ())]
    if not words:
        words = ["check", "deal.yaml"]
        if formats := {*expect.get("prints", {}), *expect.get("lacks", {})}:
            asked = (*(EVERY if "every" in formats else ()), *sorted(formats - {"every"}))
            words = ["build", "deal.yaml", "-o", "build", "--to", ",".join(dict.fromkeys(asked)), "--no-pages"]
        elif "writes" in expect:
            words = ["build", "deal.yaml", "-o", "build", "--no-pages"]
    wants_report = expect.keys() & {"findings", "refused"} and "--format" not in words
    return [*words, "--format", "json"] if wants_report else words


# ---- running


def run(case: Mapping[str, Any], folder: Path) -> tuple[Outcome, dict[str, tuple[Mark, ...]]]:
    """Run the command of a case in an empty folder."""
    work = folder / "work"
    deal = {name: case[name] for name in ("replace", "set") if name in case}
    files = {"deal.yaml": case.get("text", {"start": case.get("start", "tpe-boulangerie.yaml"), **deal})}
    if case.get("start") == "none":
        files.clear()
    marks = laid_out({"my-msp": {"copy": "contracts/my-msp"}, **files, **case.get("files", {})}, work)
    own = case.get("library")
    workspace = _library(only(own, {"of", "files"}, case["name"]), folder) if own is not None else None
    before = _contents(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        patch.delenv("NO_COLOR", raising=False)
        patch.setenv("CLAUSIER_PAGES", "0")
        for name, value in case.get("env", {}).items():
            patch.setenv(name, value)
        if workspace is not None:
            patch.setenv("CLAUSIER_NO_CACHE", "1")
            patch.setattr(Workspace, "default", staticmethod(lambda: workspace))
        outcome = _alone(case, work) if "megabytes" in case else _outcome(case)
    after = _contents(folder)
    outcome.strays = [name for name in after if after[name] != before.get(name) and "/build/" not in name]
    outcome.strays += [name for name in before if name not in after]
    build = work / "build"
    outcome.files = {
        path.relative_to(build).as_posix(): path.read_bytes()
        for path in sorted(build.rglob("*"))
        if path.is_file() and ".clausier" not in path.parts
    }
    return outcome, marks


def _library(said: Mapping[str, Any], folder: Path) -> Workspace:
    of = {"small": SMALLEST, "full": ROOT / "clauses"}[said.get("of", "small")].relative_to(ROOT).as_posix()
    laid_out({"clauses": {"copy": of}, "schemas": {"copy": "schemas"}, **said.get("files", {})}, folder)
    return Workspace(folder / "clauses", folder / "schemas")


def _outcome(case: Mapping[str, Any]) -> Outcome:
    began = time.process_time()
    result = CliRunner().invoke(main, command_of(case), prog_name="clausier", input=case.get("input"))
    outcome = Outcome(result.exit_code, result.stdout, result.stderr, time.process_time() - began)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        outcome.failure = f"{type(result.exception).__name__}: {result.exception}"
    if "reads" in case["expect"]:
        deal = draft("deal.yaml").deal
        outcome.reads = {path: _at(deal.values, path) for path in case["expect"]["reads"]} if deal is not None else {}
    return outcome


def _at(value: Any, dotted: str) -> Any:
    for step in dotted.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _alone(case: Mapping[str, Any], work: Path) -> Outcome:
    """The same in a process that is ended where it takes more time or memory than the case allows."""
    seconds = case.get("seconds", SECONDS)
    library_of(Workspace.default())  # read here, once: the limits are for the deal
    kept = work.parent / "outcome"
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 2, int(seconds) + 2))
            pages = Path("/proc/self/statm")
            if pages.exists():
                held = int(pages.read_text().split()[0]) * resource.getpagesize()
                room = held + case["megabytes"] * 1024 * 1024
                resource.setrlimit(resource.RLIMIT_AS, (room, room))
            kept.write_bytes(pickle.dumps(_outcome(case)))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    if not kept.exists():
        ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "no outcome"
        return Outcome(3, "", "", float(seconds), f"the process was ended: {ended}")
    outcome: Outcome = pickle.loads(kept.read_bytes())
    kept.unlink()
    return outcome


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if not path.is_symlink() and (path.is_file() or path.is_fifo())
    }


# ---- judging


def differences(case: Mapping[str, Any], outcome: Outcome, marks: Mapping[str, Sequence[Mark]]) -> list[str]:
    """Everything in which the outcome is not what the case expects, or what nothing may be."""
    expect = case["expect"]
    found = list(_never(case, outcome))
    report = _report(outcome.output) if expect.keys() & {"findings", "refused"} else []
    if expect.keys() & {"findings", "refused"} and report is None:
        return [*found, f"no report was made: {outcome.output[:300]}{outcome.errors[:300]}"]
    listed = [finding for deal in report or () for finding in deal.get("findings", ())]
    found += _bounds(listed)
    if "findings" in expect:
        found += _unlike(expect["findings"], listed, marks)
    if "refused" in expect:
        refused = [deal["unreadable"] for deal in report or () if "unreadable" in deal]
        wanted = expect["refused"]
        if not any(one["file"] == wanted["file"] and wanted["says"] in one["reason"] for one in refused):
            found.append(f"{wanted['file']} is not refused as {wanted['says']!r}: {refused}")
    if "usage" in expect and expect["usage"] not in outcome.errors:
        found.append(f"the words are not refused with {expect['usage']!r}: {outcome.errors[:300]}")
    for path, wanted in expect.get("reads", {}).items():
        value = outcome.reads.get(path)
        same = str(value) == str(wanted) if isinstance(value, Decimal) else value == wanted
        if not same or isinstance(value, bool) != isinstance(wanted, bool):
            found.append(f"{path} is read as {value!r}, not as {wanted!r}")
    for text in expect.get("output", ()):
        if text not in outcome.output + outcome.errors:
            found.append(f"the terminal does not show {text!r}")
    if "writes" in expect and sorted(expect["writes"]) != sorted(outcome.files):
        found.append(f"the files are {sorted(outcome.files)}")
    found += _unprinted(expect, outcome)
    if outcome.status != (status := _status(expect)):
        found.append(f"the status is {outcome.status}, not {status}")
    return found


def _status(expect: Mapping[str, Any]) -> int:
    if "exit" in expect:
        return int(expect["exit"])
    if expect.keys() & {"refused", "usage"}:
        return 2
    return int(any(finding.get("severity", "error") == "error" for finding in expect.get("findings", ())))


def _report(output: str) -> list[Mapping[str, Any]] | None:
    try:
        said = json.loads(output)
    except ValueError:
        return None
    deals = said.get("deals", [said])
    return deals if isinstance(deals, list) else None


def _never(case: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    if outcome.failure:
        yield outcome.failure
    if "Traceback" in outcome.errors or "internal error" in outcome.errors:
        yield f"the program failed: {outcome.errors[:400]}"
    if outcome.seconds > case.get("seconds", SECONDS):
        yield f"it took {outcome.seconds:.1f} s of the processor"
    if len(outcome.output) + len(outcome.errors) > LONGEST_OUTPUT:
        yield f"it printed {len(outcome.output) + len(outcome.errors)} characters"
    if outcome.strays:
        yield f"written, changed or removed outside of build: {outcome.strays}"


def _bounds(listed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for finding in listed:
        for name in ("message", "help"):
            if len(finding[name]) > LONGEST_MESSAGE:
                yield f"the {name} of {finding['code']} has {len(finding[name])} characters"
        path, line = Path(finding["file"] or "-"), finding["line"]
        if line is None or not path.is_file():
            continue
        lines = path.read_bytes().decode("utf-8-sig", "surrogatepass").replace("\r\n", "\n").replace("\r", "\n")
        numbered = lines.split("\n")
        if line > len(numbered) or finding["column"] > len(numbered[line - 1]) + 1:
            yield f"{finding['code']} points outside of {finding['file']}: {line}:{finding['column']}"


def _unlike(
    wanted: Sequence[Mapping[str, Any]], listed: Sequence[Mapping[str, Any]], marks: Mapping[str, Sequence[Mark]]
) -> Iterator[str]:
    left = list(listed)
    next_mark = dict.fromkeys(marks, 0)
    for want in wanted:
        place = _place(want, marks, next_mark)
        match = next((one for one in left if _is(want, one, place)), None)
        if match is None:
            yield f"there is no finding {dict(want)} at {place}"
        else:
            left.remove(match)
    for one in left:
        if one["severity"] == "error":
            yield f"not expected: {one['code']} {one['file']}:{one['line']}:{one['column']} {one['message']}"


Position = tuple[str, int | None, int | None, int | None]


def _place(want: Mapping[str, Any], marks: Mapping[str, Sequence[Mark]], next_mark: dict[str, int]) -> Position:
    """File, line, column and end column; ``None`` is for what the case does not say."""
    file = want.get("file", "deal.yaml")
    if want.get("place") == "none":
        return (want.get("file", ""), None, None, None)
    if "line" in want:
        return (file, want["line"], want.get("column"), None)
    number = want.get("mark", next_mark.get(file, 0) + 1)
    if number > len(marks.get(file, ())):
        raise WrongCase(f"no mark in {file} says where {want['code']} is")
    next_mark[file] = number
    mark = marks[file][number - 1]
    return (file, mark.line, mark.column, mark.end_column)


def _is(want: Mapping[str, Any], one: Mapping[str, Any], place: Position) -> bool:
    found = (one["file"], one["line"], one["column"], one["end_column"])
    return (
        one["code"] == want["code"]
        and one["severity"] == want.get("severity", "error")
        and want.get("says", "") in one["message"]
        and want.get("help", "") in one["help"]
        and want.get("rule", one["rule"]) == one["rule"]
        and all(wanted is None or is_ == wanted for is_, wanted in zip(found, place, strict=True))
        and (place[1] is not None or one["line"] is None)
    )


def _unprinted(expect: Mapping[str, Any], outcome: Outcome) -> Iterator[str]:
    for key in ("prints", "lacks"):
        for formats, texts in expect.get(key, {}).items():
            for format_ in EVERY if formats == "every" else (formats,):
                names = [name for name in outcome.files if name.endswith(f".{format_}") and "receipt" not in name]
                contents = [outcome.files[name] for name in names]
                for text in (text_of(text, "prints") for text in texts):
                    there = (
                        any(holds(format_, content, text) for content in contents)
                        if key == "prints"
                        else not contents or any(text in source_of(format_, content) for content in contents)
                    )
                    if there != (key == "prints"):
                        yield f"{format_} {'does not show' if key == 'prints' else 'holds'} {text!r}"


def outcome_of(case: Mapping[str, Any], folder: Path) -> list[str]:
    """Run a case; in what it differs."""
    before = Path.cwd()
    outcome, marks = run(case, folder)
    os.chdir(folder / "work")
    try:
        return differences(case, outcome, marks)
    finally:
        os.chdir(before)
