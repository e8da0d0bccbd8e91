"""The values that flow: frozen, typed, keyword-only. Standard library only.

Words (the glossary in the docs has them all): a *source* is a configured page, feed or list; a *capture* is one
body as served; a *document* is the text of one page as ordered *blocks*; a *snapshot* is a stored document; a
*change* is the difference of two snapshots of one document; a *claim* is what a passage says about an
*instrument*; a *verdict* is what we conclude from it; a *lifecycle event* is what we hold to be so; a *status* is
always a fold over events. Every `datetime` is aware and in UTC.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property


class Stage(StrEnum):
    """The closed list of stages. Finer events go into `milestone`; never add a twelfth."""

    ABSENT = "absent"
    ANNOUNCED = "announced"
    DRAFTING = "drafting"
    CONSULTATION = "consultation"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ADOPTED = "adopted"
    PROMULGATED = "promulgated"
    IN_FORCE = "in_force"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


class InstrumentType(StrEnum):
    """What kind of instrument it is; decides what an act makes of it."""

    LAW = "law"
    ROYAL_DECREE = "royal_decree"
    SUBDECREE = "subdecree"
    PRAKAS = "prakas"
    NOTICE = "notice"
    POLICY = "policy"
    STRATEGY = "strategy"
    SOFT_LAW = "soft_law"
    TREATY = "treaty"


class Authority(StrEnum):
    """Who speaks through a source. `tier` is 1 (decides) to 4 (reports)."""

    GAZETTE = "gazette"
    PARLIAMENT = "parliament"
    GOVERNMENT = "government"
    MINISTRY = "ministry"
    INTERGOVERNMENTAL = "intergovernmental"
    AGENCY = "agency"
    NEWS = "news"


class Health(StrEnum):
    """The state of a source as operators see it; finer causes stand in the `detail` beside it."""

    NEW = "new"
    OK = "ok"
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"
    MISSING = "missing"
    OFF_SITE = "off_site"
    ROBOTS = "robots"
    STALE = "stale"


class ProblemKind(StrEnum):
    """Why a capture cannot be used. Each kind belongs to one `Health`."""

    BLOCKED = "blocked"
    MAINTENANCE = "maintenance"
    LOGIN = "login"
    SHELL = "shell"
    SOFT_ERROR = "soft_error"
    SOFT_404 = "soft_404"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    UNREACHABLE = "unreachable"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    OFF_SITE = "off_site"
    ROBOTS = "robots"
    EMPTY = "empty"
    SHRUNKEN = "shrunken"
    UNLIKE = "unlike"
    FLAPPING = "flapping"
    SELECTOR = "selector"
    WRONG_LANGUAGE = "wrong_language"
    WRONG_MEDIA_TYPE = "wrong_media_type"
    GARBLED = "garbled"
    LEGACY_FONT = "legacy_font"
    NO_TEXT_LAYER = "no_text_layer"
    DAMAGED = "damaged"

    @property
    def health(self) -> Health:
        """The health this problem puts its source into."""
        return _HEALTH_OF[self]


_HEALTH_OF: Mapping[ProblemKind, Health] = {
    ProblemKind.BLOCKED: Health.BLOCKED,
    ProblemKind.MAINTENANCE: Health.BLOCKED,
    ProblemKind.LOGIN: Health.BLOCKED,
    ProblemKind.SHELL: Health.BLOCKED,
    ProblemKind.SOFT_ERROR: Health.BLOCKED,
    ProblemKind.SOFT_404: Health.MISSING,
    ProblemKind.GONE: Health.MISSING,
    ProblemKind.HTTP_ERROR: Health.UNREACHABLE,
    ProblemKind.UNREACHABLE: Health.UNREACHABLE,
    ProblemKind.TRUNCATED: Health.UNREADABLE,
    ProblemKind.TOO_LARGE: Health.UNREADABLE,
    ProblemKind.OFF_SITE: Health.OFF_SITE,
    ProblemKind.ROBOTS: Health.ROBOTS,
    ProblemKind.EMPTY: Health.UNREADABLE,
    ProblemKind.SHRUNKEN: Health.UNREADABLE,
    ProblemKind.UNLIKE: Health.UNREADABLE,
    ProblemKind.FLAPPING: Health.UNREADABLE,
    ProblemKind.SELECTOR: Health.UNREADABLE,
    ProblemKind.WRONG_LANGUAGE: Health.UNREADABLE,
    ProblemKind.WRONG_MEDIA_TYPE: Health.UNREADABLE,
    ProblemKind.GARBLED: Health.UNREADABLE,
    ProblemKind.LEGACY_FONT: Health.UNREADABLE,
    ProblemKind.NO_TEXT_LAYER: Health.UNREADABLE,
    ProblemKind.DAMAGED: Health.UNREADABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a capture can't be used: a value, not an exception.

    `detail` is one sentence for an operator; `signals` names what was seen (for evidence and tests).
    """

    kind: ProblemKind
    detail: str
    signals: tuple[str, ...] = ()


SPENT_HOUR = "hourly"
"""Signal of a question that was not asked, because our own hourly budget for its host had no room for it."""


class Way(StrEnum):
    """How a page was reached: asked plainly, through a real browser, or as a public web archive's copy."""

    DIRECT = "direct"
    BROWSER = "browser"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of some days of every week: from `begins` to `ends` (exclusive) by the clock on the wall.

    `days` counts from Monday as 0; both ends are spans since midnight, `ends` at most a whole day.
    """

    days: frozenset[int]
    begins: timedelta
    ends: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A configured official page, feed or list (one `[[source]]` table).

    `publisher` is the id of the body that speaks here (`na`, `com`, `mptc`, `adgmin` …): a body is first-tier only
    for its own act. Exactly one of `every` and `cron` is set. `links`, `next_page`, `max_pages` and `match` steer
    spiders that follow an index; `row` names the one table row a chart source is about. `fetch` lists the ways to
    reach it, in the order they are tried; `wait_for` (CSS) is what a page must hold before a browser takes it for
    drawn. `denser` is a shorter interval for the days around announced dates of its jurisdiction and for the windows
    `denser_on` (None: no such days).
    """

    id: str
    url: str
    spider: str = "page"
    jurisdiction: str = ""
    languages: tuple[str, ...] = ("en",)
    authority: Authority = Authority.AGENCY
    publisher: str = ""
    select: str = ""
    remove: tuple[str, ...] = ()
    links: str = ""
    next_page: str = ""
    max_pages: int = 1
    match: tuple[str, ...] = ()
    row: str = ""
    allowed_domains: tuple[str, ...] = ()
    every: timedelta | None = None
    cron: str = ""
    jitter: timedelta = timedelta()
    denser: timedelta | None = None
    denser_on: tuple[Window, ...] = ()
    fetch: tuple[Way, ...] = (Way.DIRECT,)
    wait_for: str = ""
    enabled: bool = True
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One body as served, with everything needed to prove it.

    `document_key` is the identity of the page inside its source (see `DocumentRef.key`); `body` is the payload after
    content decoding and `sha256` its digest; `part` names the piece of the body that is the document when one body
    carries several (`post:123` of a REST answer), else it is empty. `title` and `published_on` are what the index or
    feed said, if anything. `tls` is `verified` or `none`; `flags` are the downloader's (`partial`). `way` is how it
    was reached; an archive's copy carries the moment the archive took it, `memento_at` (RFC 7089, UTC). `met` is what
    the ways tried before this one met, a phrase each (`direct: HTTP 403: refused`); it is not stored.
    """

    source_id: str
    document_key: str
    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    redirects: tuple[str, ...] = ()
    tls: str = "none"
    flags: tuple[str, ...] = ()
    part: str = ""
    title: str = ""
    published_on: date | None = None
    way: Way = Way.DIRECT
    memento_at: datetime | None = None
    met: tuple[str, ...] = ()

    @property
    def captured_at(self) -> datetime:
        """When the body was as it is: the memento's own time, or that of our fetch."""
        return self.memento_at or self.fetched_at

    @cached_property
    def sha256(self) -> str:
        """Hex digest of `body`."""
        return hashlib.sha256(self.body).hexdigest()

    def header(self, name: str) -> str:
        """The first value of header `name` (any case), or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    @property
    def media_type(self) -> str:
        """The declared media type in lower case without parameters, e.g. `text/html`; empty if undeclared."""
        return self.header("content-type").partition(";")[0].strip().lower()


class BlockKind(StrEnum):
    """What a block is in the page's structure."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    KEY_VALUE = "key_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a document in reading order.

    `path` is the texts of the headings above it, outermost first; `text` is raw, with white space collapsed (a table
    row joins its cells with ` | `, a key-value card reads `key: value`); `fingerprint` is a short hex digest of the
    text's match key, so that blocks that differ only cosmetically have the same one.
    """

    position: int
    kind: BlockKind
    text: str
    fingerprint: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The text of one page as ordered blocks.

    `canonical_url` is what the page says its own address is (empty if it does not). `published_on` is the day the page
    itself names (meta data, `<time>`, dateline), never the day of the fetch. `extractor` names extractor, version and
    selection rules: documents made by different extractors are never compared as content.
    """

    title: str
    blocks: tuple[Block, ...]
    extractor: str
    canonical_url: str = ""
    language: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """A document known to exist on a source: found by a spider, read now or later.

    `key` is its identity inside the source, stable however many addresses it has: the canonical URL
    (`text.urls.canonical_url`), or `post:<id>` where the site gives numbers.
    """

    key: str
    url: str
    title: str = ""
    published_on: date | None = None
    version: str = ""
    """What the index says about its version (a feed's `updated`, a sitemap's `lastmod`); empty if nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A stored document: what a good capture said, and how that was reached.

    `captured_at` is the capture's; `archived_copy` is the address of the archive's copy it was read from, if any.
    """

    id: int
    source_id: str
    document_key: str
    capture_id: int
    sha256: str
    url: str
    captured_at: datetime
    document: Document
    way: Way = Way.DIRECT
    archived_copy: str = ""


class Cause(StrEnum):
    """Why two snapshots differ: the page, the page back at a text it had before, or our own extractor."""

    CONTENT = "content"
    REVERSION = "reversion"
    EXTRACTION = "extraction"


class EditKind(StrEnum):
    """What happened to a block."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One block-level difference. `before` is None for an added block, `after` for a removed one."""

    kind: EditKind
    before: Block | None = None
    after: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The difference of two snapshots of one document.

    `instruments` are the tracked ones that its edits name or stand under.
    """

    id: int
    source_id: str
    document_key: str
    url: str
    before_id: int
    after_id: int
    cause: Cause
    captured_at: datetime
    edits: tuple[Edit, ...]
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as texts give it: a year, a month of a year, or a day. Prints as ISO 8601 (`2024`, `2024-02`)."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Raises ValueError for anything else."""
        parsed = cls(*(int(part) for part in text.split("-")))
        _ = parsed.earliest
        return parsed

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """The full date `day`."""
        return cls(day.year, day.month, day.day)

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        if self.day:
            return date(self.year, self.month, self.day)
        following = date(self.year + 1, 1, 1) if self.month in (0, 12) else date(self.year, self.month + 1, 1)
        return following - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A law, policy, strategy, guide or treaty that is tracked.

    `stage` (with `target` or `milestone` where it has one) is the baseline held on `as_of`, and `basis` says where
    that baseline comes from. `binding` is about the instrument once final: True, False, or None for not settled.
    `aliases` maps a language code to the names a text may use; `titles` to its full title. `confused_with` lists
    instrument ids and plain names it must not be mistaken for. `cased` are names whose lower-case words are common
    nouns ("Digital Government Policy"), so that they count only when capitalised. `party` is set for a treaty: the
    jurisdiction whose own stage is tracked.
    """

    id: str
    title: str
    type: InstrumentType
    jurisdiction: str
    stage: Stage
    as_of: date
    binding: bool | None = None
    lead: str = ""
    target: str = ""
    milestone: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    confused_with: tuple[str, ...] = ()
    stalled: bool = False
    basis: str = ""
    note: str = ""
    cased: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body that acts on instruments: a ministry, a committee, the Cabinet, an assembly, a head of state.

    `role` is what it is in the making of law (`lead_ministry`, `committee`, `advisory`, `cabinet`, `lower_house`,
    `lower_house_committee`, `upper_house`, `constitutional`, `head_of_state`, `head_of_government`,
    `senior_officials`, `ministers`, `partner` …); stage rules may name an id or a role. `names` maps a language code
    to the names texts use.
    """

    id: str
    title: str
    role: str
    jurisdiction: str
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRule:
    """One row of the (type, act, body) → stage table of a jurisdiction; the first row that matches wins.

    Empty `types` or `bodies` match anything; `bodies` holds body ids and roles, `-` standing for "no body named";
    for submissions `bodies` is who receives. `stage` None means: recognised, but no stage follows (review).
    """

    id: str
    acts: tuple[str, ...]
    stage: Stage | None
    types: tuple[InstrumentType, ...] = ()
    bodies: tuple[str, ...] = ()
    target: str = ""
    milestone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packs:
    """Everything the chosen packs declare, by id; `stage_rules` by jurisdiction (`*` for all)."""

    instruments: Mapping[str, Instrument]
    bodies: Mapping[str, Body]
    stage_rules: Mapping[str, tuple[StageRule, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A block's text with what is needed to read it.

    `path` is the headings above it, `title` the document's, `previous` the text of the block before it (for "the
    law", "it"); `jurisdiction` is that of the source; `published_on` helps to date words without a year.
    """

    text: str
    position: int = 0
    language: str = "en"
    path: tuple[str, ...] = ()
    title: str = ""
    previous: str = ""
    jurisdiction: str = ""
    published_on: date | None = None


class Polarity(StrEnum):
    """Whether the passage says it is so or is not so."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Modality(StrEnum):
    """How the passage puts it. Only `asserted` states something as done or standing now."""

    ASSERTED = "asserted"
    FUTURE = "future"
    POSSIBLE = "possible"
    CONDITIONAL = "conditional"
    PURPOSE = "purpose"
    QUESTION = "question"
    CALL = "call"
    MYTH = "myth"


class Flag(StrEnum):
    """What else keeps a claim from being taken at its word, or must be shown with it."""

    TARGET_DATE = "target_date"
    HISTORICAL = "historical"
    THIRD_PARTY = "third_party"
    OTHER_COUNTRY = "other_country"
    OTHER_OBJECT = "other_object"
    NOMINAL = "nominal"
    ANAPHORA = "anaphora"
    NO_ACTOR = "no_actor"
    NO_STAGE = "no_stage"
    STALLED = "stalled"
    POSTPONED = "postponed"
    LEAKED = "leaked"
    DERIVED = "derived"
    DOUBTED = "doubted"
    """The rules and the trained reader do not agree."""
    TRAINED = "trained"
    """Only the trained reader reads it, no rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Verbatim words of a block: `block.text[start:end] == text` for the block at `position`."""

    text: str
    position: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that made a rule fire, with the rule's id (`en.act.adopt`, `km.guard.negation` …)."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a passage says about one instrument.

    `stage` is None when act and body lead to none. `target` is the body a submission goes to. `asserted` is true only
    for what the text states as done or standing now; otherwise `why_not` says in words what stopped it. `rules` lists
    every rule that took part, `confidence` is that of the reading itself (0 to 1; who said it is weighed later).
    """

    instrument: str
    act: str
    stage: Stage | None
    quotation: Quotation
    asserted: bool
    polarity: Polarity = Polarity.POSITIVE
    modality: Modality = Modality.ASSERTED
    actor: str = ""
    target: str = ""
    milestone: str = ""
    event_date: PartialDate | None = None
    target_date: PartialDate | None = None
    flags: tuple[Flag, ...] = ()
    cues: tuple[Cue, ...] = ()
    hedges: tuple[Cue, ...] = ()
    rules: tuple[str, ...] = ()
    confidence: float = 1.0
    why_not: str = ""
    language: str = "en"


class State(StrEnum):
    """How firmly the register holds a stage."""

    BASELINE = "baseline"
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a statement stands: the quotation, verbatim in the capture whose body digest is `sha256`.

    `url` is the official address; what was read from an archive's copy names the copy's address, `archived_copy`, and
    has its moment as `captured_at`.
    """

    source_id: str
    url: str
    quote: str
    captured_at: datetime
    sha256: str
    snapshot_id: int = 0
    way: Way = Way.DIRECT
    archived_copy: str = ""


class EventKind(StrEnum):
    """What a lifecycle event does to the register."""

    BASELINE = "baseline"
    MOVED = "moved"
    CORROBORATED = "corroborated"
    HISTORY = "history"
    TARGET_DATE = "target_date"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleEvent:
    """What we hold to be so about an instrument, and since when we hold it.

    `event_date` is when it happened in the world as far as the text says; `recorded_at` when it entered the register.
    `verdict_id` links a machine's event to its verdict; a person's decision carries `reviewer` and `note`, and
    `decides` is the id of the event it confirms or rejects.
    """

    instrument: str
    kind: EventKind
    recorded_at: datetime
    id: int = 0
    stage: Stage | None = None
    target: str = ""
    milestone: str = ""
    event_date: PartialDate | None = None
    target_date: PartialDate | None = None
    evidence: Evidence | None = None
    verdict_id: int = 0
    decides: int = 0
    reviewer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where an instrument stands: always a fold over its events, never stored.

    `dated` is False when no source said when it happened, so that `since` is only the day we read of it.
    """

    instrument: str
    stage: Stage
    state: State
    since: PartialDate
    target: str = ""
    milestone: str = ""
    target_date: PartialDate | None = None
    evidence: tuple[Evidence, ...] = ()
    event_id: int = 0
    dated: bool = True


class Outcome(StrEnum):
    """What is done with a claim.

    `moved`: the register moves, provisionally, with an alert. `confirmed`: it moves, and the source is first-tier for
    this very act. `corroborated`: says what the register already holds. `history`: older than what is held.
    `target_date`: a date was announced. `disputed`: contradicts what is held. `review`: a person must look. `noted`:
    kept and shown, with no effect (negated, hedged, another country's, too weak).
    """

    MOVED = "moved"
    CONFIRMED = "confirmed"
    CORROBORATED = "corroborated"
    HISTORY = "history"
    TARGET_DATE = "target_date"
    DISPUTED = "disputed"
    REVIEW = "review"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What we conclude from a claim and why. `reason` is one readable paragraph.

    `confirms` is True for a corroboration that settles a stage held provisionally or in dispute.
    """

    claim: Claim
    outcome: Outcome
    reason: str
    confidence: float
    from_stage: Stage
    to_stage: Stage | None
    from_target: str = ""
    steps_skipped: tuple[Stage, ...] = ()
    confirms: bool = False


class ReviewState(StrEnum):
    """Where a stored verdict stands with the people who review."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CLOSED = "closed"
    """Needs no review: it had no effect, or was confirmed by its own source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """A verdict as kept, with its evidence and what reviewers made of it."""

    id: int
    verdict: Verdict
    evidence: Evidence
    recorded_at: datetime
    review: ReviewState
    change_id: int | None = None
    event_id: int | None = None


class AlertKind(StrEnum):
    """What an alert is about."""

    STATUS = "status"
    TARGET_DATE = "target_date"
    DISAGREEMENT = "disagreement"
    DOCUMENT = "document"
    CHANGE = "change"
    HEALTH = "health"
    RECOVERED = "recovered"
    DIGEST = "digest"
    WATCHING = "watching"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One changed block as an alert tells it.

    `path` is the headings above it; `words` are (sign, text) with sign one of `-`, `+` and space: the texts signed
    space or `-` join to the old text, those signed space or `+` to the new one.
    """

    path: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a message that lists several things: a digest's alert, an instrument that is still watched."""

    title: str
    lines: tuple[str, ...] = ()
    quote: str = ""
    language: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message to people, complete in itself: everything a channel prints is in here.

    `key` is unique and printed in every message. `bottom_line` is one sentence; `movement` is from → to, or where it
    stays, in words that fit the instrument; `caveats` say what it does not mean and `next_act` who must still act;
    `differences` are what changed on the page, the block that matters first; `items` are the entries of a list. `diff`
    holds (sign, text) lines with sign one of `+`, `-`, ` ` where neither fits. `local_timezone` is an IANA name for the
    reader.
    """

    key: str
    kind: AlertKind
    created_at: datetime
    subject: str
    bottom_line: str
    source_id: str = ""
    instrument: str = ""
    instrument_title: str = ""
    from_stage: str = ""
    to_stage: str = ""
    jurisdiction: str = ""
    evidence: Evidence | None = None
    language: str = ""
    gloss: str = ""
    caveats: tuple[str, ...] = ()
    reason: str = ""
    confidence: float | None = None
    diff: tuple[tuple[str, str], ...] = ()
    how_to: str = ""
    local_timezone: str = "UTC"
    movement: str = ""
    next_act: str = ""
    differences: tuple[Difference, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One place alerts go to (one `[[channel]]` table), one target each.

    `url` is an Apprise URL and secret: never logged, printed or stored. `when` is `now`, `daily HH:MM` or
    `weekly DAY HH:MM` in `timezone`. `kinds`, `instruments` (ids, `*` or globs), `jurisdictions`, `languages` of the
    evidence (both empty: all) and `min_confidence` (0 to 1) choose what it gets. `quiet` is from when to when, by the
    clock of `timezone`, only news of a final step is sent (None: no such hours).
    """

    id: str
    url: str = field(repr=False)
    kinds: tuple[AlertKind, ...]
    instruments: tuple[str, ...] = ("*",)
    jurisdictions: tuple[str, ...] = ()
    when: str = "now"
    timezone: str = "UTC"
    languages: tuple[str, ...] = ()
    min_confidence: float = 0.0
    quiet: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One file for machines (one `[[feed]]` table): Atom where `file` ends in `.atom`, iCalendar where in `.ics`.

    `file` is absolute. `url` is where it will be had from, empty if that is not known. The others choose what it lists.
    """

    file: str
    url: str = ""
    kinds: tuple[AlertKind, ...] = ()
    instruments: tuple[str, ...] = ("*",)
    jurisdictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where an OpenAI-compatible second reader answers: the address of its API (`…/v1`), model, and secret key."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: timedelta = timedelta(seconds=20)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert on its way to one channel: a row of the outbox."""

    alert: Alert
    channel: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_attempt_at: datetime
    sent_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """The ledger of one source.

    `last_ok_at` is up to when it is known: the end of the last good reading, or the moment of the archive's copy that
    was read. `baseline_at` is when its first complete good reading ended (None: still to come, so nothing is news yet).
    `failures` counts failed readings in a row; `told_at` is when operators were told it is blind (None: not told).
    `watched_since` is when the monitor began to watch it (None: it does not, or has not looked yet): what blindness is
    counted from as long as there was no good reading.
    """

    source_id: str
    health: Health = Health.NEW
    detail: str = ""
    last_attempt_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_due_at: datetime | None = None
    baseline_at: datetime | None = None
    failures: int = 0
    told_at: datetime | None = None
    watched_since: datetime | None = None
    sequence: int = 0
    """The number of the last alert-worthy happening on this source; given out in the transaction that uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A moment a source was due, and the end of the reading that served it. Both UTC; the difference is the gap."""

    source_id: str
    due_at: datetime
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDocument:
    """What we remember of a document between readings.

    `etag` and `last_modified` are the validators of the last good answer; `sha256` the digest of its body and
    `region` a fast fingerprint of its selected text (see `extract.region`), so that an unchanged page is noticed
    without being parsed. `baseline` marks a document that was already there when its source was first read: its
    first snapshot is no news. `last_ok_at` is up to when it is known (the moment of the copy, for one read from an
    archive's); None: discovered and still to be read. `changed_at` is when its text was last found changed; its first
    reading is no change.
    """

    source_id: str
    key: str
    url: str
    title: str = ""
    published_on: date | None = None
    version: str = ""
    baseline: bool = False
    discovered_at: datetime | None = None
    last_attempt_at: datetime | None = None
    last_ok_at: datetime | None = None
    changed_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    region: str = ""
    checks: int = 0
    failures: int = 0
    snapshot_id: int = 0
    suspect: str = ""
    """Fingerprint of a surprising text (a sudden loss) that a second reading must confirm; empty if none waits."""
    suspect_at: datetime | None = None
