"""One line of output for each step, with the time it began."""

import signal
import sys
import time


class Failure(Exception):
    """Something that a person can act on; shown without a traceback."""


def step(message: str) -> None:
    """Says what is being done now."""
    print(f"[{time.strftime('%H:%M:%S')}] {message}", flush=True)


def run(main) -> None:
    """Runs a script's `main`, turning a `Failure` into a message and an exit status of 1. Whoever asks
    it to terminate gets what Ctrl-C gives: what it started is ended first."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
    except KeyboardInterrupt:
        sys.exit("interrupted")
