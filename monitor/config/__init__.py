"""What a team declares in `config.toml`, checked and turned into values."""

from monitor.config.reader import Checks, Config, load

__all__ = ["Checks", "Config", "load"]
