"""Values tied to one part of custom XML, so that a name changed once in Word changes wherever it is printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from generator.document.nodes import Value
from generator.ooxml.names import VALUES_NAMESPACE, value_tag
from generator.ooxml.text import attribute, control_title, escaped, run

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STORE: Final = "{C1A051E2-0000-4000-8001-000000000001}"
# Controls of clauses and contents count from 1; those of values from here, so that both may be numbered as they come.
FIRST_CONTROL: Final = 1_000_000
# Who the parties are is tied even where it is printed once: the reader of an edited file looks for it there.
_PARTIES: Final = "parties."


class Bindings:
    """The values of one file that have a control, each with its place in the custom XML part.

    A value is tied by its path and its text: where one field is printed in two forms, each form is tied on its own.
    A value that is printed once has nothing to be tied to, and stays plain text.
    """

    def __init__(self, values: Iterable[Value], names: Iterable[Value] = ()) -> None:
        # The names of the parties stand in the header and the footer too.
        always = tuple(names)
        printed = Counter((value.path, value.text) for value in (*values, *always) if _can_be_tied(value))
        tied = [key for key, times in printed.items() if times > 1 or key[0].startswith(_PARTIES)]
        self._places: Final = {key: place for place, key in enumerate(tied, start=1)}
        self.controls = FIRST_CONTROL
        by_length = sorted((value for value in always if _can_be_tied(value)), key=lambda value: -len(value.text))
        self._names: Final = {value.text: value for value in by_length}
        self._names_in_text: Final = re.compile("(" + "|".join(re.escape(text) for text in self._names) + ")")

    def __bool__(self) -> bool:
        return bool(self._places)

    def ties(self, value: Value, *, strong: bool = False) -> bool:
        """Whether the value is printed as a control; of those in bold, only what names the parties.

        LibreOffice 7.4 prints a bound control without its bold, which a clause may need to be valid.
        """
        return (value.path, value.text) in self._places and (not strong or names_a_party(value))

    def place(self, value: Value) -> int | None:
        """The place of a value in the custom XML part; none for one that is not tied."""
        return self._places.get((value.path, value.text))

    def control(self, value: Value, properties: str = "") -> str:
        """A value that ``ties`` accepts, as a plain text control around one run."""
        self.controls += 1
        place = self._places[value.path, value.text]
        return (
            f'<w:sdt><w:sdtPr>{properties}<w:alias w:val="{control_title(value.path)}"/>'
            f'<w:tag w:val="{attribute(value_tag(value.path))}"/><w:id w:val="{self.controls}"/>'
            f"<w:dataBinding w:prefixMappings=\"xmlns:v='{VALUES_NAMESPACE}'\" "
            f'w:xpath="/v:values[1]/v:value[{place}]" w:storeItemID="{STORE}"/><w:text/></w:sdtPr>'
            f"<w:sdtContent>{run(value.text, properties)}</w:sdtContent></w:sdt>"
        )

    def runs(self, text: str, properties: str = "") -> str:
        """The runs of a text of the header or the footer; the names of the parties in it are controls."""
        if not self._names:
            return run(text, properties)
        pieces = self._names_in_text.split(text)
        return "".join(
            self.control(self._names[piece], properties) if piece in self._names else run(piece, properties)
            for piece in pieces
            if piece
        )

    def xml(self) -> str:
        """The custom XML part: one element a value, in the order in which the file prints them first."""
        values = "".join(f'<value path="{escaped(path)}">{escaped(text)}</value>' for path, text in self._places)
        return f'{_DECLARATION}<values xmlns="{VALUES_NAMESPACE}">{values}</values>'

    def properties_xml(self) -> str:
        """The identity of that part."""
        return (
            f'{_DECLARATION}<ds:datastoreItem ds:itemID="{STORE}" '
            'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs>'
            f'<ds:schemaRef ds:uri="{VALUES_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
        )


def names_a_party(value: Value) -> bool:
    """Whether a value says who a party is."""
    return value.path.startswith(_PARTIES)


def _can_be_tied(value: Value) -> bool:
    """A control of plain text holds one line; an empty one would show a prompt to click."""
    return value.from_deal and bool(value.text.strip()) and "\n" not in value.text and "\t" not in value.text
