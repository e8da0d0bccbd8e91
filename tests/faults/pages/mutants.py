"""Damaged copies of good bodies: cut, bent, holed, doubled, nested. Every mutant comes from a seed that can be shown.

An HTML mutant that a strict XML parser still accepts, and in which it finds other words, is an edit as far as anybody
can tell; such mutants are dropped. The bases are well-formed XHTML, so that the strict parser can be the judge.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

_LOOSE_AMPERSAND = re.compile(rb"&(?!#\d+;|amp;|lt;|gt;|quot;|apos;)")
_OBJECT = re.compile(rb"\d+ 0 obj\b.*?endobj\n?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A damaged body; `name` says how it was made and from which seed."""

    name: str
    body: bytes


def html_mutants(base: bytes, seed: int) -> Iterator[Mutant]:
    """Damaged copies of the page `base`, without end, those left out that are edits as far as anybody can tell."""
    said = _words(base)
    assert said is not None, "the base must be well-formed"
    for mutant in _mutants(base, seed, _HTML):
        words = _words(mutant.body)
        if words is None or words == said:
            yield mutant


def pdf_mutants(base: bytes, seed: int) -> Iterator[Mutant]:
    """Damaged copies of the file `base`, without end."""
    return _mutants(base, seed, _PDF)


def _mutants(base: bytes, seed: int, ways: Mapping[str, Callable[[bytes, random.Random], bytes]]) -> Iterator[Mutant]:
    number = 0
    while True:
        for name, damage in ways.items():
            number += 1
            body = damage(base, random.Random(f"{seed}/{number}"))
            if body != base:
                yield Mutant(name=f"{name} (seed {seed}, number {number})", body=body)


def _words(body: bytes) -> str | None:
    """What a strict parser reads in the main part of a page; None if it is not well-formed."""
    try:
        body.decode("utf-8")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
        root = etree.fromstring(_LOOSE_AMPERSAND.sub(b"&amp;", body), parser)
    except (UnicodeDecodeError, etree.XMLSyntaxError, ValueError):
        return None
    main = root.find(".//main")
    return "" if main is None else " ".join(" ".join(main.itertext()).split())


# Ways to damage a body -------------------------------------------------------------------------------------------


def _cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(1, len(body))]


def _headless(body: bytes, chance: random.Random) -> bytes:
    return body[chance.randrange(1, len(body) // 2) :]


def _flip(body: bytes, chance: random.Random) -> bytes:
    bent = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
    return bytes(bent)


def _lose(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + body[at + chance.choice((1, 3, 17, 120, 600, 1460)) :]


def _hole(body: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(body)), chance.choice((1, 8, 64, 512))
    return body[:at] + bytes(min(length, len(body) - at)) + body[at + length :]


def _noise(body: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(body)), chance.choice((1, 5, 40, 300))
    return body[:at] + chance.randbytes(length) + body[at + length * chance.randrange(2) :]


def _double(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body))
    return body[: at + 400] + body[at:]


def _swap(body: bytes, chance: random.Random) -> bytes:
    cut = sorted(chance.randrange(len(body)) for _ in range(3))
    return body[: cut[0]] + body[cut[1] : cut[2]] + body[cut[0] : cut[1]] + body[cut[2] :]


def _half_tag(body: bytes, chance: random.Random) -> bytes:
    """One sign of the markup gone or bent."""
    signs = [at for at, byte in enumerate(body) if byte in b'<>/"=']
    at = chance.choice(signs)
    return body[:at] + chance.choice((b"", b" ", b"?", b"\x00")) + body[at + 1 :]


def _nest(body: bytes, chance: random.Random) -> bytes:
    at = body.index(b"<main") + chance.randrange(40)
    return body[:at] + b"<div>" * chance.choice((300, 3_000, 30_000)) + body[at:]


def _drop_object(body: bytes, chance: random.Random) -> bytes:
    found = list(_OBJECT.finditer(body))
    gone = chance.choice(found)
    return body[: gone.start()] + body[gone.end() :]


def _blank_object(body: bytes, chance: random.Random) -> bytes:
    """An object replaced by blanks of the same length, so that every other offset still holds."""
    gone = chance.choice(list(_OBJECT.finditer(body)))
    return body[: gone.start()] + b" " * len(gone[0]) + body[gone.end() :]


def _bend_number(body: bytes, chance: random.Random) -> bytes:
    """Another digit in a length, an offset or a reference."""
    at = chance.choice([found.start() for found in re.finditer(rb"\d", body)])
    return body[:at] + b"%d" % chance.randrange(10) + body[at + 1 :]


def _bend_name(body: bytes, chance: random.Random) -> bytes:
    found = chance.choice(list(re.finditer(rb"/[A-Z]\w+", body)))
    at = chance.randrange(found.start() + 1, found.end())
    return body[:at] + bytes([chance.randrange(97, 123)]) + body[at + 1 :]


_COMMON: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": _cut,
    "beginning lost": _headless,
    "bits flipped": _flip,
    "bytes lost": _lose,
    "hole": _hole,
    "noise": _noise,
    "doubled": _double,
    "swapped": _swap,
}
_HTML: Mapping[str, Callable[[bytes, random.Random], bytes]] = {**_COMMON, "half a tag": _half_tag, "nested": _nest}
_PDF: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    **_COMMON,
    "object dropped": _drop_object,
    "object blanked": _blank_object,
    "number bent": _bend_number,
    "name bent": _bend_name,
}
