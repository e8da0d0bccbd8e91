"""Small filters over pieces: each knows one kind of noise of one kind of site."""

import re
from collections.abc import Sequence

from monitor.extract.blocks import Piece
from monitor.extract.noise import SIGNS, is_noise
from monitor.model import BlockKind

_LEAD = 8  # pieces from the top among which a site's header lines are looked for
_CREDIT = re.compile(
    r"[-–—•*]?\s*(?:photos?\s*:|(?:photos?|articles?|text|video|story|translat(?:ion|ed)(?:\s+into\s+\w+)?|edited)\s+by\b|"
    r"(?:រូបភាព|រូបថត|អត្ថបទ|វីដេអូ|បកប្រែ|ប្រែសម្រួល|កែសម្រួល)(?:\s*(?:ជា)?(?:ភាសា)?\s*(?:អង់គ្លេស|ខ្មែរ))?\s*(?:ដោយ|[:៖]))"
    r".{1,160}",
    re.IGNORECASE | re.DOTALL,
)
_POSTER = re.compile(r"(?:posted|uploaded)\s+by\s*:?.{0,60}|(?:បង្ហោះ|ផុស)ដោយ\s*[:៖]?.{0,60}", re.IGNORECASE)
_DAY = (
    r"(?:[A-Z][a-z]+\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]+\s+\d{4}|"
    r"\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[/-]\d{1,2}[/-]\d{4})"
)
_META_LINE = re.compile(
    rf"{_DAY}(?:\W+{_DAY}.{{0,80}}|.{{0,80}}?\b(?:no|\d+)\s+comments?)?|(?:by\s+.{{1,60}}\W)?(?:no|\d+)\s+comments?",
    re.IGNORECASE,
)
# The arrow of a crumb trail, whole or after a wrong decoding (UTF-8 read as windows-1252).
_ARROW = r"(?:»|›|>|/|→|Â»|Ã‚Â»|â€º|â†’|â\S{0,3})"
_CRUMBS = re.compile(rf"home(?:\s*{_ARROW}.{{0,400}}|\s*)", re.IGNORECASE | re.DOTALL)
_IMAGE_NAME = re.compile(
    r"(?:[A-Z]{2,5}_|IMG[_-]?|DSC[NF]?[_-]?)\d{3,}[\w-]*|\S+\.(?:jpe?g|png|webp|gif|JPE?G|PNG)",
)


def drop_noise(pieces: Sequence[Piece]) -> list[Piece]:
    """Without lines that are counters, share labels or signs only."""
    return [piece for piece in pieces if not is_noise(piece.text) and not SIGNS.fullmatch(piece.text)]


def drop_credits(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the credit lines under an article (photo, article, translation by …)."""
    return [piece for piece in pieces if not _CREDIT.fullmatch(piece.text)]


def drop_poster(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the "Posted by" line of the old skin."""
    return [piece for piece in pieces if not _POSTER.fullmatch(piece.text)]


def drop_meta_line(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the line of date, date again, author and comment counter, whole or in parts, before the text begins."""
    kept = []
    before_text = True
    for position, piece in enumerate(pieces):
        if before_text and position < _LEAD and piece.kind is not BlockKind.HEADING:
            if _META_LINE.fullmatch(piece.text):
                continue
            before_text = len(piece.text) < 60
        kept.append(piece)
    return kept


def drop_crumbs(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the crumb trail at the top, its arrows whole or mojibake."""
    return [piece for at, piece in enumerate(pieces) if at >= _LEAD or not _CRUMBS.fullmatch(piece.text)]


def drop_image_names(pieces: Sequence[Piece]) -> list[Piece]:
    """Without lines that are the bare name of an image file."""
    return [piece for piece in pieces if not _IMAGE_NAME.fullmatch(piece.text)]


def collapse_lead(pieces: Sequence[Piece]) -> list[Piece]:
    """Each of the first lines once: title and teaser are printed again above the text."""
    kept: list[Piece] = []
    for position, piece in enumerate(pieces):
        if position < _LEAD and any(piece.text.casefold() == other.text.casefold() for other in kept):
            continue
        kept.append(piece)
    return kept
