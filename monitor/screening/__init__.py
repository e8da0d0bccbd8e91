"""May this capture be believed? `screen` asks before extraction, `check` after it; both answer a `Problem` or None.

A refusal, a challenge, a maintenance notice or an empty shell must never become a snapshot, for the difference to it
would read like "everything was withdrawn". The opposite error, a good page taken for a bad one, hides real news; so
no single sign decides.
"""

from monitor.screening.answers import screen
from monitor.screening.documents import check

__all__ = ["check", "screen"]
