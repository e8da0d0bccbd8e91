"""Notices, judges and proves status changes of draft laws and strategies on official pages."""
