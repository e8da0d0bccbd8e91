"""One module per revision of the schema, oldest first; listed in `storage.migrate.REVISIONS`."""
