"""Where everything is kept: tables, migrations, the archive of raw bodies, and the in-memory twins of both."""
