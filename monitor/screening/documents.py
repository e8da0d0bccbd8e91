"""After extraction: is this document whole, and in a language of its source?"""

import re

from monitor.extract.pdf import is_legacy_font
from monitor.model import BlockKind, Document, Problem, ProblemKind, Snapshot, Source
from monitor.screening.evidence import evidence
from monitor.screening.likeness import kept
from monitor.text.normal import khmer_share, match_key

_FEW_LETTERS = 12
"""Below this a page says nothing. Short notices are real (a Khmer one may have 60 letters, a treaty row none but
dates), so there is no higher floor; a page that used to be long is caught as shrunken instead."""
_LONG_BEFORE = 1_000
_LOSS = 0.75
_ALMOST_NOTHING = 0.05  # share of the last good text that any two pages in one language may have in common
_HALF = 0.5  # the same for a text in another language, in which names, numbers and "Article 1." stay
_ENOUGH = 3
_TELLING = 3.0  # times as many small words of one language as of the other tell which one a text is in
_SMALL_WORDS = {
    "en": re.compile(r"\b(?:the|of|and|to|in|is|for|that|with|by|its|shall)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:le|la|les|des|et|du|un|une|est|dans|pour|que|au|qui)\b", re.IGNORECASE),
}
_SAMPLE = 8_000  # characters that tell the language of a text
_ENOUGH_TO_TELL = 100  # letters needed to judge the language of a text
_ALMOST_NO_KHMER = 0.05
_MOSTLY_KHMER = 0.6
_MOSTLY_FOREIGN = 0.5
_LETTERS = re.compile(r"[A-Za-z]+|[\u1780-\u17b3\u17b6-\u17d3]+|[^\W\d_]+")  # letters and Khmer vowel signs
_FOREIGN = re.compile(r"[\u0400-\u04ff\u0600-\u06ff\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PLACEHOLDER = re.compile(
    r"\W*(?:(?:page\s+)?loading|please\s+wait|coming\s+soon|under\s+construction|lorem\s+ipsum.*|"
    r"(?:there\s+(?:is|are)\s+)?no\s+(?:data|results?|records?|posts?|items?|content)(?:\s+(?:found|available|to\s+(?:show|display)|yet))*|"
    r"nothing\s+(?:found|to\s+show)(?:\s+here)?|chargement(?:\s+en\s+cours)?|aucun(?:e)?\s+(?:résultat|donnée|contenu)s?(?:\s+\w+)?|"
    r"កំពុងផ្ទុក|សូមរង់ចាំ|គ្មានទិន្នន័យ|មិនមានទិន្នន័យ|មិនទាន់មានទិន្នន័យ)\W*",
    re.IGNORECASE | re.DOTALL,
)


def check(document: Document, source: Source, last: Snapshot | None) -> Problem | None:
    """Why `document` must not be stored as what the page says now; None if nothing speaks against it.

    `last` is the last good snapshot of the same document. A loss of three quarters of a long text is suspicious, not
    a withdrawal, and a text with nothing in common with it may be another page: the caller reads again before it
    believes either.
    """
    body = [block.text for block in document.blocks if block.text != document.title]
    text = " ".join(body) or document.title
    return (
        _empty(document, body, text)
        or _legacy(text, source)
        or _foreign(text, source)
        or _shrunken(document, last)
        or _unlike(document, last)
    )


def _empty(document: Document, body: list[str], text: str) -> Problem | None:
    if any(block.kind is BlockKind.KEY_VALUE for block in document.blocks):
        return None
    letters = _letters(text[:2_000])
    if letters < _FEW_LETTERS:
        return Problem(
            kind=ProblemKind.EMPTY, detail=f"the document has {letters} letters", signals=("text:few-letters",)
        )
    if body and all(_PLACEHOLDER.fullmatch(part) for line in body for part in re.split(r"[,;]", line)):
        return Problem(
            kind=ProblemKind.EMPTY, detail=f"the document says only {text[:60]!r}", signals=("text:placeholder",)
        )
    return None


def _letters(text: str) -> int:
    return sum(map(len, _LETTERS.findall(text)))


def _shrunken(document: Document, last: Snapshot | None) -> Problem | None:
    if last is None or last.document.extractor != document.extractor:
        return None
    before, now = _length(last.document), _length(document)
    if before < _LONG_BEFORE or now > (1 - _LOSS) * before:
        return None
    return Problem(
        kind=ProblemKind.SHRUNKEN,
        detail=f"the text shrank from {before} to {now} characters",
        signals=("text:shrunken",),
    )


def _unlike(document: Document, last: Snapshot | None) -> Problem | None:
    """Nothing of the last good text is left, and more than the text is another: a parked, hacked or error page."""
    if last is None or last.document.extractor != document.extractor or _in_pages(document):
        return None
    share = kept(last.document, document)
    translated = {_tongue(document), _tongue(last.document)} == {"en", "fr"}
    if share is None or share > (_HALF if translated else _ALMOST_NOTHING):
        return None
    differences = _differences(document, last.document, translated=translated)
    weights = {"text:replaced": 2} | {name: 1 for name, differs in differences if differs}
    if sum(weights.values()) < _ENOUGH:
        return None
    return Problem(
        kind=ProblemKind.UNLIKE,
        detail=f"the page looks like another one: {evidence(weights)}",
        signals=tuple(weights),
    )


def _in_pages(document: Document) -> bool:
    """Whether the blocks come from a PDF: error pages do not, and a new issue at the old address is all new."""
    return any(block.path[:1] == ("page 1",) for block in document.blocks)


def _differences(document: Document, last: Document, *, translated: bool) -> tuple[tuple[str, bool], ...]:
    return (
        ("title:other", match_key(document.title) != match_key(last.title)),
        ("text:other-language", translated or document.language != last.language),
        ("text:half-as-long", 2 * _length(document) < _length(last)),
    )


def _tongue(document: Document) -> str:
    """`en` or `fr` by the small words of the text, whatever the page declares; empty where they do not tell."""
    text = " ".join(block.text for block in document.blocks)[:_SAMPLE]
    english, french = (len(words.findall(text)) for words in _SMALL_WORDS.values())
    if max(english, french) < _TELLING * max(1, min(english, french)):
        return ""
    return "en" if english > french else "fr"


def _length(document: Document) -> int:
    return sum(len(block.text) for block in document.blocks)


def _legacy(text: str, source: Source) -> Problem | None:
    if not is_legacy_font(text, source):
        return None
    return Problem(
        kind=ProblemKind.LEGACY_FONT,
        detail="a Khmer source with almost no Khmer letters: set in a font from before Unicode",
        signals=("text:script",),
    )


def _foreign(text: str, source: Source) -> Problem | None:
    """The script of `text` against the languages of its source. English and French cannot be told apart this way."""
    text = text[:_SAMPLE]
    letters = _letters(text)
    if letters < _ENOUGH_TO_TELL:
        return None
    khmer, foreign = khmer_share(text), len(_FOREIGN.findall(text)) / letters
    expected = " or ".join(source.languages)
    if (set(source.languages) == {"km"} and khmer < _ALMOST_NO_KHMER) or (
        source.languages and "km" not in source.languages and khmer > _MOSTLY_KHMER
    ):
        found = f"{khmer:.0%} Khmer letters"
    elif foreign > _MOSTLY_FOREIGN:
        found = f"{foreign:.0%} letters of another script"
    else:
        return None
    return Problem(
        kind=ProblemKind.WRONG_LANGUAGE, detail=f"{found} on a source in {expected}", signals=("text:script",)
    )
