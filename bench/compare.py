"""Both ways in turn in one process, warm; ``prepare DEAL FOLDER``, then ``time FOLDER ROUNDS``, which prints JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import TypeVar

from bench.clausier_way import bound, deals, drafted
from bench.docxtpl_peer import Peer
from bench.template import template, values, words

T = TypeVar("T")
# Each round drafts another client, so that nothing made for one deal is of use to the next.
CLIENTS = [f"Établissements n° {number} & Fils" for number in range(1, 9)]


def prepare(deal: Path, folder: Path) -> None:
    """The deal under several names of the client, the docxtpl template of its pack, and what fills it for each."""
    made = drafted(deal)
    assert made.deal is not None
    parties = made.deal.values["parties"]
    profile = parties["provider"]["profile"]
    beside = deal.parent if (deal.parent / profile).is_dir() else deal.parent.parent
    copytree(beside / profile, folder / profile)
    text = deal.read_text(encoding="utf-8")
    name = parties["client"]["legal_name"]
    if text.count(name) != 1:
        raise SystemExit(f"{deal}: the name of the client, {name}, must stand in it once")
    for number, client in enumerate(CLIENTS):
        (folder / f"deal-{number}.yaml").write_text(text.replace(name, client), encoding="utf-8")
    content, conditions = template(made)
    (folder / "template.docx").write_bytes(content)
    contexts = [dict.fromkeys(conditions, True) | values(drafted(path)) for path in deals(folder)]
    (folder / "contexts.json").write_text(json.dumps(contexts), encoding="utf-8")


def compare(folder: Path, rounds: int) -> dict[str, object]:
    """CPU milliseconds of each way, round by round, and how much was written."""
    paths, peer = deals(folder), Peer.of(folder)
    ours, theirs = bound(drafted(paths[1])), peer.contract(1)
    if words(ours) != words(theirs):
        raise SystemExit("docxtpl does not write the words that Clausier writes: the comparison would mean nothing")
    stages, writer, docxtpl = [], [], []
    for number in range(rounds):
        # Who goes first changes from round to round.
        if number % 2:
            docxtpl.append(cpu(lambda n=number: peer.contract(n))[1])  # type: ignore[misc]
        made, spent = cpu(lambda n=number: drafted(paths[n % len(paths)]))  # type: ignore[misc]
        stages.append(spent)
        writer.append(cpu(lambda d=made: bound(d))[1])  # type: ignore[misc]
        if not number % 2:
            docxtpl.append(cpu(lambda n=number: peer.contract(n))[1])  # type: ignore[misc]
    return {
        "words": len(words(ours)),
        "size": len(ours),
        "values": sum(name.startswith("v") for name in peer.contexts[0]),
        "conditions": sum(name.startswith("c") for name in peer.contexts[0]),
        "stages": stages,
        "writer": writer,
        "docxtpl": docxtpl,
    }


def cpu(work: Callable[[], T]) -> tuple[T, float]:
    """What the work makes, and the milliseconds of processor that it took."""
    gc.collect()
    start = time.process_time()
    made = work()
    return made, (time.process_time() - start) * 1000


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", deal, folder]:
            prepare(Path(deal), Path(folder))
        case ["time", folder, rounds]:
            print(json.dumps(compare(Path(folder), int(rounds))))
