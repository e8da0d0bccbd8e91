"""Rules as data: instruments, bodies and stage tables by jurisdiction, vocabulary by language."""

from monitor.packs.language import Act, Guard, Language, languages
from monitor.packs.loader import PackTest, available, load, pack_tests

__all__ = ["Act", "Guard", "Language", "PackTest", "available", "languages", "load", "pack_tests"]
