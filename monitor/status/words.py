"""How stages, bodies and dates are put into words, for verdicts and alerts alike. Pure.

The words are chosen so that nothing short of a promulgated law sounds like one, and no policy or guide sounds like law.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.model import Body, Instrument, InstrumentType, PartialDate, Stage
from monitor.status.ladder import Step

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

POLICIES = frozenset({InstrumentType.POLICY, InstrumentType.STRATEGY})
SIGNED_BY_ONE = frozenset(
    {InstrumentType.ROYAL_DECREE, InstrumentType.SUBDECREE, InstrumentType.PRAKAS, InstrumentType.NOTICE}
)

_STATES: Mapping[Stage, str] = {
    Stage.ABSENT: "not existing",
    Stage.ANNOUNCED: "announced",
    Stage.DRAFTING: "in drafting",
    Stage.CONSULTATION: "in consultation",
    Stage.SUBMITTED: "submitted",
    Stage.APPROVED: "approved",
    Stage.ADOPTED: "adopted",
    Stage.PROMULGATED: "promulgated",
    Stage.IN_FORCE: "in force",
    Stage.AMENDED: "amended",
    Stage.WITHDRAWN: "withdrawn",
}
_STANDING = frozenset({Stage.DRAFTING, Stage.CONSULTATION, Stage.IN_FORCE})


def stage_words(step: Step, type: InstrumentType, bodies: Mapping[str, Body]) -> str:  # noqa: A002
    """Where an instrument of this type stands, e.g. `submitted to the Council of Ministers`, `in effect as policy`."""
    if step.stage is Stage.SUBMITTED and step.target:
        return f"submitted to {body_words(step.target, bodies)}"
    if step.stage is Stage.IN_FORCE and type in POLICIES:
        return "in effect as policy"
    if step.stage is Stage.PROMULGATED and type in SIGNED_BY_ONE:
        return "signed and issued"
    if type is InstrumentType.TREATY:
        return {Stage.APPROVED: "signed", Stage.ADOPTED: "approved by parliament", Stage.PROMULGATED: "ratified"}.get(
            step.stage, _STATES[step.stage]
        )
    return _STATES[step.stage]


def appears_words(step: Step, type: InstrumentType, bodies: Mapping[str, Body]) -> str:  # noqa: A002
    """What follows "appears": `to have been adopted`, `to be in consultation`."""
    if step.stage is Stage.ABSENT:
        return "not to exist"
    words = stage_words(step, type, bodies)
    return f"to be {words}" if step.stage in _STANDING else f"to have been {words}"


def past_words(step: Step, type: InstrumentType, bodies: Mapping[str, Body]) -> str:  # noqa: A002
    """The same as a plain statement: `was adopted`, `is in force`."""
    if step.stage is Stage.ABSENT:
        return "does not exist"
    words = stage_words(step, type, bodies)
    return f"is {words}" if step.stage in _STANDING else f"was {words}"


def future_words(step: Step, type: InstrumentType, bodies: Mapping[str, Body]) -> str:  # noqa: A002
    """The same as an expectation: `will be adopted`, `will be in force`."""
    return f"will be {stage_words(step, type, bodies)}"


def body_words(body: str, bodies: Mapping[str, Body]) -> str:
    """A body in running text: its title with an article, or its id where no pack declares it."""
    if body not in bodies:
        return body
    title = bodies[body].title
    return title if title.split(" ", 1)[0].lower() in ("a", "an", "the") or title.isupper() else f"the {title}"


def short_body_words(body: str, bodies: Mapping[str, Body]) -> str:
    """A body where room is short: its acronym if its pack names one (`MPTC`), else its title, or its id."""
    if body not in bodies:
        return body
    names = bodies[body].names.get("en", ())
    return next((name for name in names if name.isascii() and name.isalpha() and name.isupper()), bodies[body].title)


def titled(instrument: Instrument) -> str:
    """An instrument in running text: its title with an article, unless it is called by its number."""
    numbered = " No. " in instrument.title or instrument.title.lower().startswith("the ")
    return instrument.title if numbered else f"the {instrument.title}"


def date_words(day: PartialDate) -> str:
    """`12 Mar 2026`, `Mar 2026` or `2026`."""
    month = f"{_MONTHS[day.month - 1]} " if day.month else ""
    number = f"{day.day} " if day.day else ""
    return f"{number}{month}{day.year}"


def deadline_words(day: PartialDate) -> str:
    """The same as a deadline: `by 12 Mar 2026`, `by Mar 2026`, `by end-2026`."""
    return f"by {date_words(day)}" if day.month else f"by end-{day.year}"


def moment_words(moment: datetime, zone: str) -> str:
    """A moment in UTC and in the IANA `zone`: `2026-03-13 02:30 UTC, 2026-03-13 09:30 Asia/Phnom_Penh`."""
    utc = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return utc if zone == "UTC" else f"{utc}, {moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def milestone_words(milestone: str) -> str:
    """A milestone's id as words: `senate_review` → `senate review`."""
    return milestone.replace("_", " ").replace("-", " ")


def sentence(text: str) -> str:
    """`text` with its first letter in upper case."""
    return text[:1].upper() + text[1:]
