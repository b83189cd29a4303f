"""What is read once stays read: a file that changes meanwhile is read whole, read again, or refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from breaking import ROOT
from click.testing import CliRunner, Result
from test_disk_faults import BAKERY, changed, deals

from generator import workspace
from generator.batch import make
from generator.batch.records import read_record
from generator.cli import main
from generator.library import kept
from generator.pipeline import library_of
from generator.workspace import Workspace, WorkspaceError, read_whole


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(deals(tmp_path, "nord"))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="clausier")


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_is_saved_while_it_is_read_is_read_again(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "deal.yaml"
    file.write_bytes(b"before")

    whole, saves = os.fstat, iter(range(1, times + 1))

    def fstat(descriptor: int) -> os.stat_result:
        """What is known of the file when it is opened is from before it is saved."""
        status = whole(descriptor)
        if (number := next(saves, 0)) > 0:
            file.write_bytes(b"after " * number)
        return status

    monkeypatch.setattr(workspace.os, "fstat", fstat)
    assert read_whole(file, 1000) == b"after " * times


@pytest.mark.parametrize("content", [b"", b"half a de", b"more than it was before"])
def test_a_file_that_keeps_changing_is_refused(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "deal.yaml"
    file.write_bytes(b"as it was before")
    whole, number = os.fstat, iter(range(1000, 2000))

    def fstat(descriptor: int) -> os.stat_result:
        status = whole(descriptor)
        file.write_bytes(content)
        os.utime(file, ns=(next(number), next(number)))
        return status

    monkeypatch.setattr(workspace.os, "fstat", fstat)
    with pytest.raises(WorkspaceError, match="the file is being changed while it is read"):
        read_whole(file, 1000)


def test_a_deal_that_takes_the_name_of_another_during_a_build_is_not_written_over_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy("deals/nord.yaml", "deals/sud.yaml")
    Path("deals/sud.yaml").write_text(BAKERY.replace("boulangerie-2026", "sud"), "utf-8")
    written = make.write_pack

    def write_pack(*words: object) -> tuple[str, ...]:
        """The second deal is saved under the name of the first while that one is written."""
        text = BAKERY.replace("boulangerie-2026", "nord").replace("headcount: 4", "headcount: 8")
        Path("deals/sud.yaml").write_text(text, "utf-8")
        return written(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(make, "write_pack", write_pack)
    result = run("build", "deals/nord.yaml", "deals/sud.yaml", "-o", "out", "--to", "md")
    assert result.exit_code == 3, result.output
    assert "deals/sud.yaml: the deal was changed during the build" in result.stderr
    assert os.listdir("out/nord")
    assert "headcount: 4" in Path("out/nord/resolved.yaml").read_text("utf-8")


def test_a_deal_that_changes_between_plan_and_build_is_built_as_it_is_then(
    monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    planned = make.laid_out

    def laid_out(*words: object) -> object:
        changed(place, "nord")
        return planned(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(make, "laid_out", laid_out)
    assert run("build", "deals", "-o", "out", "--to", "md").exit_code == 0
    assert "headcount: 4" in Path("out/nord/resolved.yaml").read_text("utf-8")
    monkeypatch.setattr(make, "laid_out", planned)
    result = run("build", "deals", "-o", "out", "--to", "md")
    assert "~ nord  deals/nord.yaml  (the deal changed)" in result.output
    assert "headcount: 6" in Path("out/nord/resolved.yaml").read_text("utf-8")


@pytest.mark.parametrize("file", ["provider.yaml", "base.docx"])
def test_a_record_names_what_was_read_and_not_what_lies_there_later(
    file: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile is changed while a deal is built, and put back: the contract is of the changed one, and is known so."""
    path = Path("deals/my-msp") / file
    before = path.read_bytes()
    if file == "provider.yaml":
        path.write_bytes(before.replace(b"120000.00", b"130000.00"))
    else:
        shutil.copy(ROOT / "contracts" / "granit" / "base.docx", path)
    made = make.laid_out

    def laid_out(*words: object) -> object:
        found = made(*words)  # type: ignore[arg-type]
        path.write_bytes(before)
        return found

    monkeypatch.setattr(make, "laid_out", laid_out)
    assert run("build", "deals", "-o", "out", "--to", "md").exit_code == 0
    monkeypatch.setattr(make, "laid_out", made)
    assert "1 to change" in run("build", "deals", "-o", "out", "--to", "md").output
    assert "0 to change, 1 unchanged" in run("build", "deals", "-o", "out", "--to", "md").output


# ---- the library


@pytest.fixture
def library(tmp_path: Path) -> Workspace:
    shutil.copytree(ROOT / "tests" / "bad" / "_library", tmp_path / "clauses")
    return Workspace(tmp_path / "clauses", ROOT / "schemas")


def test_a_library_that_changes_while_it_is_read_is_read_again(
    library: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clause is changed after it was read, and changed back before the digest of the library is made."""
    clause = library.clauses / "base" / "liability" / "cap.md"
    right = clause.read_bytes()
    read, count = kept.kept_library, []

    def reading(*words: object) -> object:
        count.append(1)
        if len(count) > 1:
            return read(*words)  # type: ignore[arg-type]
        times = clause.stat()
        clause.write_bytes(right.replace(b"ses fautes", b"ses erreur"))
        found = read(*words)  # type: ignore[arg-type]
        clause.write_bytes(right)
        os.utime(clause, ns=(times.st_atime_ns, times.st_mtime_ns))
        return found

    monkeypatch.setattr(kept, "kept_library", reading)
    found, _ = library_of(library)
    assert found is not None
    assert "ses fautes" in found.clauses["liability.cap"].texts["fr"].source
    assert len(count) == 2


def test_a_library_that_keeps_changing_is_refused(library: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    clause = library.clauses / "base" / "liability" / "cap.md"
    read = kept.kept_library

    def reading(*words: object) -> object:
        clause.write_bytes(clause.read_bytes() + b"\n")
        return read(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(kept, "kept_library", reading)
    with pytest.raises(WorkspaceError, match="the library is being changed while it is read"):
        library_of(library)


def test_a_clause_that_is_no_file_is_refused_and_not_waited_for(library: Workspace) -> None:
    os.mkfifo(library.clauses / "base" / "liability" / "pipe.md")
    found, findings = library_of(library)
    assert found is None
    assert ["this is not a regular file" in finding.message for finding in findings] == [True]


@pytest.mark.parametrize("place_", ["out/nord/nord.fr.md", "deals/my-msp/base.docx"])
def test_a_pipe_where_a_file_was_is_not_waited_for(place_: str) -> None:
    assert run("build", "deals", "-o", "out", "--to", "md").exit_code == 0
    os.unlink(place_)
    os.mkfifo(place_)
    for words in ((), ("--check",), ("--prune",)):
        result = run("build", "deals", "-o", "out", "--to", "md", *words)
        assert "Traceback" not in result.output
        assert result.exit_code in (0, 1, 3)


# ---- records


def no_record(head: dict[str, Any]) -> Any:
    return [head]


def no_text(head: dict[str, Any]) -> Any:
    return {**head, "used": None}


def no_mapping(head: dict[str, Any]) -> Any:
    return {**head, "coming": []}


def no_run(head: dict[str, Any]) -> Any:
    return {**head, "run": 7}


def no_digest(head: dict[str, Any]) -> Any:
    return {**head, "files": [["nord.fr.md", 1, 2, 3]]}


def elsewhere(head: dict[str, Any]) -> Any:
    return {**head, "files": [*head["files"], ["../victim", 1, 2, hashlib.sha256(b"of somebody else").hexdigest()]]}


def coming_elsewhere(head: dict[str, Any]) -> Any:
    return {**head, "coming": {"../victim": hashlib.sha256(b"of somebody else").hexdigest()}}


@pytest.mark.parametrize(
    "forge",
    [no_record, no_text, no_mapping, no_run, no_digest, elsewhere, coming_elsewhere],
    ids=lambda one: one.__name__,
)
def test_a_record_that_the_program_cannot_have_written_is_none(forge: Callable[[dict[str, Any]], Any]) -> None:
    assert run("build", "deals", "-o", "out", "--to", "md").exit_code == 0
    file, victim = Path("out/.clausier/nord.jsonl"), Path("out/victim")
    victim.write_bytes(b"of somebody else")
    head, details = file.read_text("utf-8").split("\n", 1)
    assert read_record(Path("out"), "nord") is not None
    file.write_text(json.dumps(forge(json.loads(head))) + "\n" + details, "utf-8")
    assert read_record(Path("out"), "nord") is None
    Path("deals/nord.yaml").rename("deals/nord.txt")
    assert run("build", "deals", "-o", "out", "--to", "md", "--prune").exit_code == 0
    assert victim.read_bytes() == b"of somebody else"
    Path("deals/nord.txt").rename("deals/nord.yaml")
    assert "(built without a record)" in run("build", "deals", "-o", "out", "--to", "md").output
    assert read_record(Path("out"), "nord") is not None


def test_a_record_of_brackets_is_none() -> None:
    Path("out/.clausier").mkdir(parents=True)
    Path("out/.clausier/nord.jsonl").write_text("[" * 200_000 + "\n" + "[" * 200_000, "utf-8")
    assert run("build", "deals", "-o", "out", "--to", "md").exit_code == 0
