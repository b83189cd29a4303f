"""The library out of the user's cache: the same library, and never one that somebody else wrote or that is stale."""

from __future__ import annotations

import hashlib
import hmac
import marshal
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.cache import CACHE_KEY, NO_CACHE, recall_bytes, remember_bytes
from generator.conditions.expressions import Not
from generator.conditions.table import Table
from generator.formulas import FORMULAS
from generator.library.image import packed, unpacked
from generator.library.kept import _library
from generator.library.layers import Condition
from generator.library.load import load_library
from generator.library.model import Library
from generator.library.templates import Branch, Insert, Repeat
from generator.pipeline import Draft, draft, library_of
from generator.prove.credit_grids import problems
from generator.schema import DealSchema
from generator.source import Source
from generator.workspace import Workspace
from generator.writers.docx import write
from tests.deals import CONTRACTS, spread
from tests.proving import run as prove
from tests.test_evaluate import scope_of

SMALL = Path(__file__).parent / "bad" / "_library"
DEALS = sorted(path.name for path in CONTRACTS.glob("*.yaml"))
# What is made anew, from what stands beside it.
MADE = {Insert: {"run", "form"}, Branch: {"run"}, Repeat: {"run", "test_run"}}


@cache
def read() -> Library:
    """The library read from its files, whatever the cache holds."""
    made, found = load_library(Workspace.default(), frozenset(FORMULAS))
    assert made is not None, found
    return made


@cache
def image() -> bytes:
    return packed(read())


@cache
def again() -> Library:
    return unpacked(image())


def differences(one: Any, two: Any, place: str) -> Iterator[str]:
    """Where two values differ, dataclasses by their fields and mappings in their order."""
    if isinstance(one, Table):
        yield from differences(one.conditions, two.conditions, place)
        if one.function() != two.function():
            yield f"{place}: another table"
    elif isinstance(one, DealSchema):
        yield from differences((one.document, one.type), (two.document, two.type), place)
    elif isinstance(one, (Condition, Source)) or (is_dataclass(one) and type(one) is type(two)):
        for field in fields(one):
            if field.init and field.name not in MADE.get(type(one), ()):
                yield from differences(getattr(one, field.name), getattr(two, field.name), f"{place}.{field.name}")
    elif isinstance(one, Mapping):
        if list(one) != list(two):
            yield f"{place}: other keys"
        for key in one:
            yield from differences(one[key], two[key], f"{place}[{key!r}]")
    elif isinstance(one, (list, tuple)):
        if type(one) is not type(two) or len(one) != len(two):
            yield f"{place}: {type(two).__name__} of {len(two)}"
        for index, (left, right) in enumerate(zip(one, two, strict=False)):
            yield from differences(left, right, f"{place}[{index}]")
    elif one != two or type(one) is not type(two):
        yield f"{place}: {one!r} and {two!r}"


def test_the_library_of_an_image_is_that_of_the_files() -> None:
    assert list(differences(read(), again(), "library"))[:5] == []


def test_the_credit_scales_of_an_image_are_judged_like_those_of_the_files() -> None:
    assert list(problems(again())) == list(problems(read()))


def test_a_difference_is_found_where_there_is_one() -> None:
    clause = next(iter(read().clauses.values()))
    changed = {**read().clauses, clause.id: replace(clause, locked=not clause.locked)}
    assert list(differences(changed, again().clauses, "library.clauses")) == [
        f"library.clauses[{clause.id!r}].locked: {not clause.locked!r} and {clause.locked!r}"
    ]


def test_an_image_is_a_function_of_the_library() -> None:
    assert len(packed(read())) == len(image())


def made_with(library: Library, monkeypatch: pytest.MonkeyPatch, name: str) -> Draft:
    monkeypatch.setattr("generator.pipeline.library_of", lambda _: (library, ()))
    return draft(CONTRACTS / name)


@pytest.mark.parametrize("name", spread(DEALS))
def test_a_deal_comes_to_the_same_with_either(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = made_with(read(), monkeypatch, name), made_with(again(), monkeypatch, name)
    assert one.report == two.report
    assert one.numbered == two.numbered
    assert one.complete == two.complete
    for language, contract in one.contracts.items():
        assert write(contract) == write(two.contracts[language])


def test_what_is_one_thing_in_the_library_is_one_in_that_of_an_image() -> None:
    library = again()
    asked = {clause.when for clause in library.clauses.values() if clause.when is not None}
    assert asked <= library.held(scope_of(1)).keys()
    for clause in library.clauses.values():
        if clause.service is not None:
            assert library.wordings[f"sheet.{clause.service.code}"].source is clause.front


def test_what_is_packed_can_be_changed_like_anything_else() -> None:
    clause = next(clause for clause in again().clauses.values() if clause.when is not None)
    condition = clause.when
    assert condition is not None
    other = replace(condition, text="other")
    assert (other.text, other.expression, other.span) == ("other", condition.expression, condition.span)
    never = replace(condition, expression=Not(condition.expression))
    scope = scope_of(1)
    assert bool(other.run(scope)) is bool(condition.run(scope)) is not bool(never.run(scope))
    front = replace(clause.front, value={"slot": "other"})
    assert (front.file, front.value, front.lines) == (clause.front.file, {"slot": "other"}, clause.front.lines)


# ---- what is not taken from the cache


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache, which is empty and this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(CACHE_KEY, raising=False)
    monkeypatch.delenv(NO_CACHE, raising=False)
    return tmp_path / "cache" / "clausier"


@pytest.mark.parametrize("place", [0, 31, 32, 33, -1])
def test_what_was_changed_is_not_read(place: int, kept: Path) -> None:
    remember_bytes("trial", "key", b"content")
    file = kept / "trial" / "key"
    harmed = bytearray(file.read_bytes())
    harmed[place] ^= 1
    file.write_bytes(harmed)
    assert recall_bytes("trial", "key") == b""


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, -1])
def test_a_part_of_what_was_kept_is_not_read(size: int, kept: Path) -> None:
    remember_bytes("trial", "key", b"content")
    file = kept / "trial" / "key"
    file.write_bytes(file.read_bytes()[:size])
    assert recall_bytes("trial", "key") == b""


def test_what_was_kept_under_one_name_is_not_read_under_another(kept: Path) -> None:
    remember_bytes("trial", "one", b"content")
    for place in (kept / "trial" / "other", kept / "further" / "one"):
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(kept / "trial" / "one", place)
        assert recall_bytes(place.parent.name, place.name) == b""
    assert recall_bytes("trial", "one") == b"content"


def test_a_forger_without_the_key_makes_no_image_that_is_run(kept: Path, tmp_path: Path) -> None:
    workspace = copied(tmp_path)
    assert library_of(workspace)[0] is not None
    (file,) = (kept / "library").iterdir()
    code = marshal.dumps(({}, b"cos\nmkdir\n(S'forged'\ntR.", b"", []))
    for forged in (code, hashlib.sha256(code).digest() + code, hmac.digest(b"", code, "sha256") + code):
        file.write_bytes(forged)
        _library.cache_clear()
        assert library_of(workspace)[0] is not None
        assert not Path("forged").exists()
    _library.cache_clear()


def test_the_key_lies_apart_and_is_its_users_own(kept: Path, tmp_path: Path) -> None:
    remember_bytes("trial", "key", b"content")
    key = tmp_path / "state" / "clausier" / "cache.key"
    assert (key.stat().st_mode & 0o777, key.stat().st_size, len(list(key.parent.iterdir()))) == (0o600, 32, 1)
    for bit in (0o040, 0o004, 0o020, 0o002):
        key.chmod(0o600 | bit)
        assert recall_bytes("trial", "key") == b""
    key.chmod(0o600)
    assert recall_bytes("trial", "key") == b"content"
    key.unlink()
    assert recall_bytes("trial", "key") == b""
    remember_bytes("trial", "key", b"again")
    assert recall_bytes("trial", "key") == b"again"


def test_machines_that_are_given_one_key_share_a_cache(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_KEY, "given")
    remember_bytes("trial", "key", b"content")
    assert not (tmp_path / "state").exists()
    assert recall_bytes("trial", "key") == b"content"
    monkeypatch.setenv(CACHE_KEY, "other")
    assert recall_bytes("trial", "key") == b""


def test_what_others_may_write_is_not_read(kept: Path) -> None:
    remember_bytes("trial", "key", b"content")
    assert recall_bytes("trial", "key") == b"content"
    for target in (kept / "trial" / "key", kept / "trial"):
        mode = target.stat().st_mode
        for bit in (0o020, 0o002):
            target.chmod(mode | bit)
            assert recall_bytes("trial", "key") == b""
        target.chmod(mode)
        assert recall_bytes("trial", "key") == b"content"


def test_a_link_is_not_read(kept: Path, tmp_path: Path) -> None:
    remember_bytes("trial", "key", b"content")
    (tmp_path / "elsewhere").write_bytes(b"other")
    (kept / "trial" / "link").symlink_to(tmp_path / "elsewhere")
    assert recall_bytes("trial", "link") == b""


def test_a_cache_that_is_switched_off_keeps_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NO_CACHE, "1")
    remember_bytes("trial", "key", b"content")
    assert not kept.exists()
    assert recall_bytes("trial", "key") == b""


def copied(tmp_path: Path) -> Workspace:
    """The smallest library: to read that of the repository takes seconds."""
    shutil.copytree(SMALL, tmp_path / "clauses")
    shutil.copytree(Workspace.default().schemas, tmp_path / "schemas")
    return Workspace(tmp_path / "clauses", tmp_path / "schemas")


def test_a_changed_file_is_read_again_even_where_its_time_and_size_are_the_same(kept: Path, tmp_path: Path) -> None:
    workspace = copied(tmp_path)
    path = tmp_path / "clauses" / "README.md"
    path.write_text("How to write clauses.\n", "utf-8")
    first, _ = library_of(workspace)
    assert first is not None
    assert len(list((kept / "library").iterdir())) == 1
    text, times = path.read_text("utf-8"), path.stat()
    path.write_text(text[:-2] + ("x" if text[-2] != "x" else "y") + text[-1], "utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    # As in another process: this one keeps the library that it has read.
    _library.cache_clear()
    second, _ = library_of(workspace)
    assert second is not None
    assert second.digest != first.digest
    assert len(list((kept / "library").iterdir())) == 2
    _library.cache_clear()
    path.write_text(text, "utf-8")
    third, _ = library_of(workspace)
    assert third is not None
    assert third.digest == first.digest
    assert len(list((kept / "library").iterdir())) == 2
    _library.cache_clear()


def test_whether_a_library_was_proven_is_no_part_of_its_image(kept: Path, tmp_path: Path) -> None:
    workspace = copied(tmp_path)
    assert prove(workspace, "library", "prove").exit_code == 0
    first, _ = library_of(workspace)
    assert first is not None
    assert first.proven
    (tmp_path / "clauses" / "library.lock").unlink()
    second, _ = library_of(workspace)
    assert second is not None
    assert not second.proven
    _library.cache_clear()


def test_a_library_with_findings_is_not_kept(kept: Path, tmp_path: Path) -> None:
    workspace = copied(tmp_path)
    path = tmp_path / "clauses" / "glossary.yaml"
    path.write_text(path.read_text("utf-8") + "\nnonsense: [\n", "utf-8")
    assert library_of(workspace)[0] is None
    assert not (kept / "library").exists()


# ---- the command line


def run(script: str, cache: Path, folder: Path) -> str:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(CONTRACTS.parent)}
    environment.pop(NO_CACHE, None)
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return made.stdout


CHECK = (
    "import sys\nfrom generator.cli import main\n"
    f"try: main(['check', {str(CONTRACTS / 'pme-acme.yaml')!r}], prog_name='clausier')\n"
    "except SystemExit as end: assert end.code == 0, end.code\n"
    "print(*sorted({'jinja2', 'markdown_it', 'jsonschema', 'z3', 'docx'} & set(sys.modules)))"
)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The cache of a first check, and what it had to load."""
    folder = tmp_path_factory.mktemp("checked")
    return folder / "cache", run(CHECK, folder / "cache", folder).splitlines()[-1]


def test_a_check_with_a_kept_library_loads_no_reader_of_library_files(
    checked: tuple[Path, str], tmp_path: Path
) -> None:
    cache, loaded = checked
    assert "jinja2" in loaded
    assert run(CHECK, cache, tmp_path).splitlines()[-1] == ""


def test_a_build_without_the_cache_writes_the_same_files(
    checked: tuple[Path, str], tmp_path: Path, nightly: bool
) -> None:
    """By day with the cache of another command; at night a build fills it, too."""
    files = []
    for number, options in enumerate((["--no-cache"], [], [])):
        if number == 1 and not nightly:
            shutil.copytree(checked[0], tmp_path / "cache")
            continue
        arguments = [*options, "build", str(CONTRACTS / "tpe-boulangerie.yaml"), "-o", f"out{number}"]
        script = f"from generator.cli import main\nmain({[*arguments, '--to', 'docx,html', '--no-pages']!r})"
        run(script, tmp_path / "cache", tmp_path)
        assert (tmp_path / "cache").exists() is (number > 0)
        folder = tmp_path / f"out{number}"
        # Hidden are the records of when they were written.
        files.append({path.name: path.read_bytes() for path in sorted(folder.glob("boulangerie-2026/*"))})
    assert files[0]
    assert all(one == files[0] for one in files)
