"""Faults of moto 5.2.5 in what the agents' services share: EventBridge, SQS, CloudWatch Logs."""

import json
import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from moto.events.models import EventPattern, EventTemplateParser, Rule
from moto.events.responses import EventsHandler
from moto.logs.models import LogStream
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

# Of a page of GetLogEvents.
MOST_EVENTS = 10_000


def install(log_page: Callable[[], int] = lambda: MOST_EVENTS) -> None:
    """`log_page` gives the events of a page of GetLogEvents at most."""
    mend(log_page)
    quicken_queues()


def mend(log_page: Callable[[], int]) -> None:
    delete, send = Queue.delete_message, Rule.send_to_targets
    to_queue, get_log_events = Rule._send_to_sqs_queue, LogStream.get_log_events
    transformed, assign = EventTemplateParser.parse, Queue._set_attributes

    def delete_message(self: Queue, receipt_handle: str) -> None:
        # moto replaces the list of messages here, and loses one that is added meanwhile.
        with self._messages_lock:
            delete(self, receipt_handle)

    def send_to_targets(self: Rule, event: Any, *args: Any, **kwargs: Any) -> None:
        if self.state != "DISABLED":
            send(self, event, *args, **kwargs)

    def send_to_sqs_queue(self: Rule, resource_id: str, event: Any, group_id: Any = None) -> None:
        queue = sqs_backends[self.account_id][self.region_name].queues.get(resource_id)
        if queue is not None and allows(queue, self.arn):
            # One event has several targets, and moto writes into it.
            told = {key: value for key, value in event.items() if key != "ingestion-time"}
            to_queue(self, resource_id, told, group_id)

    def parse(input_template: str | None, input_paths_map: Any, event: Any) -> Any:
        # moto makes every event anew from a template of its own, which has no `account`.
        if input_template is None:
            return dict(event)
        return transformed(input_template, input_paths_map, event)

    def get(self: LogStream, start: Any, end: Any, limit: int | None, *rest: Any) -> Any:
        return get_log_events(self, start, end, min(limit or MOST_EVENTS, log_page()), *rest)

    def set_attributes(self: Queue, attributes: dict[str, Any], now: float | None = None) -> None:
        # moto takes a policy that is not among what is set away.
        kept = getattr(self, "_policy_json", None)
        assign(self, attributes, now)
        if kept is not None and "Policy" not in attributes:
            self._policy_json = kept

    def test_event_pattern(self: EventsHandler) -> tuple[str, dict[str, Any]]:
        pattern = EventPattern(None, json.loads(self._get_param("EventPattern")))
        matched = pattern.matches_event(json.loads(self._get_param("Event")))
        return json.dumps({"Result": matched}), {}

    EventsHandler.test_event_pattern = test_event_pattern
    Queue._set_attributes = set_attributes

    def pending_message_groups(self: Queue) -> set[str]:
        # moto walks through the set itself, which other calls change meanwhile: a 500 at times.
        pending = self._pending_messages.copy()
        return {each.group_id for each in pending if each.group_id is not None}

    Queue.delete_message = delete_message
    Queue.pending_message_groups = property(pending_message_groups)
    Rule.send_to_targets = send_to_targets
    Rule._send_to_sqs_queue = send_to_sqs_queue
    LogStream.get_log_events = get
    EventTemplateParser.parse = staticmethod(parse)


def quicken_queues() -> None:
    """
    moto counts all messages of a queue anew for each one that comes or goes, with a date made for
    each: with a backlog of a thousand, ReceiveMessage takes four seconds.
    """

    def visible(self: Message) -> bool:
        return time.time() * 1000 > self.visible_at

    def delayed(self: Message) -> bool:
        return time.time() * 1000 < self.delayed_until

    def kept(self: SQSBackend, queue_name: str, message: Message) -> bool:
        seconds = self.get_queue(queue_name).message_retention_period
        return message.sent_timestamp / 1000 + seconds > time.time()

    Message.visible = property(visible)
    Message.delayed = property(delayed)
    SQSBackend.is_message_valid_based_on_retention_period = kept


def allows(queue: Queue, rule_arn: str) -> bool:
    """Whether the queue's policy lets EventBridge send for this rule."""
    policy = queue.policy or {}
    policy = json.loads(policy) if isinstance(policy, str) else policy
    statements = policy.get("Statement") or []
    for statement in [statements] if isinstance(statements, dict) else statements:
        actions, principal = as_list(statement.get("Action")), statement.get("Principal")
        named = principal if isinstance(principal, str) else as_list((principal or {}).get("Service"))
        anybody = principal == "*" or (
            isinstance(principal, dict) and "*" in as_list(principal.get("AWS"))
        )
        sources = [
            pattern
            for operator in (statement.get("Condition") or {}).values()
            for key, value in operator.items()
            if key.lower() == "aws:sourcearn"
            for pattern in as_list(value)
        ]
        if (
            statement.get("Effect") == "Allow"
            and (anybody or "events.amazonaws.com" in named)
            and any(fnmatchcase("sqs:sendmessage", each.lower()) for each in actions)
            and as_list(statement.get("Resource"))
            and any(fnmatchcase(queue.queue_arn, each) for each in as_list(statement["Resource"]))
            and (not sources or any(fnmatchcase(rule_arn, each) for each in sources))
        ):
            return True
    return False


def as_list(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
