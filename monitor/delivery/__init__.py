"""Sends what the outbox holds: at least once, each channel on its own."""

from monitor.delivery.policy import retry_at
from monitor.delivery.sending import Report, deliver_due, drain
from monitor.delivery.weekly import tell_week

__all__ = ["Report", "deliver_due", "drain", "retry_at", "tell_week"]
