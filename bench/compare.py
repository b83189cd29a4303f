"""All ways in turn, warm; ``prepare DEAL FOLDER ROUNDS``, then ``time FOLDER ROUNDS``, which prints JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree
from typing import TypeVar

from bench import docxtpl_peer, node_peers
from bench.clausier_way import bound, deals, drafted
from bench.template import templates, values, words

T = TypeVar("T")
WARM_UP = 5
"""Rounds before those that count: the first contracts of a process cost more, of Node twice as much."""


def prepare(deal: Path, folder: Path, rounds: int) -> None:
    """The deal under another client for each round, what fills the templates of its pack then, and these templates.

    No client comes twice, so that nothing made for one deal is of use to the next. As many deals again follow, without
    values for the peers: Clausier makes two files a round.
    """
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
    written, conditions = templates(made)
    for kind, content in written.items():
        (folder / f"{kind}.docx").write_bytes(content)
    for number in range(2 * (rounds + WARM_UP)):
        path = folder / f"deal-{number:04}.yaml"
        # It begins as it did: before a vowel, "de" is "d’" in a text, which no template knows.
        path.write_text(text.replace(name, f"{name} n° {number + 1} & Fils"), encoding="utf-8")
        if number < rounds + WARM_UP:
            filled = dict.fromkeys(conditions, True) | values(drafted(path))
            (folder / f"values-{number:04}.json").write_text(json.dumps(filled), encoding="utf-8")


def compare(folder: Path, rounds: int) -> dict[str, object]:
    """CPU milliseconds of each way, round by round, and how much was written."""
    with ExitStack() as stack:
        engines = {name: stack.enter_context(node_peers.started(name, folder)) for name in node_peers.versions()}
        return compared(folder, rounds, engines)


def compared(folder: Path, rounds: int, engines: Mapping[str, node_peers.Peer]) -> dict[str, object]:
    paths = deals(folder)
    peers = {kind: docxtpl_peer.Peer.of(folder, kind) for kind in ("full", "few")}
    first = docxtpl_peer.values(folder, 0)
    ours, fast = bound(drafted(paths[0])), bound(drafted(paths[0]), fast=True)
    theirs = {"Clausier, fast,": fast} | {f"docxtpl ({kind})": peer.contract(first) for kind, peer in peers.items()}
    for name, engine in engines.items():
        engine.contract(0, folder / "written.docx")
        theirs[name] = (folder / "written.docx").read_bytes()
    for name, content in theirs.items():
        if words(content) != words(ours):
            raise SystemExit(f"{name} does not write the words of Clausier: nothing to compare")
    spent: dict[str, list[float]] = defaultdict(list)

    def clausier(number: int, *, fast: bool = False) -> None:
        kind = "fast " if fast else ""
        made = timed(spent[f"{kind}stages"], lambda: drafted(paths[number]))
        timed(spent[f"{kind}writer"], lambda: bound(made, fast=fast))

    def docxtpl(number: int) -> None:
        filled = docxtpl_peer.values(folder, number)
        for kind, peer in peers.items():
            timed(spent[kind], lambda peer=peer: peer.contract(filled))  # type: ignore[misc]

    def node(number: int) -> None:
        for name, engine in engines.items():
            spent[name].append(engine.contract(number))

    ways: list[Callable[[int], None]] = [
        clausier,
        docxtpl,
        lambda number: clausier(number + len(paths) // 2, fast=True),
        node,
    ]
    for number in range(rounds + WARM_UP):
        # Who goes first changes from round to round.
        first_way = number % len(ways)
        for way in ways[first_way:] + ways[:first_way]:
            way(number)
    return {
        "words": len(words(ours)),
        "size": len(ours),
        "fast size": len(fast),
        "values": sum(name.startswith("v") for name in first),
        "conditions": sum(name.startswith("c") for name in first),
        "spent": {name: row[WARM_UP:] for name, row in spent.items()},
        "versions": node_peers.versions(),
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
        case ["prepare", deal, folder, rounds]:
            prepare(Path(deal), Path(folder), int(rounds))
        case ["time", folder, rounds]:
            print(json.dumps(compare(Path(folder), int(rounds))))
