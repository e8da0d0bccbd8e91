"""Several alerts as one message, for a channel that does not want each at once. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from monitor.model import Alert, AlertKind, Item
from monitor.status.words import moment_words

_ORDER = tuple(AlertKind)
_NAMES = {
    AlertKind.STATUS: ("status alert", "status alerts"),
    AlertKind.TARGET_DATE: ("target date", "target dates"),
    AlertKind.DISAGREEMENT: ("disagreement", "disagreements"),
    AlertKind.DOCUMENT: ("new document", "new documents"),
    AlertKind.CHANGE: ("text change", "text changes"),
    AlertKind.HEALTH: ("source in trouble", "sources in trouble"),
    AlertKind.RECOVERED: ("source recovered", "sources recovered"),
    AlertKind.DIGEST: ("digest", "digests"),
    AlertKind.WATCHING: ("watch report", "watch reports"),
    AlertKind.TEST: ("test", "tests"),
}


def digest(
    alerts: Sequence[Alert],
    channel_id: str,
    created_at: datetime,
    *,
    local_timezone: str = "UTC",
    coverage: str = "",
    span: str = "since the last digest",
) -> Alert:
    """One alert that tells `alerts` (at least one), the weightiest kinds first and each with its own key.

    Each takes a few lines: what appears to have changed, the quotation, then link, capture time and key. The digest's
    own key is made of theirs, so that sending the same ones again is recognisable as a repeat. `coverage` is the line
    that says how much was read: silence about a source means something only if the source was seen. `span` says of what
    time it tells.
    """
    ordered = sorted(alerts, key=lambda alert: (_ORDER.index(alert.kind), alert.created_at, alert.key))
    counted = Counter(alert.kind for alert in ordered)
    summary = ", ".join(f"{counted[kind]} {_NAMES[kind][counted[kind] > 1]}" for kind in _ORDER if counted[kind])
    members = blake2b("\n".join(sorted(alert.key for alert in alerts)).encode(), digest_size=8).hexdigest()
    return Alert(
        key=f"digest-{channel_id}-{members}",
        kind=AlertKind.DIGEST,
        created_at=created_at,
        subject=f"[Digest] {summary}",
        bottom_line=f"{summary[:1].upper()}{summary[1:]} {span}. {coverage}".rstrip(),
        caveats=tuple(dict.fromkeys(caveat for alert in ordered for caveat in alert.caveats)),
        items=tuple(_item(alert, local_timezone) for alert in ordered),
        how_to="Each one in full: monitor alerts",
        local_timezone=local_timezone,
    )


def _item(alert: Alert, zone: str) -> Item:
    evidence = alert.evidence
    captured = f"captured {moment_words(evidence.captured_at, zone)} · " if evidence else ""
    return Item(
        title=alert.subject,
        lines=(alert.bottom_line,),
        quote=evidence.quote if evidence else "",
        language=alert.language,
        url=evidence.url if evidence else "",
        note=f"{captured}key {alert.key}",
    )
