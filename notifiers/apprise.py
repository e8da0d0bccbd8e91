"""Delivery through Apprise: every `[[channel]]` address is an Apprise URL.

E-mail, JSON webhooks, Slack's incoming webhooks and Teams go through plug-ins of ours (see `notifiers.plugins`); every
other service goes through the stock one, one Apprise object per channel, as plain text. Apprise is slow to import, so
nothing of it is loaded before the first channel is used or checked, and those services load only their own part.

No address is ever part of an error: Apprise's own masked form leaves headers and tokens in paths readable.
"""

import logging
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

from monitor.model import Alert, Channel
from monitor.ports import SendResult
from monitor.text.redaction import Redactor, secrets_of_url
from notifiers.render import Message, fit, render

if TYPE_CHECKING:
    from apprise import AppriseAsset, AppriseResult, NotifyBase

    from notifiers.plugins.guard import Guard

TIMEOUT = 20.0
"""Seconds an attempt may take in all, from connecting to the last letter of the answer."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30})://", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)*{_LABEL}(?::(?:[1-9]\d{{0,3}}|[1-5]\d{{4}}|6[0-4]\d{{3}}))?"
_MAIL = rf"[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:{_LABEL}\.)+[a-z]{{2,}}"
_PLAIN = re.compile(
    rf"jsons?://{_HOST}(?:/[a-z0-9_./-]*)?"
    rf"|mailtos?://(?:[a-z0-9._-]+:[^@/?#\s]+@)?{_HOST}/?\?from={_MAIL}&to={_MAIL}(?:&mode=(?:insecure|starttls|ssl))?",
    re.IGNORECASE | re.ASCII,
)
"""Addresses so plain that they need no look by Apprise, whose import costs a quarter of a second at every start."""

_HTTP_STATUS = re.compile(r"\berror=(\d{3})\b")
_TRANSIENT_STATUS = frozenset({408, 425, 429})
_SMALLEST_BODY = 80


class _Target(Protocol):
    """A channel ready to send."""

    def deliver(
        self, message: Message, alert: Alert, *, timeout: float, guard: "Guard | None" = None
    ) -> SendResult: ...

    def form(self, message: Message, alert: Alert) -> str: ...


class AppriseNotifier:
    """Sends alerts to `channels` (by id). Safe to use from several threads, one per channel at a time.

    `timeout` is in seconds, see `TIMEOUT`. With `allow_hosts` (None: go anywhere) e-mail, webhooks, Slack and Teams
    connect to public addresses only, and to those exact `host:port`.
    """

    def __init__(
        self, channels: Sequence[Channel], *, timeout: float = TIMEOUT, allow_hosts: Sequence[str] | None = None
    ) -> None:
        self._allow_hosts = allow_hosts
        self._channels = {channel.id: channel for channel in channels}
        self._timeout = timeout
        self._targets: dict[str, _Target] = {}
        self._lock = threading.Lock()

    def send(self, alert: Alert, channel: str) -> SendResult:
        """Send `alert` to the channel with this id; see `monitor.ports.Notifier`."""
        configured = self._channels.get(channel)
        if configured is None:
            return SendResult(ok=False, error=f"channel {channel!r} is not configured", permanent=True)
        with self._lock:
            target = self._targets.get(channel) or _target(configured.url)
            if target is None:
                return SendResult(ok=False, error=f"channel {channel!r}: {check_url(configured.url)}", permanent=True)
            self._targets[channel] = target
        sent = target.deliver(render(alert), alert, timeout=self._timeout, guard=self._guard)
        return _discreet(sent, self._redact)

    def form(self, alert: Alert, channel: str) -> str:
        """What `send` would send to the channel with this id, as text: its JSON document, its mail, its words.

        Raises KeyError for an unknown channel, ValueError for one whose address cannot be used.
        """
        target = _target(self._channels[channel].url)
        if target is None:
            raise ValueError(f"channel {channel!r}: {check_url(self._channels[channel].url)}")
        return self._redact(target.form(render(alert), alert))

    @cached_property
    def _guard(self) -> "Guard | None":
        if self._allow_hosts is None:
            return None
        from notifiers.plugins.guard import Guard

        return Guard(self._allow_hosts)

    @cached_property
    def _redact(self) -> Redactor:
        return Redactor(secret for channel in self._channels.values() for secret in secrets_of_url(channel.url))


def check_url(url: str) -> str | None:
    """What is wrong with a channel's address, in a sentence that does not repeat it; None if nothing is.

    Sends nothing and looks nothing up. A channel is one target: where one address names several, one that fails would
    make the others get repeats, so several are a fault (but for e-mail, whose recipients share one conversation).
    """
    if _PLAIN.fullmatch(url):
        return None
    scheme = _scheme(url)
    if not scheme:
        return "the address has no scheme; an Apprise URL looks like jsons://host/path or mailtos://user:password@host"
    plugin = _plugin(url)
    if plugin is None:
        return _unusable(scheme)
    if _is_email(plugin):
        unread = _unread_recipients(url)
        if unread:
            return f"{unread} of the e-mail addresses in to= cannot be read"
        whole = not hasattr(plugin, "composes") or plugin.composes()
        return None if whole else "its names, addresses or headers cannot be put into an e-mail"
    if len(plugin) > 1:
        return f"the address names {len(plugin)} targets; give each its own [[channel]]"
    return None


def _unusable(scheme: str) -> str:
    """Why Apprise takes no such address, with the form it wants."""
    known = _service(scheme)
    if known is None:
        return f"Apprise knows no service {scheme}://"
    form = str(known.templates[0]).replace("{schema}", scheme)
    return f"the address is incomplete or malformed; the shortest form is {form}"


def _target(url: str) -> _Target | None:
    plugin = _plugin(url)
    if plugin is None:
        return None
    return plugin if hasattr(plugin, "deliver") else _Stock(plugin)


def _plugin(url: str) -> Any:
    """Our plug-in for `url`, or the stock one, or None where Apprise can make nothing of it."""
    service = _service(_scheme(url))
    if service is not None and hasattr(service, "deliver"):
        results = service.parse_url(url.replace("/#", "/%23"))
        plugin = _built(service, results) if results else None
        if plugin is None or not hasattr(plugin, "suits") or plugin.suits():
            return plugin
    from apprise import Apprise

    _quiet()
    stock = Apprise.instantiate(url, asset=_asset())
    if stock is not None and _scheme(url) in ("http", "https"):
        # An address as Slack or Teams hands it out: Apprise knows whose it is and how it writes it itself.
        return _plugin(stock.url())
    return stock


def _built(service: Any, results: dict[str, Any]) -> Any:
    """The plug-in, or None. Apprise raises its own kind for bad values and others for odd ones (a port of `x`)."""
    try:
        return service(**results, asset=_asset())
    except (TypeError, ValueError, AttributeError):
        return None


def _discreet(result: SendResult, redact: Redactor) -> SendResult:
    """`result` without what the other side may have repeated of the address; errors are stored and shown."""
    settle = result.settle
    later = (lambda: _discreet(settle(), redact)) if settle is not None else None
    return replace(result, error=redact(result.error), settle=later)


def _scheme(url: str) -> str:
    found = _SCHEME.match(url.strip())
    return found[1].lower() if found else ""


def _service(scheme: str) -> Any:
    """The class for `scheme`: ours for the services we extend, else Apprise's; None if there is none."""
    _quiet()
    match scheme:
        case "json" | "jsons":
            from notifiers.plugins.webhook import WebhookPlugin

            return WebhookPlugin
        case "mailto" | "mailtos":
            from notifiers.plugins.email import EmailPlugin

            return EmailPlugin
        case "slack":
            from notifiers.plugins.slack import SlackPlugin

            return SlackPlugin
        case "workflow" | "workflows":
            from notifiers.plugins.teams import TeamsPlugin

            return TeamsPlugin
        case _:
            from apprise import NotificationManager

            manager = NotificationManager()
            return manager[scheme] if scheme in manager else None  # noqa: SIM401 - it is no mapping and has no get


def _is_email(plugin: Any) -> bool:
    from apprise.plugins.email.base import NotifyEmail

    return isinstance(plugin, NotifyEmail)


def _unread_recipients(url: str) -> int:
    """How many pieces of the path and `to=` are no address; Apprise drops those without a word."""
    from apprise.plugins.email.base import NotifyEmail
    from apprise.utils.parse import is_email

    pieces = ",".join(NotifyEmail.parse_url(url)["targets"]).replace(";", ",").split(",")
    return sum(1 for piece in pieces if piece.strip() and not is_email(piece.strip()))


@cache
def _asset() -> "AppriseAsset":
    """How we present ourselves; nothing kept on disk, redirects not followed."""
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="lex-monitor", app_desc="lex-monitor", app_url="", storage_mode="memory", http_redirects=False
    )


@cache
def _quiet() -> None:
    """Keep the libraries' logs out of ours: they name hosts, recipients and, at lower levels, whole addresses."""
    for name in ("apprise", "urllib3"):
        logging.getLogger(name).propagate = False


class _Stock:
    """A service as Apprise ships it, given plain text no longer than it takes."""

    def __init__(self, plugin: "NotifyBase") -> None:
        from apprise import Apprise, OverflowMode

        if plugin.overflow_mode == OverflowMode.UPSTREAM:
            # We shorten to what the service takes; where its escaping makes that longer, two messages beat none.
            plugin.overflow_mode = OverflowMode.SPLIT
        self._plugin = plugin
        self._apprise = Apprise(asset=_asset())
        self._apprise.add(plugin)

    def deliver(self, message: Message, alert: Alert, *, timeout: float, guard: "Guard | None" = None) -> SendResult:
        """Send `alert`. Apprise connects by itself, so `guard` has no say here."""
        from apprise import NotifyFormat

        subject, body = self._fitted(message)
        result = self._apprise.notify(body=body, title=subject, body_format=NotifyFormat.TEXT, timeout=timeout)
        return _judged(result)

    def form(self, message: Message, alert: Alert) -> str:
        """Title and text as they are handed to Apprise."""
        return "\n\n".join(self._fitted(message))

    def _fitted(self, message: Message) -> tuple[str, str]:
        subject = message.subject[: self._plugin.title_maxlen or None]
        room = self._plugin.body_maxlen - len(subject) - 4
        return subject, fit(message, max(room, _SMALLEST_BODY))


def _judged(result: "AppriseResult") -> SendResult:
    """Apprise's result by name: all but success are falsy, yet they call for different next steps."""
    from apprise import AppriseResultStatus

    match result.status:
        case AppriseResultStatus.SUCCESS:
            return SendResult(ok=True)
        case AppriseResultStatus.NOMATCH:
            return SendResult(ok=False, error="Apprise has no service for this channel", permanent=True)
        case AppriseResultStatus.PARTIAL:
            error = "only some of the channel's targets got it; a repeat would reach those again"
            return SendResult(ok=False, error=error, permanent=True)
        case AppriseResultStatus.TIMEOUT:
            return SendResult(ok=False, error="the service did not answer in time")
        case _:
            return _failure(result)


def _failure(result: "AppriseResult") -> SendResult:
    """A plain failure. The stock services hide the answer, but most log its HTTP status: a 4xx is final."""
    statuses = [int(found[1]) for entry in result.logs() if (found := _HTTP_STATUS.search(str(entry.message)))]
    if not statuses:
        return SendResult(ok=False, error="the service did not take the message; Apprise does not say why")
    final = 400 <= statuses[-1] < 500 and statuses[-1] not in _TRANSIENT_STATUS
    return SendResult(ok=False, error=f"the service answered {statuses[-1]}", permanent=final)
