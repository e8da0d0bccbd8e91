"""Alembic's environment and the migrations, run by `storage.migrate` without an ini file.

There is no way down: an older program refuses a newer schema, and a backup is the way back.
"""
