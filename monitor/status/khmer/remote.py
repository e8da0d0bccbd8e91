"""Instruments that stand not beside their Khmer cue: behind a colon, named before, or meant by one of their parts."""

from monitor.status.khmer.cues import ITEM, Part
from monitor.status.khmer.line import Line

SLACK = 2
"""Base letters of unknown words allowed between a verb and its object."""
ARTICLES = ("មាត្រា", "ជំពូក")
_CONTENTS = ("ទម្រង់", "គតិ", "ខ្លឹមសារ", "អត្ថបទ")
_GENERIC = ("លិខិតបទដ្ឋាន", "ច្បាប់", "គោលនយោបាយ", "យុទ្ធសាស្ត្រ", "អនុក្រឹត្យ", "ឯកសារ", "ព្រាង")
_LISTS = ("ឧបសម្ព័ន្ធ", "បញ្ជី", "តារាង")
_LISTING = ("ក្នុងនោះមាន", "រួមមាន", "ដូចជា", "មានដូចជា", "ដែលរួមមាន")
"""What opens a list of those meant by a plural: "three laws were adopted, among them …"."""
IN_LISTS = frozenset((Part.AND, Part.DRAFT, Part.NEUTRAL, Part.LINK, Part.OWNER, Part.COUNTRY))


class Remote:
    """Finds the themes of cues of one line that have none beside them."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def _only(self) -> list[int]:
        """The one instrument the sentence names, where it is named first."""
        line = self._line
        found = [place for place in range(len(line.pieces)) if line.part(place) is Part.INSTRUMENT]
        same = {name.ids for place in found if (name := line.pieces[place].name) is not None}
        return found[:1] if len(same) == 1 else []

    def of_a_part(self, index: int) -> list[int]:
        """ "The team drafting X has begun to write chapter 1": a chapter of the only text there is."""
        line = self._line
        place = index + 1
        while line.part(place) in (Part.LINK, Part.ADVERB) and not line.text(place).startswith(_CONTENTS):
            place += 1
        part = line.part(place) in (Part.OTHER_OBJECT, Part.LINK) and line.text(place).startswith(ARTICLES + _CONTENTS)
        only = self._only() if part and line.gap(place) == 0 else []
        return only if only and only[0] < index else []

    def elided(self, index: int) -> list[int]:
        """ "… X; then the assembly adopted (it)": a body with a completed verb and no object of its own."""
        line = self._line
        if line.part(index - 1) is not Part.DONE or line.part(index - 2) is not Part.BODY or line.gap(index + 1):
            return []
        if line.part(index + 1) not in (None, Part.DONE, Part.ADVERB, Part.CLAUSE, Part.AFTER, Part.OPENER):
            return []
        only = self._only()
        return only if only and only[0] < index else []

    def enumerated(self, index: int) -> list[int]:
        """ "Laws in preparation: (1) X; (2) Y", "three laws were adopted, among them X": the list behind the colon."""
        line = self._line
        first = next((place for place in range(len(line.pieces)) if line.part(place) is Part.INSTRUMENT), 0)
        generic = not index or any(word in line.key[: line.pieces[index].start] for word in _GENERIC)
        if first <= index or not generic:
            return []
        if any(line.part(place) is Part.OTHER_OBJECT and line.text(place) not in _LISTS for place in range(first)):
            return []
        opened = line.key[line.pieces[index].end : line.pieces[first].start].rstrip("( 0123456789.)•")
        if opened.endswith("ព្រាង"):
            opened = opened.removesuffix("ព្រាង").removesuffix("សេចក្តី").rstrip("( 0123456789.)-•")
        if not opened.endswith(("៖", ":", " -", *_LISTING)):
            return []
        found = [first]
        for position in range(first + 1, len(line.pieces)):
            if line.part(position) is Part.INSTRUMENT and line.loose(found[-1], position) <= SLACK:
                found.append(position)
            elif (
                line.part(position) not in IN_LISTS
                and line.text(position) != ";"
                and line.pieces[position].value != ITEM
            ):
                break
        return found
