"""Function logs, read from the local cloud's CloudWatch Logs."""

import time
from pathlib import Path

from infra.local import cloud

POLL_SECONDS = 1.0
# Marks of warnings and errors: the functions' levels, and the local cloud's messages about a function.
TROUBLE = ('"level":"WARN"', '"level":"ERROR"', "timed out", "Runtime exited")


def show(endpoint: str, follow: bool) -> None:
    """Prints every line so far, oldest first; with `follow`, also each new one until interrupted."""
    logs = cloud.client(endpoint, "logs")
    seen: set[tuple[int, str, str]] = set()
    while True:
        for event in unseen(logs, seen):
            print(line(event), flush=True)
        if not follow:
            return
        time.sleep(POLL_SECONDS)


def keep(endpoint: str, path: Path) -> list[str]:
    """Writes all log lines to a file; returns the warnings and errors."""
    lines = [line(event) for event in unseen(cloud.client(endpoint, "logs"), set())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [entry for entry in lines if any(sign in entry for sign in TROUBLE)]


def line(event: tuple[int, str, str]) -> str:
    """Formats an event for output."""
    timestamp, group, message = event
    return f"{time.strftime('%H:%M:%S', time.localtime(timestamp / 1000))} {group}: {message}"


def unseen(logs, seen: set[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Events of all log groups that are not in `seen`."""
    events = []
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events_page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                events += [(event["timestamp"], short(name), event["message"].rstrip())
                           for event in events_page["events"]]
    new = [event for event in events if event not in seen]
    seen.update(new)
    # Sorted by time only: lines of the same millisecond keep their order.
    return sorted(new, key=lambda event: event[0])


def short(group: str) -> str:
    """A log group's name without CloudFormation's prefix and suffix."""
    return group.rsplit("/", 1)[-1].removeprefix("shopcall-local-")
