"""What people are told, and when: alerts as values, their wording, and which channel gets which. Pure."""

from monitor.alerts.build import disagreement_alert, status_alert
from monitor.alerts.coverage import Coverage, Watched, coverage
from monitor.alerts.dates import (
    TOLD_FROM,
    Announced,
    announced,
    has_slipped,
    met_alert,
    slipped_alert,
    slipped_key,
    target_date_alert,
)
from monitor.alerts.differences import differences
from monitor.alerts.digest import digest
from monitor.alerts.distress import storage_alert, storage_mended_alert
from monitor.alerts.notices import (
    change_alert,
    document_alert,
    doubtful_alert,
    health_alert,
    missing_alert,
    recovered_alert,
    reminder_alert,
    reminder_key,
    test_alert,
)
from monitor.alerts.routing import When, due_at, parse_when, route
from monitor.alerts.telling import Telling, key_of
from monitor.alerts.watching import Standing, standings, watching_alert

__all__ = [
    "TOLD_FROM",
    "Announced",
    "Coverage",
    "Standing",
    "Telling",
    "Watched",
    "When",
    "announced",
    "change_alert",
    "coverage",
    "differences",
    "digest",
    "disagreement_alert",
    "document_alert",
    "doubtful_alert",
    "due_at",
    "has_slipped",
    "health_alert",
    "key_of",
    "met_alert",
    "missing_alert",
    "parse_when",
    "recovered_alert",
    "reminder_alert",
    "reminder_key",
    "route",
    "slipped_alert",
    "slipped_key",
    "standings",
    "status_alert",
    "storage_alert",
    "storage_mended_alert",
    "target_date_alert",
    "test_alert",
    "watching_alert",
]
