"""Tells the service manager how the daemon is: systemd's notification protocol (sd_notify(3)).

One datagram of `NAME=value` lines to the socket that the variable NOTIFY_SOCKET names; without it nothing is sent.
"""

import logging
import os
import socket
import time
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Notify:
    """Sends states to the service manager of `environment`, if there is one. Never raises for what that one does."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        name = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        own = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = environment.get("WATCHDOG_USEC", "")
        self.watchdog = int(microseconds) / 1e6 if name and own and microseconds.isdecimal() else 0.0
        """Seconds within which the service manager wants a sign of life; 0 if it wants none."""

    def ready(self, status: str) -> None:
        """The start, or a reload, is over."""
        self._send(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """The configuration is read again; `ready` tells the end."""
        # The manager orders this by its own monotonic clock (sd_notify(3), `Type=notify-reload`).
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """The end has begun."""
        self._send("STOPPING=1\nSTATUS=stopping")

    def status(self, text: str) -> None:
        """One line for people."""
        self._send(f"STATUS={text}")

    def alive(self) -> None:
        """The sign of life."""
        self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.sendto(message.encode(), self._address)
        except OSError as error:
            log.warning("the service manager was not told: %s", error)
