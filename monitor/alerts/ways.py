"""How the words of an alert were reached, where that was not by asking the official site plainly. Pure."""

from dataclasses import replace

from monitor.model import Alert, Evidence, Way
from monitor.status.words import moment_words

_BROWSER = "Read with a browser: the page is drawn by a script, or its site does not answer a plain question."


def with_way(alert: Alert, zone: str) -> Alert:
    """`alert`, saying before all other caveats how its evidence was reached; unchanged if that was asked for plainly.

    `zone` is the readers' IANA time zone.
    """
    caveat = way_words(alert.evidence, zone) if alert.evidence is not None else ""
    return replace(alert, caveats=(caveat, *alert.caveats)) if caveat else alert


def with_present_state(alert: Alert, detail: str) -> Alert:
    """`alert` that a source can be read again, saying first what its reading was like: whole, in part, or a copy's."""
    return replace(alert, caveats=(f"How it was read: {detail}.", *alert.caveats)) if detail else alert


def way_words(evidence: Evidence, zone: str) -> str:
    """One sentence on how `evidence` was reached; empty for the ordinary way."""
    match evidence.way:
        case Way.ARCHIVE:
            when = moment_words(evidence.captured_at, zone)
            return (
                f"Read from the archive's copy of {when} at {evidence.archived_copy}, not from the page itself, "
                "which may say something else by now."
            )
        case Way.BROWSER:
            return _BROWSER
        case Way.DIRECT:
            return ""
