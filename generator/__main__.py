"""``python -m generator`` is ``clausier``."""

import signal


def run() -> None:
    """Run the command line; until it has been read, an interruption ends the program without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from generator.cli import main

    main(prog_name="clausier")


if __name__ == "__main__":
    run()
