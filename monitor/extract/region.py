"""A fast fingerprint of what a page says: equal fingerprints mean equal documents, unequal ones mean nothing.

It is the digest of the same bare markup that the blocks are made of (`page.cut`), so equality needs no argument; and
as scripts, attributes, counters and lists of other pages are shed before, an unchanged page keeps it.
"""

import hashlib

from monitor.extract import page
from monitor.extract.charset import decode
from monitor.extract.cleaners import cleaner_for
from monitor.extract.sniff import Media, sniff
from monitor.model import Problem, Source


def region(body: bytes, content_type: str, source: Source, url: str = "") -> str:
    """Hex digest of the selected text of the HTML `body`; empty for "cannot tell" (no HTML, nothing selected).

    `url` is where the body came from, by default the source's own address: the host may choose the cleaner.
    """
    if sniff(body, content_type.partition(";")[0].strip().lower()) is not Media.HTML:
        return ""
    cleaner = cleaner_for(source, url or source.url)
    cut = page.cut(decode(body, content_type), cleaner.selection(source))
    if isinstance(cut, Problem):
        return ""
    digest = hashlib.blake2b(cut.html.encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(
        f"\x1f{cut.title}\x1f{cut.heading}\x1f{cut.canonical}\x1f{cut.published_on}\x1f{cut.language}".encode()
    )
    return digest.hexdigest()
