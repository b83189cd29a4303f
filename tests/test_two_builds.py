"""Several builds at once in one folder: each pack is that of one of them, whole, and the lock of a dead one is free."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from breaking import ROOT, Fault, Forks, held, parts
from test_disk_faults import BUILD, deals

from generator.folder_lock import sole_writer
from generator.parts import Parts, sweep
from generator.workspace import WorkspaceError, write_all

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
# The same deal as several people have it.
HEADS = ("4", "6", "7", "9")


def test_a_pack_is_that_of_one_build(forks: Forks, tmp_path: Path, nightly: bool) -> None:
    """One build is halted anywhere, and the others go on in the same folder until it does, too."""
    pick = random.Random(4)
    out = tmp_path / "out"
    wanted: list[dict[str, bytes]] = []
    copies = []
    for number, heads in enumerate(HEADS if nightly else HEADS[:2]):
        place = deals(tmp_path / str(number), "nord")
        deal = place / "deals" / "nord.yaml"
        deal.write_text(deal.read_text("utf-8").replace("headcount: 4", f"headcount: {heads}"), "utf-8")
        words = [*BUILD[:3], str(out), *BUILD[4:], "--overwrite"]
        calls = forks.run(place, words, below=[out]).calls
        wanted.append(pack(out))
        shutil.rmtree(out)
        copies.append(forks.stopped(place, words, below=[out]))
    assert len({tuple(files.items()) for files in wanted}) == len(wanted)
    places = [nth for nth, call in enumerate(calls, 1) if call.startswith("rename") and "/nord/" in call]
    for number in range(60 if nightly else 3):
        first, *others = pick.sample(copies, len(copies))
        nth = pick.choice(places)
        first.start(Fault(nth, raised=signal.SIGSTOP))
        process = first.halted()
        for other in others:
            other.start(Fault())
        time.sleep(0.3)
        os.kill(process, signal.SIGCONT)
        ended = [copy.wait() for copy in (first, *others)]
        assert [one.status for one in ended] == [0] * len(copies), ended
        assert pack(out) in wanted, (number, calls[nth - 1])
        assert parts(out) == []


def pack(folder: Path) -> dict[str, bytes]:
    return held(folder / "nord")


def test_the_lock_of_a_build_that_was_killed_is_free(tmp_path: Path) -> None:
    script = (
        f"import time; from pathlib import Path; from generator.folder_lock import sole_writer\n"
        f"with sole_writer(Path({str(tmp_path)!r})): print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], env=ENVIRONMENT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(WorkspaceError, match="another build writes here"), sole_writer(tmp_path, 0.1):
            pytest.fail("two builds wrote at once")
        process.send_signal(signal.SIGKILL)
    with sole_writer(tmp_path, 0.1):
        assert (tmp_path / ".clausier" / "lock").exists()


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    several, alone = Parts(str(tmp_path), several=True), Parts(str(tmp_path), several=False)
    written = [several.write(b"one"), several.write(b"two"), alone.write(b"three")]
    sweep(str(tmp_path))
    assert [Path(path).read_bytes() for path in written] == [b"one", b"two", b"three"]
    several.end()
    alone.end()
    assert os.listdir(tmp_path) == []


def test_what_a_killed_process_left_is_removed_by_the_next_that_writes_there(tmp_path: Path) -> None:
    for name in (".clausier-0a1b.part", ".clausier-0a1b.1.part", ".clausier-77.3.part", ".clausier-n3r_p0.part"):
        (tmp_path / name).write_bytes(b"half")
    for name in (".clausier-0a1b.parts", "clausier-0a1b.part", ".clausier", "deal.part"):
        (tmp_path / name).write_bytes(b"somebody else's")
    (tmp_path / ".clausier-dir.part").mkdir()
    os.mkfifo(tmp_path / ".clausier-fifo.part")
    write_all({tmp_path / "deal.yaml": b"whole"})
    assert sorted(os.listdir(tmp_path)) == [
        ".clausier", ".clausier-0a1b.parts", ".clausier-dir.part", ".clausier-fifo.part", "clausier-0a1b.part",
        "deal.part", "deal.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize("several", [False, True])
def test_a_file_that_is_fresh_never_replaces_another(several: bool, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(b"there first")
    files = {tmp_path / "a.yaml": b"new", tmp_path / "b.yaml": b"new"} if several else {tmp_path / "b.yaml": b"new"}
    with pytest.raises(WorkspaceError, match="the file exists already"):
        write_all(files, fresh=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"b.yaml": b"there first"}


def test_a_new_deal_does_not_replace_one_that_came_meanwhile(forks: Forks, tmp_path: Path) -> None:
    words = ("new", "dupont.yaml", "--segment", "tpe")
    copies = forks.stopped(tmp_path, words)
    (tmp_path / "dupont.yaml").write_text("of somebody else", "utf-8")
    ended = copies.run()
    assert (ended.status, ended.stderr.splitlines()[0]) == (2, "error: dupont.yaml: the file exists already")
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {"dupont.yaml": "of somebody else"}


def test_a_file_that_is_read_only_is_kept(tmp_path: Path) -> None:
    kept = tmp_path / "deal.yaml"
    kept.write_bytes(b"signed")
    kept.chmod(0o444)
    with pytest.raises(WorkspaceError, match="the target is read-only"):
        write_all({tmp_path / "other.yaml": b"", kept: b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"deal.yaml": b"signed"}


def test_a_folder_that_was_made_for_a_file_goes_with_it(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="File name too long"):
        write_all({tmp_path / "one" / "two" / "a": b"", tmp_path / "one" / "three" / ("a" * 300) / "b": b""})
    assert list(tmp_path.iterdir()) == []
