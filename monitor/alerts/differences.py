"""What changed on a page, block by block and word by word, as an alert tells it. Pure."""

from monitor.diff import word_diff
from monitor.model import Change, Difference, Edit
from monitor.text.normal import match_key


def differences(change: Change, *, quote: str = "") -> tuple[Difference, ...]:
    """The edits of `change` in words: first the block in which `quote` stands now, then the others in reading order."""
    wanted = match_key(quote)
    return tuple(_difference(edit) for edit in sorted(change.edits, key=lambda edit: not _holds(edit, wanted)))


def _holds(edit: Edit, wanted: str) -> bool:
    return bool(wanted) and edit.after is not None and wanted in match_key(edit.after.text)


def _difference(edit: Edit) -> Difference:
    if edit.before is not None and edit.after is not None:
        return Difference(path=edit.after.path, words=word_diff(edit.before.text, edit.after.text))
    sign, block = ("+", edit.after) if edit.after is not None else ("-", edit.before)
    return Difference(path=block.path, words=((sign, block.text),)) if block is not None else Difference()
