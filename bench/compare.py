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
from bench.template import templates, values, words

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
    written, conditions = templates(made)
    for kind, content in written.items():
        (folder / f"{kind}.docx").write_bytes(content)
    contexts = [dict.fromkeys(conditions, True) | values(drafted(path)) for path in deals(folder)]
    (folder / "contexts.json").write_text(json.dumps(contexts), encoding="utf-8")


def compare(folder: Path, rounds: int) -> dict[str, object]:
    """CPU milliseconds of each way, round by round, and how much was written."""
    paths, peers = deals(folder), {kind: Peer.of(folder, kind) for kind in ("full", "few")}
    ours = bound(drafted(paths[1]))
    for kind, peer in peers.items():
        if words(ours) != words(peer.contract(1)):
            raise SystemExit(f"docxtpl ({kind}) does not write the words of Clausier: nothing to compare")
    spent: dict[str, list[float]] = {"stages": [], "writer": [], "full": [], "few": []}
    for number in range(rounds):
        deal = paths[number % len(paths)]

        def clausier(deal: Path = deal) -> None:
            made = timed(spent["stages"], lambda: drafted(deal))
            timed(spent["writer"], lambda: bound(made))

        def docxtpl(number: int = number) -> None:
            for kind, peer in peers.items():
                timed(spent[kind], lambda peer=peer: peer.contract(number))  # type: ignore[misc]

        # Who goes first changes from round to round.
        for way in (clausier, docxtpl) if number % 2 else (docxtpl, clausier):
            way()
    names = list(peers["full"].contexts[0])
    return {
        "words": len(words(ours)),
        "size": len(ours),
        "values": sum(name.startswith("v") for name in names),
        "conditions": sum(name.startswith("c") for name in names),
        "spent": spent,
    }


def timed(spent: list[float], work: Callable[[], T]) -> T:
    """What the work makes; the milliseconds of processor that it took go to ``spent``."""
    gc.collect()
    start = time.process_time()
    made = work()
    spent.append((time.process_time() - start) * 1000)
    return made


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", deal, folder]:
            prepare(Path(deal), Path(folder))
        case ["time", folder, rounds]:
            print(json.dumps(compare(Path(folder), int(rounds))))
