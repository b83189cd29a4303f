"""A portfolio that is built, killed at random, changed, killed again and rebuilt: ``DEALS [--seed N] [--kills N]``.

At the end every file of every pack is compared with a build from nothing by another process. Counted is what was lost
(files that differ), what was done twice, and what a plan named that a full rebuild would not have changed, or did not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.portfolio import (
    EXAMPLES,
    ROOT,
    Portfolio,
    change_condition,
    change_text,
    child,
    copied_library,
    has_condition,
    make_deals,
    set_proven,
    uses,
)


def digests(packs: Path) -> dict[str, str]:
    """Every file of the packs but the records of the builds, by its name."""
    return {
        str(path.relative_to(packs)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(packs.rglob("*"))
        if path.is_file() and ".clausier" not in path.relative_to(packs).parts
    }


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The packs of which a file is other than it was, or is new, or is gone."""
    return {name.split("/")[0] for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def built(packs: Path) -> dict[str, int]:
    """When each pack was last written whole, by its name."""
    return {path.stem: path.stat().st_mtime_ns for path in (packs / ".clausier").glob("*.jsonl")}


def killed_builds(one: Portfolio, kills: int, pick: random.Random) -> Iterator[int]:
    """Build until there is nothing left to do, killed so many times on the way: what each run wrote whole or began."""
    for number in range(kills + 1):
        before = built(one.packs)
        words = ["build", str(one.deals), str(one.packs), str(one.workspace.clauses.parent)]
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.portfolio", *words], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        if number < kills:
            try:
                process.wait(timeout=pick.uniform(0.5, 40))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        if process.wait() not in (0, -signal.SIGKILL):
            raise SystemExit(f"a build ended with {process.returncode}")
        after = built(one.packs)
        yield sum(before.get(name) != moment for name, moment in after.items())


def planned(one: Portfolio) -> set[str]:
    """The packs that the plan means to write, by their names; those that only a look inside can tell are looked at."""
    words = ["plan", str(one.deals), str(one.packs), str(one.workspace.clauses.parent)]
    command = [sys.executable, "-m", "bench.portfolio", *words]
    return set(json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.interrupted", description=__doc__)
    parser.add_argument("deals", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    pick = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        workspace = copied_library(folder / "library")
        (folder / "deals").mkdir()
        make_deals(folder / "deals", options.deals, [*(EXAMPLES * 10)[:99], "sante-clinique"])
        set_proven(workspace)
        one = Portfolio(folder / "deals", folder / "packs", workspace)
        report("first build", one, options, pick, {})
        before = digests(one.packs)
        counts = uses(one.packs)
        some = [id_ for id_ in sorted(counts) if has_condition(workspace, id_) and 0 < counts[id_] < options.deals / 4]
        text, condition = pick.sample(some, 2)
        change_text(workspace, text)
        change_condition(workspace, condition)
        set_proven(workspace)
        for path in pick.sample(sorted((folder / "deals").glob("d*/*.yaml")), options.deals // 100):
            path.write_text(path.read_text("utf-8").replace('unit_price: "', 'unit_price: "1'), "utf-8")
        print(f"changed: the text of {text}, the condition of {condition}, {options.deals // 100} deals")
        report("after the change", one, options, pick, before)


def report(what: str, one: Portfolio, options: argparse.Namespace, pick: random.Random, before: dict[str, str]) -> None:
    """Build with kills, then from nothing, and say in what they differ."""
    start = time.perf_counter()
    plan = planned(one)
    written = list(killed_builds(one, options.kills, pick))
    usual = digests(one.packs)
    anew = Portfolio(one.deals, one.packs.with_name("anew"), one.workspace)
    child("build", anew)
    full = digests(anew.packs)
    lost, really = changed(usual, full), changed(before, full)
    print(
        f"{what}: {options.kills} kills, {sum(written)} packs written or begun for {len(really)} that change; "
        f"{len(lost)} differ from a build from nothing; the plan named {len(plan)}, of which {len(plan - really)} "
        f"did not change, and {len(really - plan)} changed that it did not name ({time.perf_counter() - start:.0f} s)"
    )
    for path in sorted(anew.packs.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    anew.packs.rmdir()
    if lost or really != plan:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
