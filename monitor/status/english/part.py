"""What the readers of single constructions share: the sentence they read, and how they name what they saw."""

from monitor.status.english.making import Making
from monitor.status.english.tokens import Kind, Token


class Part:
    """Reads one kind of construction in the sentence `making` holds."""

    def __init__(self, making: Making) -> None:
        self._words = making.words
        self._tokens = making.tokens
        self._clauses = making.clauses
        self._context = making.context
        self._make = making.make

    def _cue(self, start: int, end: int) -> Token:
        """The tokens from `start` to before `end` as one."""
        tokens = self._tokens
        return Token(
            Kind.WORD, " ".join(token.low for token in tokens[start:end]), tokens[start].start, tokens[end - 1].end
        )
