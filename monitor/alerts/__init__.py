"""What people are told, and when: alerts as values, their wording, and which channel gets which. Pure."""

from monitor.alerts.build import status_alert, target_date_alert
from monitor.alerts.coverage import Coverage, Watched, coverage
from monitor.alerts.digest import digest
from monitor.alerts.notices import (
    change_alert,
    diff_lines,
    health_alert,
    missing_alert,
    recovered_alert,
    reminder_alert,
    reminder_key,
    test_alert,
)
from monitor.alerts.routing import When, due_at, parse_when, route
from monitor.alerts.telling import Telling, key_of

__all__ = [
    "Coverage",
    "Telling",
    "Watched",
    "When",
    "change_alert",
    "coverage",
    "diff_lines",
    "digest",
    "due_at",
    "health_alert",
    "key_of",
    "missing_alert",
    "parse_when",
    "recovered_alert",
    "reminder_alert",
    "reminder_key",
    "route",
    "status_alert",
    "target_date_alert",
    "test_alert",
]
