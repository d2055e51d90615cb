"""One line of output for each step, with the time it began."""

import signal
import sys
import time


class Failure(Exception):
    """An error with a remedy, shown without a traceback."""


def step(message: str) -> None:
    """Prints a step with the time."""
    print(f"[{time.strftime('%H:%M:%S')}] {message}", flush=True)


def run(main) -> None:
    """Runs a script's `main`; a `Failure` becomes a message and exit status 1. SIGTERM is handled like
    Ctrl-C, so that started processes are ended first."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
    except KeyboardInterrupt:
        sys.exit("interrupted")
