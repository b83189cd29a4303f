"""The PDF writer: a Word file laid out by LibreOffice, with right page numbers, as an archival and accessible PDF."""

from generator.writers.pdf.archival import archival
from generator.writers.pdf.paging import Printed, WordFile, printed

__all__ = ["Printed", "WordFile", "archival", "printed"]
