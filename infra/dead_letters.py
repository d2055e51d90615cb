"""Messages of the dead-letter queue. Two services write there:

- EventBridge, events it could not deliver to a rule's target: the body is the event, attributes give the reason
  (https://docs.aws.amazon.com/eventbridge/latest/userguide/rule-dlq.html);
- Lambda, an asynchronous invocation that failed for good: the body is a record of it, with the event in it
  (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
"""

import hashlib
import json
import re
from dataclasses import dataclass

# The `source` of this service's own events, with the platform behind it where they concern a store
# (`shopcall.<platform>`), and of those that EventBridge's schedules send.
OURS = "shopcall"
SCHEDULES = "aws.events"
SHOWN = ("store_id", "resource", "run_id")
# Ids, codes and types of errors. Other text may be personal or contain terminal control sequences.
PLAIN = re.compile(r"[A-Za-z0-9_.:#/&<>-]{1,160}")


@dataclass(frozen=True)
class Letter:
    """A message and the event it contains, if any, which can be put back on the bus."""

    message_id: str
    receipt: str
    event: dict | None
    failure: str

    @property
    def is_from_schedule(self) -> bool:
        """Whether a schedule sent it. Only AWS may send such events, and the next one repeats the work."""
        return self.event is not None and self.event["source"] == SCHEDULES

    @property
    def is_ours(self) -> bool:
        """Whether it can be republished."""
        return self.event is not None and self.event["source"].split(".")[0] == OURS

    def entry(self, bus: str) -> dict:
        """The event as PutEvents takes it: the bus gives it a new id and time, and nothing else changes."""
        return {"EventBusName": bus, "Source": self.event["source"], "DetailType": self.event["detail-type"],
                "Detail": json.dumps(self.event["detail"], ensure_ascii=False, sort_keys=True)}

    def digest(self) -> bytes:
        """Key shared by equivalent events."""
        return hashlib.sha256(json.dumps(self.entry(""), sort_keys=True).encode()).digest()

    def __str__(self) -> str:
        """Safe summary: ids, kind and failure reason."""
        if self.event is None:
            return f"message {plain(self.message_id)}"
        detail = self.event["detail"]
        ids = [f"{name}={plain(detail[name])}" for name in SHOWN if name in detail]
        kind = [plain(word) for word in self.event["detail-type"].split()]
        return " ".join([*kind, *ids, f"({self.failure})"])


def read(message: dict) -> Letter:
    """Parses an SQS message."""
    event, failure = open_body(message)
    return Letter(message["MessageId"], message["ReceiptHandle"], event if is_event(event) else None, failure)


def open_body(message: dict) -> tuple[object, str]:
    """The candidate event and the failure reason."""
    try:
        body = json.loads(message["Body"])
    except ValueError:
        return None, ""
    context = body.get("requestContext") if isinstance(body, dict) else None
    if not isinstance(context, dict) or "requestPayload" not in body:
        return body, undelivered(message.get("MessageAttributes", {}))
    if context.get("condition") == "Success":
        return None, ""
    return body["requestPayload"], failed(context, body.get("responsePayload"))


def undelivered(attributes: dict) -> str:
    """EventBridge's failure reason: its code and the target."""
    code, target = (attributes.get(name, {}).get("StringValue") for name in ("ERROR_CODE", "TARGET_ARN"))
    if not code:
        return "no reason given"
    return f"not delivered to {plain(last_of(target))}: {plain(code)}"


def failed(context: dict, response: object) -> str:
    """Lambda's failure reason and the type of the last error. Error messages are not shown."""
    error = response.get("errorType") if isinstance(response, dict) else None
    function = str(context.get("functionArn")).removesuffix(":$LATEST")
    return f"{plain(last_of(function))} failed: {plain(context.get('condition'))}, {plain(error)}"


def is_event(value: object) -> bool:
    """Whether it has every field that the bus needs."""
    return (isinstance(value, dict) and isinstance(value.get("detail"), dict)
            and all(isinstance(value.get(name), str) and value[name] for name in ("source", "detail-type")))


def last_of(arn: object) -> object:
    """Last component of an ARN."""
    return arn.rsplit(":", 1)[-1] if isinstance(arn, str) else arn


def plain(value: object) -> str:
    """The value, if safe to show."""
    return value if isinstance(value, str) and PLAIN.fullmatch(value) else "?"
