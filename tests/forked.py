"""A program that has everything imported and runs each command in a copy of itself, which may break or be killed.

It reads a job a line (JSON) from its input and answers with a line. Started with ``disk_faults.c`` loaded, it has the
copy fail where the job says so. Run by ``breaking.Forks``: a command costs what it computes, and no start.
"""

from __future__ import annotations

import ctypes
import gc
import io
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from generator import pipeline
from generator.cache import program_state
from generator.cli import main
from generator.ooxml.house import named
from generator.outputs import Form, laid_out
from generator.workspace import Workspace

TRACEBACK = 70
ROOT = Path(__file__).resolve().parent.parent


def warm() -> None:
    """Read the library and write a pack in every format, so that no copy has to."""
    from generator.batch import make, survey  # noqa: F401
    from generator.cli import build, new, portfolio  # noqa: F401
    from generator.cli.library import approve, import_, lint, prove  # noqa: F401

    # What is used often is compiled: not in each copy anew.
    for _ in range(3):
        draft = pipeline.draft(ROOT / "contracts" / "tpe-boulangerie.yaml")
        laid_out(draft, Form(("docx", "md", "html", "json", "ics"), page_numbers=False))
    program_state()
    gc.collect()
    gc.freeze()


def run(job: dict[str, Any]) -> None:
    """Run a command in this process, which ends with its status."""
    os.chdir(job["cwd"])
    os.environ.update(job["environment"])
    for number, name in enumerate(("stdout", "stderr"), 1):
        file = os.open(job[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, number)
        os.close(file)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8", line_buffering=True)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), "utf-8", line_buffering=True)
    if job["root"]:
        root = Path(job["root"])
        schemas = root / "schemas" if (root / "schemas").is_dir() else ROOT / "schemas"
        Workspace.default = staticmethod(lambda: Workspace(root / "clauses", schemas))  # type: ignore[method-assign]
    if job["limit"] >= 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["limit"], resource.RLIM_INFINITY))
    named._examined.cache_clear()
    faults = ctypes.CDLL(None)
    faults.faults_told.restype = ctypes.c_char_p
    below = ":".join(job["below"]).encode()
    if job["pipes"]:
        faults.faults_stop(*(os.open(pipe, flags) for pipe, flags in zip(job["pipes"], _ENDS, strict=True)))
    faults.faults_arm(below, job["nth"], job["error"], job["raised"], job["sticky"], job["reading"])
    try:
        main(job["words"], prog_name="clausier")
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        status = TRACEBACK
    finally:
        faults.faults_disarm()
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    sys.stdout.flush()
    Path(job["told"]).write_bytes(faults.faults_told())
    os._exit(status)


_ENDS = (os.O_RDONLY, os.O_WRONLY)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Run a command in a copy; a job may ask for a signal after so many seconds."""
    Path(job["told"]).write_bytes(b"")
    child = os.fork()
    if child == 0:
        try:
            run(job)
        finally:
            os._exit(TRACEBACK)
    if job["pipes"]:
        return {"child": child}
    if job["after"] is not None:
        time.sleep(job["after"])
        os.kill(child, job["sent"])
    _, status, used = os.wait4(child, 0)
    return {"status": os.waitstatus_to_exitcode(status), "seconds": used.ru_utime + used.ru_stime}


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    warm()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
