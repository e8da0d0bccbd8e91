"""Alerts about the monitor's own storage, which never pass through it: made in memory and sent at once. Pure."""

from datetime import datetime

from monitor.model import Alert, AlertKind

_NO_CONCLUSION = "Nothing is read or kept meanwhile: this is not evidence of no change, and the register stands."


def storage_alert(trouble: str, *, host: str, created_at: datetime, local_timezone: str = "UTC") -> Alert:
    """An alert that the monitor on the machine `host` cannot use its storage; `trouble` says why, without secrets."""
    return Alert(
        key=f"storage-{created_at:%Y%m%dT%H%M%SZ}-health",
        kind=AlertKind.HEALTH,
        created_at=created_at,
        subject=f"[Health] The monitor on {host} cannot use its storage",
        bottom_line="The monitor has stopped keeping what it reads, because its storage cannot be used.",
        caveats=(
            _NO_CONCLUSION,
            "Nothing was made anew in the place of what is damaged; what was not kept is fetched again afterwards.",
        ),
        reason=trouble,
        how_to="Mend what is named above; then see: monitor doctor\nThis is said at most once a day while it lasts.",
        local_timezone=local_timezone,
    )


def storage_mended_alert(*, host: str, created_at: datetime, local_timezone: str = "UTC") -> Alert:
    """An alert that the storage of the monitor on the machine `host` can be used again."""
    return Alert(
        key=f"storage-{created_at:%Y%m%dT%H%M%SZ}-recovered",
        kind=AlertKind.RECOVERED,
        created_at=created_at,
        subject=f"[Health] The monitor on {host} can use its storage again",
        bottom_line="The monitor keeps again what it reads; a run has ended without trouble.",
        caveats=("What came and went on the pages in between was not seen.",),
        reason="Operators had been told that its storage could not be used.",
        how_to="How the sources are: monitor sources",
        local_timezone=local_timezone,
    )
