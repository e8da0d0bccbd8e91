"""What happens on the replica, step by step, and what the monitor must say to each.

All dates are those of an invented autumn of 2026 that follows the packs' baseline of 8 June 2026; none of them is
compared with the day on which the demonstration runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.demo.site import Replica
from monitor.model import AlertKind, Health, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An alert that must be given. `about` names the source of a health alert, which has no instrument."""

    kind: AlertKind
    instrument: str = ""
    before: Stage | None = None
    after: Stage | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One day on the replica.

    `act` changes the replica, `does` says so in words, `said` is everything the monitor must say (nothing: silence)
    and `why` tells the reason. `health` names the sources that are then not `ok`. With `unrecorded`, not even a
    change of text may be recorded, silently or not.
    """

    name: str
    day: date
    does: str
    why: str
    act: Callable[[Replica], None] = lambda replica: None
    said: tuple[Said, ...] = ()
    health: Mapping[str, Health] = field(default_factory=dict)
    unrecorded: bool = False


def _status(instrument: str, before: Stage, after: Stage) -> tuple[Said, ...]:
    return (Said(kind=AlertKind.STATUS, instrument=instrument, before=before, after=after),)


def _publish(article_id: str) -> Callable[[Replica], None]:
    return lambda replica: replica.publish(article_id)


def _refuse(replica: Replica) -> None:
    replica.refuse("cabinet", 200)
    replica.refuse("centre", 403)


def _relent(replica: Replica) -> None:
    replica.relent("cabinet")
    replica.relent("centre")


TIMELINE: tuple[Step, ...] = (
    Step(
        name="baseline",
        day=date(2026, 9, 1),
        does="eleven sources on seven sites are read for the first time",
        why="What is there at the first reading is where the watch begins, not news.",
    ),
    Step(
        name="related posts",
        day=date(2026, 9, 2),
        does="the ministry's “Related Post” block shows other titles, one with a tracked law in it",
        act=Replica.turn_related_posts,
        why="The block says what else is on the site and is cut off before pages are compared.",
        unrecorded=True,
    ),
    Step(
        name="counters",
        day=date(2026, 9, 3),
        does="view counter, nonce and comment counter change on every visit; the treaty chart bears today's date",
        act=Replica.start_counters,
        why="The bytes differ, the words do not.",
        unrecorded=True,
    ),
    Step(
        name="Khmer re-save",
        day=date(2026, 9, 4),
        does="an editor saves a Khmer post: other zero-width spaces, subscript order, ត/ដ and ឱ្យ/ឲ្យ",
        act=lambda replica: replica.resave_in_khmer("interministerial"),
        why="Both spellings have the same match key: a reader sees the same words.",
        unrecorded=True,
    ),
    Step(
        name="target date",
        day=date(2026, 9, 14),
        does="a courtesy call: the draft Law on Cybersecurity “is expected to be adopted by the end of 2026”",
        act=_publish("courtesy-call"),
        said=(Said(kind=AlertKind.TARGET_DATE, instrument="kh-cybersec"),),
        why="A date someone hopes for is worth knowing. The word “adopted” in it moves no status.",
    ),
    Step(
        name="consultation",
        day=date(2026, 9, 21),
        does="the ministry opens a public consultation on the draft Law on Personal Data Protection",
        act=_publish("consultation"),
        said=_status("kh-pdpl", Stage.DRAFTING, Stage.CONSULTATION),
        why="The lead ministry states as done what only it can do.",
    ),
    Step(
        name="refused",
        day=date(2026, 10, 5),
        does="the Cabinet's site answers 200 with a firewall's refusal, the AI centre's site 403 with a bot challenge",
        act=_refuse,
        said=(
            Said(kind=AlertKind.HEALTH, about="cabinet-feed"),
            Said(kind=AlertKind.HEALTH, about="centre-process"),
        ),
        health={"cabinet-feed": Health.BLOCKED, "centre-process": Health.BLOCKED},
        why="A refusal is not content whatever its status says: the last good text stands and operators are told.",
    ),
    Step(
        name="recovered",
        day=date(2026, 10, 6),
        does="both sites answer again",
        act=_relent,
        said=(
            Said(kind=AlertKind.RECOVERED, about="cabinet-feed"),
            Said(kind=AlertKind.RECOVERED, about="centre-process"),
        ),
        why="Whoever heard that a source was blind hears that it sees again.",
    ),
    Step(
        name="Cabinet approval",
        day=date(2026, 10, 9),
        does="the Cabinet's feed says, in Khmer, that the plenary approved the draft Law on Personal Data Protection",
        act=_publish("cabinet-approval"),
        said=_status("kh-pdpl", Stage.CONSULTATION, Stage.APPROVED),
        why="The Cabinet speaks of its own act. The draft is approved, and still no law.",
    ),
    Step(
        name="redesign",
        day=date(2026, 10, 12),
        does="the Council of Europe's country profile appears in a new design, word for word the same",
        act=Replica.redesign_profile,
        why="Every line of mark-up moved and not one word: no change.",
        unrecorded=True,
    ),
    Step(
        name="denied myth",
        day=date(2026, 10, 14),
        does="a page of common questions quotes “The Cybercrime Law has already been promulgated.” and answers: Wrong.",
        act=_publish("common-questions"),
        why="A quoted sentence that the next word denies is a myth, not a statement of the ministry.",
    ),
    Step(
        name="another country",
        day=date(2026, 10, 15),
        does="the Assembly reports a visit, and in Khmer that Viet Nam's assembly adopted its data protection law",
        act=_publish("foreign-law"),
        why="The same words about another country's assembly and law.",
    ),
    Step(
        name="welcomed",
        day=date(2026, 10, 15),
        does="a new page in ASEAN's sitemap: senior officials “welcomed” the use of the AI guide",
        act=_publish("ministers-welcome"),
        why="To welcome is not to adopt, and the guide's adoption in 2024 is held already.",
    ),
    Step(
        name="old article",
        day=date(2026, 10, 16),
        does="an article of June 2025 is moved to the new site: a consultation on the draft National AI Strategy",
        act=_publish("old-announcement"),
        why="What happened before the baseline is filed as history.",
    ),
    Step(
        name="list item",
        day=date(2026, 10, 19),
        does="on the AI centre's page the bracket after “National AI Strategy” now names the committee's approval",
        act=Replica.amend_process,
        said=_status("kh-ai-strategy", Stage.DRAFTING, Stage.APPROVED),
        why="One item of a nested list changed, and in it the status. For a strategy the committee's word is approval.",
    ),
    Step(
        name="adoption",
        day=date(2026, 10, 22),
        does="the Assembly's news list carries, in Khmer, the adoption of the data protection bill by 118 votes",
        act=_publish("assembly-adoption"),
        said=_status("kh-pdpl", Stage.APPROVED, Stage.ADOPTED),
        why="The Assembly speaks of its own vote. The law still needs the Royal Kram.",
    ),
    Step(
        name="Royal Kram",
        day=date(2026, 11, 2),
        does="a new issue of the Official Journal, a PDF, prints the Royal Kram on the data protection law",
        act=_publish("issue-78"),
        said=_status("kh-pdpl", Stage.ADOPTED, Stage.PROMULGATED),
        why="The journal is the best evidence there is. Promulgated is not yet in force.",
    ),
    Step(
        name="same words again",
        day=date(2026, 11, 3),
        does="the ministry's work programme is uploaded again: a PDF of other bytes with the same words",
        act=Replica.upload_programme_again,
        why="Text is compared, not files; everything else was answered 304 or was the same.",
        unrecorded=True,
    ),
)

REGISTER: Mapping[str, tuple[Stage, str]] = {
    "kh-pdpl": (Stage.PROMULGATED, "2026-10-30"),
    "kh-ai-strategy": (Stage.APPROVED, "2026-10-16"),
    "kh-cybersec": (Stage.DRAFTING, "2026-06-08"),
    "kh-cybercrime": (Stage.DRAFTING, "2026-06-08"),
    "kh-ai-act": (Stage.ABSENT, "2026-06-08"),
    "asean-aiguide": (Stage.ADOPTED, "2024-02-02"),
}
"""Where the instruments the timeline touches, and some it does not, must stand in the end, and since when."""
