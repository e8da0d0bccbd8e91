"""Spiders: they bring captures of official pages, politely, and know nothing of what the pages mean."""
