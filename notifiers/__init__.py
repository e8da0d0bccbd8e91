"""Alerts on their way to people: rendered, and sent through Apprise or shown on the screen."""
