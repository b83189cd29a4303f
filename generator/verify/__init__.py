"""Whether a file of a contract still says what was built: against its receipt, a fresh build, or a record of the build.

``reading`` makes lines of a Word file, ``compare`` the edits between two readings, ``witness`` finds what a file can be
compared with, ``verdict`` puts them together.
"""
