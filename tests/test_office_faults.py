"""LibreOffice that hangs, dies, is missing or has no room: the reason is said, and nothing is left running."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from breaking import ROOT
from click.testing import CliRunner, Result

from generator import office
from generator.cli import main
from generator.office import OfficeFailed, libreoffice
from generator.programs import scratch_folder

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder with one deal, a temporary folder of its own, and no LibreOffice but what a test makes."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "tmp").mkdir()
    shutil.copytree(ROOT / "contracts" / "my-msp", tmp_path / "my-msp")
    shutil.copy(ROOT / "contracts" / "tpe-boulangerie.yaml", tmp_path / "deal.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    # One that is installed is not meant.
    monkeypatch.setattr(office, "_NAMES", ("standing-in",))
    monkeypatch.setattr(office, "_PLACES", ())
    yield tmp_path
    assert not list(tmp_path.glob("tmp/clausier-*"))


def soffice(script: str) -> None:
    for path in (Path("bin/standing-in"), Path("bin/soffice")):
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


def build(*words: str) -> Result:
    return CliRunner().invoke(main, ["build", "deal.yaml", "-o", "out", *words], prog_name="clausier")


BUSY = "echo $$ > {0}/pid; sleep 300 & echo $! >> {0}/pid; "
# What the program does, and the words by which a build without its PDF says so.
WRONGS = {
    "nothing": ("exit 0", "LibreOffice did not convert"),
    "dies": ("kill -SEGV $$", "LibreOffice did not convert"),
    "elsewhere": ("for last; do :; done; cp $last ../0.pdf; rm ../0.pdf", "LibreOffice did not convert"),
    "half": ("mkdir -p out; printf '%%PDF-1.7 half' > out/0.pdf", "what is not a whole PDF"),
    "a folder": ("mkdir -p out/0.pdf", "LibreOffice did not convert"),
    "a link": ("mkdir -p out; ln -s /etc/passwd out/0.pdf", "LibreOffice did not convert"),
    "a pipe": ("mkdir -p out; mkfifo out/0.pdf", "LibreOffice did not convert"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_pdf_that_is_not_made_is_an_error_and_the_old_pack_stays(wrong: str) -> None:
    Path("out/boulangerie-2026").mkdir(parents=True)
    Path("out/boulangerie-2026/boulangerie-2026.fr.pdf").write_bytes(b"of before")
    script, words = WRONGS[wrong]
    soffice(script)
    result = build("--to", "pdf")
    assert (result.exit_code, words in result.output) == (1, True), result.output
    assert os.listdir("out/boulangerie-2026") == ["boulangerie-2026.fr.pdf"]
    assert Path("out/boulangerie-2026/boulangerie-2026.fr.pdf").read_bytes() == b"of before"


def test_without_libreoffice_a_word_file_is_written_and_a_pdf_is_not() -> None:
    assert build("--to", "docx").exit_code == 0
    assert Path("out/boulangerie-2026/boulangerie-2026.fr.docx").exists()
    result = build("--to", "pdf")
    assert (result.exit_code, "LibreOffice" in result.output) == (1, True)


def test_one_that_hangs_is_stopped(folder: Path) -> None:
    soffice(BUSY.format(folder) + "trap '' TERM; wait")
    with libreoffice(time_limit=1) as program:
        assert program is not None
        with pytest.raises(OfficeFailed, match="did not finish within 1 seconds and was stopped"):
            program.pdfs({"deal": b"a Word file"})
        assert_ended(folder)


def test_what_it_started_and_left_running_is_ended_with_it(folder: Path) -> None:
    soffice(BUSY.format(folder) + "exit 0")
    with libreoffice() as program:
        assert program is not None
        with pytest.raises(OfficeFailed, match="did not convert"):
            program.pdfs({"deal": b"a Word file"})
    assert_ended(folder)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_a_program_that_is_killed_and_the_next_run_removes_its_folders(
    number: signal.Signals, folder: Path
) -> None:
    soffice(BUSY.format(folder) + "wait")
    command = [sys.executable, "-m", "generator", "build", "deal.yaml", "-o", "out", "--to", "pdf"]
    with subprocess.Popen(
        command, env={**ENVIRONMENT, "TMPDIR": str(folder / "tmp"), "PATH": os.environ["PATH"]}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        wait_for(lambda: len(pids(folder)) == 2)
        process.send_signal(number)
        _, complained = process.communicate(timeout=60)
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in complained
    assert_ended(folder)
    left = list(folder.glob("tmp/clausier-*"))
    assert bool(left) == (number == signal.SIGKILL)
    with scratch_folder() as own:
        assert list(folder.glob("tmp/clausier-*")) == [own]


def test_a_temporary_folder_without_room_costs_what_libreoffice_makes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    soffice("exit 0")
    monkeypatch.setattr("tempfile.tempdir", "/proc/nowhere")
    result = build("--to", "pdf")
    assert result.exit_code == 1
    told = "LibreOffice has no room to work: the temporary folder cannot be used (No such file or directory)"
    assert told in result.output
    assert build("--to", "docx,md").exit_code == 0
    assert Path("out/boulangerie-2026/boulangerie-2026.fr.docx").exists()


def test_a_scratch_folder_in_use_is_left_alone(folder: Path) -> None:
    with scratch_folder() as one:
        (one / "file").write_bytes(b"in use")
        with scratch_folder() as other:
            assert one != other
            assert (one / "file").read_bytes() == b"in use"
        assert not other.exists()
    assert not one.exists()


def pids(folder: Path) -> list[str]:
    file = folder / "pid"
    return file.read_text("utf-8").split() if file.exists() else []


def assert_ended(folder: Path) -> None:
    assert len(pids(folder)) == 2
    wait_for(lambda: not any(running(pid) for pid in pids(folder)))


def running(pid: str) -> bool:
    try:
        return Path("/proc", pid, "stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(happens: object, patience: float = 60) -> None:
    assert callable(happens)
    until = time.monotonic() + patience
    while not happens():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
