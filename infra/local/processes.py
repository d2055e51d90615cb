"""Background processes that outlive the command that started them, and their registry.

A process is remembered by its id *and* its start time, so that another program which later gets
the same id is never taken for it. Each leads a process group of its own: ending the group also
ends what it started (the local cloud starts one process a running function).
"""

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.progress import Failure

GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Process:
    """A registered process."""

    name: str
    pid: int
    started: str

    def is_running(self) -> bool:
        """Whether it is running and has the registered start time."""
        return start_time(self.pid) == self.started


class Registry:
    """The running processes of one stack, in a file."""

    def __init__(self, path: Path):
        self._path = path

    def all(self) -> list[Process]:
        """Every process that was registered, running or not."""
        if not self._path.exists():
            return []
        return [Process(**entry) for entry in json.loads(self._path.read_text(encoding="utf-8"))]

    def running(self, name: str) -> Process | None:
        """The process of that name, if running."""
        return next((p for p in self.all() if p.name == name and p.is_running()), None)

    def start(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> Process:
        """Starts a process in the background, its output going to `log`, and registers it."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "wb") as output:
            child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                     stderr=subprocess.STDOUT, start_new_session=True)
        process = Process(name, child.pid, start_time(child.pid) or "")
        self._write([p for p in self.all() if p.name != name] + [process])
        return process

    def stop(self, name: str) -> bool:
        """Ends the process of that name and its process group; returns whether it existed."""
        stopped = False
        for process in [p for p in self.all() if p.name == name]:
            if process.is_running():
                end_group(process)
                stopped = True
            self._write([p for p in self.all() if p != process])
        return stopped

    def _write(self, processes: list[Process]) -> None:
        if processes:
            content = json.dumps([asdict(process) for process in processes], indent=2)
            self._path.write_text(content + "\n", encoding="utf-8")
        else:
            self._path.unlink(missing_ok=True)


def end_group(process: Process) -> None:
    """Terminates the process group, and kills it after a grace period."""
    signal_group(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while process.is_running() and time.monotonic() < deadline:
        reap(process.pid)
        time.sleep(0.05)
    signal_group(process.pid, signal.SIGKILL)
    while process.is_running():
        reap(process.pid)
        time.sleep(0.05)


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signals every process of the group, if any is left."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        pass


def reap(pid: int) -> None:
    """Collects the exit status of a child process; another command's children are reaped by init."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def start_time(pid: int) -> str | None:
    """Start time of the process as `/proc` gives it; none if it is not running."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # The name, in parentheses, may itself hold spaces and parentheses.
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        state, began = fields[0], fields[19]
        return None if state in "ZX" else began
    listing = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listing.stdout.strip() or None


def wait_until(ready, process: Process, log: Path, seconds: float, what: str):
    """Polls `ready` until it returns a value; fails at once if the process ends."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = ready()
        if result:
            return result
        reap(process.pid)
        if not process.is_running():
            raise Failure(f"{what} ended at once:\n{tail(log)}")
        time.sleep(0.1)
    raise Failure(f"{what} was not ready after {seconds:.0f} s:\n{tail(log)}")


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log file."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join("    " + line for line in text.splitlines()[-lines:])
