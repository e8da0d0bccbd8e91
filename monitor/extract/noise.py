"""What every page carries besides its text: scripts, share buttons, counters, related posts, hidden e-mail addresses.

The rules come in two shapes. CSS selectors name elements that are never text of the page. Line patterns name whole
lines (a counter, a share label); they apply only to a line that stands alone, so a sentence that mentions the same
words stays. Words follow the sites this project reads, in English, Khmer and French.
"""

import re
from collections.abc import Sequence
from typing import Final

#: Elements that hold no text for a reader, on any page.
NOT_TEXT: Final = (
    "script,style,noscript,template,svg,iframe,object,canvas,select,textarea,datalist,nav,[role=navigation],dialog,"
    "[hidden],[style*='display:none' i],[style*='display: none' i],[style*='visibility:hidden' i],"
    "[style*='visibility: hidden' i],.screen-reader-text,.sr-only,.visually-hidden"
)

#: Furniture that content management systems put round a text.
FURNITURE: Final = (
    ".breadcrumb,.breadcrumbs,.sharedaddy,.share-buttons,.share-links,.social-share,.social-links,"
    ".addtoany_share_save_container,.a2a_kit,.post-views,.post-views-counter,.view-count,.views-counter,.page-views,"
    ".related,.related-post,.related-posts,.related-articles,.related-news,.jp-relatedposts,.yarpp,.yarpp-related,"
    ".recent-posts,.widget_recent_entries,.post-navigation,.nav-links,.comments-area,.comment-respond,#comments,"
    "#respond,.cookie-notice,.cookie-banner,#cookie-notice,.wp-block-latest-posts"
)

#: Furniture of a page whose text was not selected by hand: dropped from the default choice of main content.
SURROUNDINGS: Final = "footer,aside,[role=contentinfo],[role=complementary],[role=search]"

#: Headings of lists of other pages. What follows them changes whenever another page appears.
RELATED: Final = re.compile(
    r"(?:you\s+(?:may|might)\s+also\s+(?:like|be\s+interested\s+in)|also\s+read|read\s+also|"
    r"(?:related|recommended|similar)\s+(?:posts?|articles?|news|stor(?:y|ies)|topics?|reading)|"
    r"articles?\s+(?:similaires?|liés?|connexes?)|à\s+lire\s+aussi|"
    r"(?:អត្ថបទ|ព័ត៌មាន|ព័ត៍មាន)\s*(?:ដែល)?\s*(?:ពាក់ព័ន្ធ|ទាក់ទង)(?:គ្នា)?)\s*[:៖»>…]*",
    re.IGNORECASE,
)
#: Headings that may as well open the page's own list: they end a text only where there was some before them.
OTHER_PAGES: Final = re.compile(
    r"(?:(?:recent|latest|popular|trending|other|more)\s+(?:posts?|articles?|news|stor(?:y|ies)|updates?)|"
    r"most\s+(?:read|viewed|popular)|read\s+more\s+news|(?:derniers|autres)\s+articles|dernières\s+actualités|"
    r"(?:អត្ថបទ|ព័ត៌មាន|ព័ត៍មាន)\s*(?:ផ្សេងទៀត|ថ្មីៗ|ថ្មី|ពេញនិយម))\s*[:៖»>…]*",
    re.IGNORECASE,
)
_COUNT = r"[\d.,\s]*\d[\d.,]*\s?[kKmM]?"
_COUNTED = (
    r"(?:page\s*|post\s*|total\s*)?(?:views?|visits?|visitors?|reads?|hits?|shares?|likes?|comments?|downloads?|"
    r"vues?|lectures?|commentaires?)"
)
_COUNTED_KM = r"(?:ចំនួន)?\s*(?:អ្នក)?\s*(?:ចូល)?(?:មើល|ទស្សនា|អាន|ចែករំលែក|មតិ|ដង)"

#: Whole lines that are no text of the page. Full match on a line with white space collapsed.
LINES: Final = re.compile(
    rf"(?:{_COUNTED}\s*[:៖]?\s*\(?{_COUNT}\)?(?:\s*(?:times?|fois))?|\(?{_COUNT}\)?\s*{_COUNTED}|viewed\s+{_COUNT}\s*times?|"
    rf"{_COUNTED_KM}\s*[:៖]?\s*{_COUNT}\s*(?:ដង|នាក់)?|{_COUNT}\s*{_COUNTED_KM}|"
    r"no\s+comments?|leave\s+a\s+(?:comment|reply)|aucun\s+commentaire|គ្មានមតិ(?:យោបល់)?|"
    r"share(?:\s+(?:this|on|via|with)(?:\s+\w+){0,3})?\s*[:៖]?|tweet|pin\s+it|partager(?:\s+sur\s+\w+)?\s*:?|"
    r"ចែករំលែក(?:ទៅកាន់)?\s*[:៖]?|print(?:\s+this)?(?:\s+page)?|imprimer|back\s+to\s+top|skip\s+to\s+(?:main\s+)?content|"
    r"(?:page\s+)?last\s+(?:updated?|modified|reviewed)(?:\s+on)?\s*[:៖]?.{0,40}|"
    r"(?:dernière\s+)?mise\s+à\s+jour\s*(?:le|:).{0,40}|status\s+as\s+of\s+[\d/.\-]+)",
    re.IGNORECASE,
)
#: Lines of signs only: rules, arrows, separators.
SIGNS: Final = re.compile(r"[|•·–—_\-*/\\»«›‹<>+=~.,:;()\[\]]*")
# Latin words one of which stands in every line `LINES` matches, besides Khmer lines.
_LATIN = (
    "view views visit visits visitor visitors read reads hit hits share shares like likes comment comments download "
    "downloads vue vues lecture lectures commentaire commentaires viewed tweet pin partager print imprimer back skip "
    "last mise dernière status pageviews"
)
_WORDS = frozenset(form for word in _LATIN.split() for form in (word, f"{word}:", f"({word})", f"{word})"))
_KHMER_HINT = re.compile("ទស្សនា|មើល|អាន|ចែករំលែក|មតិ|ដង")

#: The one token every e-mail address becomes: sites hide addresses and show them again from one fetch to the next.
EMAIL_TOKEN: Final = "[email protected]"  # noqa: S105 (what sites print)
_EMAIL = re.compile(
    r"\[email(?:\s|\u00a0|&nbsp;|&#160;)*protected\]|[^\s<>@()\[\],;:\"'“”«»]+@[^\s<>@()\[\],;:\"'“”«»]*[^\s<>@()\[\],;:\"'“”«».!?]",
    re.IGNORECASE,
)


def hide_emails(text: str) -> str:
    """`text` with every address, shown or hidden by the site, as `EMAIL_TOKEN`."""
    if "@" not in text and "protected" not in text:
        return text
    return _EMAIL.sub(EMAIL_TOKEN, text)


def is_noise(line: str) -> bool:
    """Whether `line` (white space collapsed) is a counter, a share label or the like, and nothing else."""
    return len(line) <= 90 and LINES.fullmatch(line) is not None


def suspects(lines: Sequence[str]) -> list[str]:
    """Those of the short `lines` that may be, or be part of, a line of noise. Quick; leaves out none that is."""
    return [
        line for line in lines if not _WORDS.isdisjoint(line.lower().split()) or _KHMER_HINT.search(line) is not None
    ]
