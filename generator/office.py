"""LibreOffice as a converter: started in a profile of its own, with a time limit, and never left running."""

from __future__ import annotations

import hashlib
import html
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from generator.programs import fill_folder, find_program, produced_file, scratch_folder, started
from generator.workspace import WorkspaceError

# Seconds that one run may take. The largest pack takes some ten of them.
TIME_LIMIT: Final = 180.0
INSTALL: Final = (
    "install LibreOffice Writer: `apt install libreoffice-writer fonts-crosextra-caladea fonts-crosextra-carlito "
    "fonts-liberation` (Debian, Ubuntu), `dnf install libreoffice-writer google-crosextra-caladea-fonts "
    "google-crosextra-carlito-fonts liberation-fonts` (Fedora), `brew install --cask libreoffice` (macOS), "
    "`winget install TheDocumentFoundation.LibreOffice` (Windows)"
)

LOOK: Final = (
    "build with `--to docx` and open the Word file in LibreOffice to see why; check the room in the temporary folder"
)

_NAMES: Final = ("soffice", "libreoffice")
# Where the installers put it when the search path does not know it.
_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)
_FONTS: Final = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts"),
    *("~/.fonts", "~/.local/share/fonts", "~/.config/fontconfig"),
    *("/Library/Fonts", "/System/Library/Fonts", "~/Library/Fonts", r"C:\Windows\Fonts"),
)
_PDF: Final = "/org.openoffice.Office.Common/Filter/PDF/Export"
_SCRIPTS: Final = "/org.openoffice.Office.Common/Security/Scripting"
_NETWORK: Final = "/org.openoffice.Inet/Settings"
# The profile says what a PDF is, because options on the command line need LibreOffice 7.4.
_SETTINGS: Final = {
    # PDF/A-3b and PDF/UA-1 at once, with a named destination for each bookmark.
    (_PDF, "SelectPdfVersion"): "3",
    (_PDF, "PDFUACompliance"): "true",
    (_PDF, "UseTaggedPDF"): "true",
    (_PDF, "ExportBookmarks"): "true",
    (_PDF, "ExportBookmarksToPDFDestination"): "true",
    (_PDF, "DisplayPDFDocumentTitle"): "true",
    (_PDF, "ExportFormFields"): "false",
    # No macros, no links that are followed, no network: a proxy that nobody answers for.
    (_SCRIPTS, "MacroSecurityLevel"): "3",
    (_SCRIPTS, "DisableMacrosExecution"): "true",
    (_SCRIPTS, "BlockUntrustedRefererLinks"): "true",
    ("/org.openoffice.Office.Writer/Content/Update", "Link"): "0",
    (_NETWORK, "ooInetProxyType"): "1",
    (_NETWORK, "ooInetHTTPProxyName"): "127.0.0.1",
    (_NETWORK, "ooInetHTTPProxyPort"): "9",
    (_NETWORK, "ooInetHTTPSProxyName"): "127.0.0.1",
    (_NETWORK, "ooInetHTTPSProxyPort"): "9",
    (_NETWORK, "ooInetNoProxy"): "",
}


class OfficeFailed(Exception):
    """LibreOffice did not do what it was asked: ``reason`` says what is the case, ``remedy`` what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Office:
    """An installed LibreOffice with a private profile in ``folder``; ``time_limit`` in seconds a run.

    One that hung once is not started again: every deal of a build would wait for it as long.
    """

    program: Path
    folder: Path
    time_limit: float = TIME_LIMIT
    hung: list[OfficeFailed] = field(default_factory=list, init=False, compare=False)

    def state(self) -> str:
        """A digest that changes when LibreOffice or a font is installed, updated or removed."""
        program = self.program.resolve()
        beside = [str(program.parent / name) for name in ("soffice.bin", "soffice.exe", "versionrc")]
        return _state_of((str(program), *beside, *_FONTS))

    def pdfs(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Each Word file, by any name, as an accessible archival PDF with a named destination for each bookmark.

        Raises ``OfficeFailed`` where LibreOffice cannot be started, takes too long or leaves a file out.
        """
        return self.converted(files, "pdf")

    def converted(self, files: Mapping[str, bytes], target: str) -> dict[str, bytes]:
        """Convert Word files in one run; ``target`` is as for ``--convert-to`` (``pdf``, ``txt:…``)."""
        if not files:
            return {}
        # Names of our own: those of the files may hold what a command line or another system does not take.
        places = {name: f"{number}" for number, name in enumerate(files)}
        suffix = target.split(":")[0]
        try:
            with scratch_folder() as run:
                fill_folder(run, {f"{places[name]}.docx": content for name, content in files.items()})
                ending = self._run(target, run, [str(run / f"{place}.docx") for place in places.values()])
                made = {name: produced_file(run / "out" / f"{place}.{suffix}") for name, place in places.items()}
        except WorkspaceError as refusal:
            raise _without_room(refusal) from refusal
        for name, content in made.items():
            if content is None:
                raise OfficeFailed(f"LibreOffice did not convert {name}{ending}", LOOK)
        return {name: content for name, content in made.items() if content is not None}

    def _run(self, target: str, run: Path, paths: list[str]) -> str:
        """Convert these files, and say how the run ended where that was not well."""
        if self.hung:
            raise self.hung[0]
        command = [
            str(self.program),
            f"-env:UserInstallation={(self.folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", target, "--outdir", str(run / "out")),
            *paths,
        ]
        # `svp` draws into memory: without it a Linux desktop's display would be asked.
        environment = os.environ | {"SAL_USE_VCLPLUGIN": "svp"}
        try:
            # `soffice` is a script, whose children would outlive it.
            with started(command, run, environment) as process:
                status = process.wait(self.time_limit)
        except subprocess.TimeoutExpired as error:
            reason = f"LibreOffice did not finish within {self.time_limit:g} seconds and was stopped"
            self.hung.append(OfficeFailed(reason, "try again when the machine has less to do, or build fewer deals"))
            raise self.hung[0] from error
        except OSError as error:
            raise OfficeFailed(f"LibreOffice cannot be started ({error.strerror})", f"check {self.program}") from error
        if status < 0:
            return f" (it was ended by signal {-status})"
        return f" (it ended with status {status})" if status else ""


@contextmanager
def libreoffice(time_limit: float = TIME_LIMIT) -> Iterator[Office | None]:
    """The LibreOffice of this machine with a fresh profile, as long as the block lasts; None where there is none."""
    program = find_program(_NAMES, _PLACES)
    if program is None:
        yield None
        return
    with ExitStack() as stack:
        office = Office(program, Path(), time_limit)
        try:
            folder = stack.enter_context(scratch_folder())
            fill_folder(folder, {"profile/user/registrymodifications.xcu": _settings()})
            office = Office(program, folder, time_limit)
        except WorkspaceError as refusal:
            # What can be made without it is made; the reason is told where it is asked for.
            office.hung.append(_without_room(refusal))
        yield office


def _without_room(refusal: WorkspaceError) -> OfficeFailed:
    return OfficeFailed(f"LibreOffice has no room to work: {refusal.reason}", refusal.remedy)


def _settings() -> bytes:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{html.escape(value, quote=False)}</value></prop></item>\n"
        for (path, name), value in _SETTINGS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n"
    ).encode()


def _state_of(paths: Iterable[str]) -> str:
    """The digest of names, times of change and sizes of these files and of all below these folders; ``~`` is home."""
    digest = hashlib.sha256()
    for path in sorted({os.path.realpath(os.path.expanduser(path)) for path in paths}):
        files = (os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)
        for file in [path, *sorted(files)]:
            with suppress(OSError):
                status = os.stat(file)
                digest.update(f"{file}\0{status.st_mtime_ns}\0{status.st_size}\0".encode())
    return digest.hexdigest()
