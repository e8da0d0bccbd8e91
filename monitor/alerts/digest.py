"""Several alerts as one message, for a channel that does not want each at once. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from monitor.model import Alert, AlertKind

_ORDER = tuple(AlertKind)
_NAMES = {
    AlertKind.STATUS: ("status alert", "status alerts"),
    AlertKind.TARGET_DATE: ("target date", "target dates"),
    AlertKind.CHANGE: ("text change", "text changes"),
    AlertKind.HEALTH: ("source in trouble", "sources in trouble"),
    AlertKind.RECOVERED: ("source recovered", "sources recovered"),
    AlertKind.DIGEST: ("digest", "digests"),
    AlertKind.TEST: ("test", "tests"),
}


def digest(
    alerts: Sequence[Alert], channel_id: str, created_at: datetime, *, local_timezone: str = "UTC", coverage: str = ""
) -> Alert:
    """One alert that tells `alerts` (at least one), the weightiest kinds first and each with its own key.

    Each takes a few lines: what appears to have changed, the quotation, then link, capture time and key. The digest's
    own key is made of theirs, so that sending the same ones again is recognisable as a repeat. `coverage` is the line
    that says how much was read: silence about a source means something only if the source was seen.
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
        bottom_line=f"{summary[:1].upper()}{summary[1:]} since the last digest. {coverage}".rstrip(),
        caveats=tuple(dict.fromkeys(caveat for alert in ordered for caveat in alert.caveats)),
        diff=tuple((" ", line) for alert in ordered for line in _lines(alert, ZoneInfo(local_timezone))),
        how_to="Each one in full: monitor alerts",
        local_timezone=local_timezone,
    )


def _lines(alert: Alert, zone: ZoneInfo) -> list[str]:
    lines = [alert.subject, alert.bottom_line]
    if alert.evidence and alert.evidence.quote and alert.evidence.quote not in alert.bottom_line:
        lines.append(f"“{alert.evidence.quote}”")
    where = []
    if alert.evidence:
        utc = alert.evidence.captured_at.astimezone(UTC)
        local = f", {utc.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}" if zone.key != "UTC" else ""
        where = [alert.evidence.url, f"captured {utc:%Y-%m-%d %H:%M} UTC{local}"]
    return [*lines, " · ".join((*where, f"key {alert.key}"))]
