"""The dead-man's ping: a sign of life to a service that raises the alarm when it stops coming."""

import logging

from monitor.ports import SendResult
from notifiers.plugins.http import Request, send

_PATIENCE = 10.0
"""Seconds for all of it: nothing waits for a sign of life."""


def ping(url: str) -> str:
    """Ask for `url` (secret) once; returns an empty text, or why it failed without naming the address. Never raises
    for what the network or the other side does."""
    # At its most talkative urllib3 says which path it asks for, and here the path is the secret.
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    answer = send(Request(url=url, content=b"", headers={}, timeout=_PATIENCE, method="GET"))
    if isinstance(answer, SendResult):
        return answer.error
    return "" if 200 <= answer.status < 300 else f"answered with HTTP status {answer.status}"
