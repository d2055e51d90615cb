"""Puts the messages of the dead-letter queue back on the bus: `python -m infra.redrive`, through `make redrive`.

`STACK` names a CloudFormation stack on AWS; without it, the local stack in `STACK_DIR` is used. `DRY_RUN=1`
only reports. `LIMIT` is the maximum number of messages.

A message is deleted only after its event was accepted. If the command is interrupted in between, the event is
published again next time: events may arrive more than once. An event goes to all rules again, not only to the
one that failed.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.dead_letters import Letter, read
from infra.local import cloud, description
from infra.local.layout import StackFiles
from infra.local.progress import Failure, run, step

BATCH = 10  # maximum of SQS and EventBridge per request
VISIBILITY_SECONDS = 300  # longer than processing a batch; retained messages are released at the end
POLL_SECONDS = 1  # long polling of any length queries all of a queue's servers
ROUNDS = 5  # attempts for events that EventBridge refuses
FIRST_WAIT_SECONDS = 0.2  # before the second attempt; doubles afterwards

PUT_BACK = "put back on the bus"
REPEATED = "deleted: the next scheduled run repeats the work"
LEFT = "left"


@dataclass
class Redrive:
    """One pass over a queue."""

    sqs: object
    events: object
    queue_url: str
    bus: str
    limit: int | None
    is_dry: bool
    counts: Counter = field(default_factory=Counter)
    # Receipts of retained messages: released at the end, skipped if received again.
    kept: dict[str, str] = field(default_factory=dict)
    put_back: set[bytes] = field(default_factory=set)

    def run(self) -> None:
        """Runs until the queue is empty or the limit is reached. Retained messages become visible at once."""
        try:
            for letters in self.batches():
                self.handle(letters)
        finally:
            self.let_go()

    def batches(self) -> Iterator[list[Letter]]:
        """Yields each message once; ends after two consecutive requests without a new one."""
        taken, empty = 0, 0
        while empty < 2 and (self.limit is None or taken < self.limit):
            most = BATCH if self.limit is None else min(BATCH, self.limit - taken)
            answer = self.sqs.receive_message(
                QueueUrl=self.queue_url, MaxNumberOfMessages=most, MessageAttributeNames=["All"],
                VisibilityTimeout=VISIBILITY_SECONDS, WaitTimeSeconds=POLL_SECONDS)
            letters = [read(message) for message in answer.get("Messages", [])]
            new = [letter for letter in letters if letter.message_id not in self.kept]
            # Invisible until deleted or released.
            self.kept.update({letter.message_id: letter.receipt for letter in letters})
            taken, empty = taken + len(new), 0 if new else empty + 1
            if new:
                yield new

    def handle(self, letters: list[Letter]) -> None:
        """Republishes what it can, deletes finished messages, and prints a line for each."""
        outcomes, ours = {}, []
        for letter in letters:
            if letter.is_from_schedule:
                outcomes[letter.message_id] = REPEATED
            elif not letter.is_ours:
                outcomes[letter.message_id] = f"{LEFT}: not an event of this service, nor a failed invocation of one"
            elif letter.digest() in self.put_back:
                # An event without a target returns to the queue at once and would loop.
                outcomes[letter.message_id] = f"{LEFT}: the same event was already put back in this pass"
            else:
                self.put_back.add(letter.digest())
                ours.append(letter)
        if self.is_dry:
            outcomes |= {letter.message_id: PUT_BACK for letter in ours}
        else:
            outcomes |= self.publish(ours)
            self.delete([letter for letter in letters if not outcomes[letter.message_id].startswith(LEFT)], outcomes)
        for letter in letters:
            outcome = outcomes[letter.message_id]
            self.counts[outcome.split(":", 1)[0]] += 1
            step(f"{letter}: {'would be ' if self.is_dry else ''}{outcome}")

    def publish(self, letters: list[Letter]) -> dict[str, str]:
        """Publishes events, retrying refused ones; returns each outcome."""
        outcomes, waiting, wait = {}, letters, FIRST_WAIT_SECONDS
        for attempt in range(ROUNDS):
            if not waiting:
                break
            if attempt:
                time.sleep(wait)
                wait *= 2
            results = self.events.put_events(Entries=[letter.entry(self.bus) for letter in waiting])["Entries"]
            for letter, result in zip(waiting, results, strict=True):
                code = result.get("ErrorCode")
                outcomes[letter.message_id] = f"{LEFT}: the bus refused it, {code}" if code else PUT_BACK
            waiting = [letter for letter in waiting if outcomes[letter.message_id] != PUT_BACK]
        return outcomes

    def delete(self, letters: list[Letter], outcomes: dict[str, str]) -> None:
        """Deletes messages from the queue; a failure changes the message's outcome."""
        if not letters:
            return
        entries = [{"Id": str(index), "ReceiptHandle": letter.receipt} for index, letter in enumerate(letters)]
        answer = self.sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)
        failed = {int(failure["Id"]): failure["Code"] for failure in answer.get("Failed", [])}
        for index, letter in enumerate(letters):
            if index in failed:
                outcomes[letter.message_id] = f"{LEFT}: done, but the message could not be deleted, {failed[index]}"
            else:
                self.kept.pop(letter.message_id)

    def let_go(self) -> None:
        """Makes retained messages visible again; if that fails, they become visible after the timeout."""
        receipts = list(self.kept.values())
        for start in range(0, len(receipts), BATCH):
            entries = [{"Id": str(index), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                       for index, receipt in enumerate(receipts[start:start + BATCH])]
            try:
                self.sqs.change_message_visibility_batch(QueueUrl=self.queue_url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                step(f"retained messages stay hidden for up to {VISIBILITY_SECONDS} s: {error}")
                return


def connect(limit: int | None, is_dry: bool) -> Redrive:
    """The queue and the bus of the stack selected by the environment."""
    name = os.environ.get("STACK")
    if name:
        stack = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        if not {"DeadLettersUrl", "EventBusName"} <= outputs.keys():
            raise Failure(f"the stack {name} is not from this template, or not fully deployed")
        return Redrive(boto3.client("sqs"), boto3.client("events"),
                       outputs["DeadLettersUrl"], outputs["EventBusName"], limit, is_dry)
    files = StackFiles.from_environment()
    stack = description.read(files)
    if not stack:
        raise Failure(f"no stack is up in {files.directory}: `make up` first, or name one on AWS with STACK=…")
    endpoint = stack["aws_endpoint"]
    return Redrive(cloud.client(endpoint, "sqs"), cloud.client(endpoint, "events"),
                   stack["dead_letters_url"], stack["event_bus"], limit, is_dry)


def limit_of(text: str) -> int | None:
    """Value of `LIMIT`; none if empty."""
    if text and not (text.isdecimal() and int(text) > 0):
        raise Failure(f"LIMIT must be a number above 0, and is '{text}'")
    return int(text) if text else None


def main() -> None:
    """Runs one pass, prints its counts, and fails if messages were left."""
    is_dry = os.environ.get("DRY_RUN", "") not in ("", "0")
    limit = limit_of(os.environ.get("LIMIT", ""))
    try:
        redrive = connect(limit, is_dry)
        redrive.run()
    except (BotoCoreError, ClientError) as error:
        raise Failure(str(error)) from error
    counts = redrive.counts
    would = "would be " if is_dry else ""
    step(f"{would}put back on the bus: {counts[PUT_BACK]}, {would}deleted: {counts['deleted']}, "
         f"{would}left: {counts[LEFT]}")
    if limit is not None and counts.total() == limit:
        step(f"stopped at LIMIT={limit}; the queue may hold more")
    if counts[LEFT]:
        raise Failure(f"{counts[LEFT]} of {counts.total()} messages need attention")


if __name__ == "__main__":
    run(main)
