"""The repositories of `monitor.ports` on one SQLAlchemy connection each unit of work owns."""
