"""Alembic's environment and the migrations, run by `storage.migrate` without an ini file.

There is no way down: an older program refuses a newer schema, and a backup is the way back (of a SQLite file one is
made beside it before its schema changes). A table that SQLite must rebuild (`op.batch_alter_table`) stays as it was
only with `table_kwargs={"sqlite_autoincrement": True}`: without, numbers of deleted rows could be given out again.
"""
