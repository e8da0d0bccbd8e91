"""May this capture be believed? `screen` asks before extraction, `check` after it, `damage` when the text differs.

A refusal, a challenge, a maintenance notice or an empty shell must never become a snapshot, for the difference to it
would read like "everything was withdrawn". The opposite error, a good page taken for a bad one, hides real news; so
no single sign decides.
"""

from monitor.screening.answers import screen
from monitor.screening.damage import damage, unfinished
from monitor.screening.documents import check
from monitor.screening.evidence import by_ways, phrase, with_likeness
from monitor.screening.likeness import kept

__all__ = ["by_ways", "check", "damage", "kept", "phrase", "screen", "unfinished", "with_likeness"]
