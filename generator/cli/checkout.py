"""The checkout in which a CI server runs a job: how it names files, and where it shows them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from generator.workspace import Workspace

# The folder of the checkout, as GitHub and GitLab name it to the programs of a job.
_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
_GITHUB = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
_GITLAB = ("CI_PROJECT_URL", "CI_COMMIT_SHA")


def checkout_path(file: str) -> str:
    """The file from the root of the checkout on, where a CI server says which folder that is and the file lies in it.

    Findings name a file from the working folder on, and a file of the library from the library's own folder on; a
    server knows the root alone. Without a server, and for a file that lies elsewhere, the name stays as it is.
    """
    root = _root()
    if not root:
        return file
    try:
        library = Workspace.default().clauses
        below_library = file.startswith(f"{library.name}/") and os.path.lexists(library.parent / file)
        place = os.path.join(library.parent if below_library else os.getcwd(), file)
        # The file itself may be a link, to which the finding belongs; the folders may be reached by one.
        folder, name = os.path.split(os.path.abspath(place))
        return Path(os.path.realpath(folder), name).relative_to(os.path.realpath(root)).as_posix()
    except (ValueError, OSError):
        return file


def _root() -> str:
    return next((folder for name in _CHECKOUTS if (folder := os.environ.get(name, ""))), "")


def published_uri(file: str, line: int) -> str:
    """Where the server of the checkout shows this line as it was judged; empty for a file that is not in the checkout.

    A file of the checkout is one that ``checkout_path`` names from its root and that is there.
    """
    root = _root()
    path = checkout_path(file)
    if not root or os.path.isabs(path) or not os.path.isfile(os.path.join(root, path)):
        return ""
    if all(os.environ.get(name) for name in _GITHUB):
        server, repository, commit = (os.environ[name] for name in _GITHUB)
        return f"{server}/{repository}/blob/{commit}/{quote(os.fsencode(path))}#L{line}"
    if all(os.environ.get(name) for name in _GITLAB):
        project, commit = (os.environ[name] for name in _GITLAB)
        return f"{project}/-/blob/{commit}/{quote(os.fsencode(path))}#L{line}"
    return ""
