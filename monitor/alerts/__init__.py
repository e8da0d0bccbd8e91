"""What people are told, and when: alerts as values, their wording, and which channel gets which. Pure."""

from monitor.alerts.build import status_alert, target_date_alert
from monitor.alerts.digest import digest
from monitor.alerts.notices import change_alert, diff_lines, health_alert, recovered_alert, test_alert
from monitor.alerts.routing import When, due_at, parse_when, route
from monitor.alerts.telling import Telling, key_of

__all__ = [
    "Telling",
    "When",
    "change_alert",
    "diff_lines",
    "digest",
    "due_at",
    "health_alert",
    "key_of",
    "parse_when",
    "recovered_alert",
    "route",
    "status_alert",
    "target_date_alert",
    "test_alert",
]
