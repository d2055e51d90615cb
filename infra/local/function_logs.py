"""What the functions logged, read from the local cloud's CloudWatch Logs."""

import time

from infra.local import cloud

POLL_SECONDS = 1.0


def show(endpoint: str, follow: bool) -> None:
    """Prints every line so far, oldest first; with `follow`, also each new one until interrupted."""
    logs = cloud.client(endpoint, "logs")
    seen: set[tuple[int, str, str]] = set()
    while True:
        for timestamp, group, message in unseen(logs, seen):
            when = time.strftime("%H:%M:%S", time.localtime(timestamp / 1000))
            print(f"{when} {group}: {message}", flush=True)
        if not follow:
            return
        time.sleep(POLL_SECONDS)


def unseen(logs, seen: set[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """The events that were not shown yet, of all log groups."""
    events = []
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events_page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                events += [(event["timestamp"], short(name), event["message"].rstrip())
                           for event in events_page["events"]]
    new = [event for event in events if event not in seen]
    seen.update(new)
    # By time alone: lines of the same millisecond stay in the order they were written in.
    return sorted(new, key=lambda event: event[0])


def short(group: str) -> str:
    """A log group's name without what CloudFormation put around it."""
    return group.rsplit("/", 1)[-1].removeprefix("shopcall-local-")
