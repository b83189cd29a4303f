"""How long a contract takes, and beside what: ``make bench``."""
