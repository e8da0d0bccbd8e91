"""A file of secrets for `${NAME}`: lines `NAME=value`, kept away from the configuration and from other users.

The form is that of systemd's `EnvironmentFile`, without its escapes: a value may stand in quotes, `#` begins a line
that is not read. Values are never part of a fault.
"""

import re
import stat
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_KEY = re.compile(r"""^\s*secrets_file\s*=\s*(["'])(.*?)\1""", re.MULTILINE)
_OTHERS = stat.S_IRWXO | stat.S_IWGRP


def place(name: str, config: Path, environment: Mapping[str, str]) -> Path | None:
    """Where the file called `name` in the configuration at `config` is.

    None if a variable in `name` is not set or it is no path, which the table that `name` stands in says.
    """
    if any(not environment.get(variable) for variable in _VARIABLE.findall(name)):
        return None
    filled = _VARIABLE.sub(lambda match: environment[match[1]], name)
    try:
        return None if "\0" in filled else config.resolve().parent / Path(filled).expanduser()
    except RuntimeError:  # the home of a user who does not exist
        return None


def read(path: Path, config: Path) -> tuple[dict[str, str], list[str]]:
    """NAME → value of the file at `path`, and what is wrong with it in sentences that quote no value.

    It is refused where everybody could read it or others than its owner could write it, and inside the git working
    tree that holds the configuration at `config`, from where a secret is pushed before anybody notices.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return {}, [f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"]
    if mode & _OTHERS:
        return {}, [f"{path} is open to other users; let its owner alone write it and its group at most read it: "
                    f"chmod 640 {path}"]  # fmt: skip
    if (tree := _working_tree(config)) is not None and path.resolve().is_relative_to(tree):
        return {}, [f"{path} is inside the git working tree {tree}; keep secrets outside it"]
    return _parsed(text, path)


def peek(text: str, config: Path, environment: Mapping[str, str]) -> frozenset[str]:
    """The values that the configuration `text` could take from its file of secrets, as far as they can be had."""
    found = _KEY.search(text)
    path = place(found[2], config, environment) if found is not None else None
    return frozenset(read(path, config)[0].values()) if path is not None else frozenset()


def _parsed(text: str, path: Path) -> tuple[dict[str, str], list[str]]:
    values: dict[str, str] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            faults.append(f"{path}: line {number} is not NAME=value")
        elif found[1] in values:
            faults.append(f"{path}: line {number} gives {found[1]} again")
        else:
            values[found[1]] = _unquoted(found[2])
    return values, faults


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _working_tree(config: Path) -> Path | None:
    """The git working tree around the configuration; None if there is none."""
    return next((folder for folder in config.resolve().parents if (folder / ".git").exists()), None)
