"""``python -m generator`` is ``clausier``."""

from generator.cli import main

if __name__ == "__main__":
    main(prog_name="clausier")
