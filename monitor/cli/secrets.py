"""Which strings of a configuration nobody may read in a log, in an error or in what a command prints."""

import re
from collections.abc import Mapping
from pathlib import Path

from monitor.config import Config, secrets_file
from monitor.text.redaction import secrets_of_url

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def of_environment(path: Path, environment: Mapping[str, str]) -> frozenset[str]:
    """Everything the file at `path` takes from the environment or its file of secrets: while it is read, nobody knows
    yet what is secret."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    named = (environment.get(name, "") for name in _VARIABLE.findall(text))
    return frozenset(filter(None, named)) | secrets_file.peek(text, path, environment)


def of(config: Config) -> frozenset[str]:
    """The secret parts of channel, ping and database addresses, and the key of the second reader.

    Addresses of sources are not among them: they are evidence, kept and printed in every alert.
    """
    found = {secret for channel in config.channels for secret in secrets_of_url(channel.url)}
    found |= secrets_of_url(config.database_url) - {config.database_url}
    if config.ping_url:
        found |= secrets_of_url(config.ping_url)
    if config.second_reader is not None:
        found.add(config.second_reader.key)
    return frozenset(found)
