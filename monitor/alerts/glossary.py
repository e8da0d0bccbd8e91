"""English glosses for the Khmer words a verdict rests on, so that a reader without Khmer can follow it.

A gloss renders single words; it is no translation of the sentence, and says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from monitor.model import Body, Claim, Instrument
from monitor.text.normal import has_khmer, match_key

_WORDS: Mapping[str, str] = {
    "សេចក្តីព្រាងច្បាប់": "draft law",
    "ព្រាងច្បាប់": "draft law",
    "សេចក្តីស្នើច្បាប់": "members' bill",
    "សេចក្តីព្រាង": "draft",
    "តាក់តែង": "draw up",
    "កំពុងរៀបចំ": "is preparing",
    "បញ្ចប់ការរៀបចំ": "finished preparing",
    "រៀបចំ": "prepare",
    "ពិនិត្យ": "examine",
    "ពិភាក្សា": "discuss",
    "កែសម្រួល": "revise",
    "ពិគ្រោះយោបល់": "consult",
    "ផ្តល់ធាតុចូល": "give inputs",
    "ធាតុចូល": "inputs",
    "បញ្ជូន": "send on",
    "ដាក់ជូន": "submit",
    "ផ្ញើជូន": "send to",
    "ដាក់ឆ្លង": "put before",
    "ឯកភាព": "agree to, approve",
    "យល់ព្រម": "agree to",
    "អនុម័ត": "adopt",
    "ទាំងស្រុង": "wholly",
    "ជាឯកច្ឆន្ទ": "unanimously",
    "ជាស្ថាពរ": "definitively",
    "ប្រកាសឱ្យប្រើ": "promulgate",
    "ប្រកាសដាក់ឱ្យប្រើប្រាស់": "promulgate",
    "ប្រកាសជាការប្រញាប់": "promulgated as urgent",
    "ឡាយព្រះហស្តលេខា": "royal signature",
    "ព្រះរាជក្រម": "Royal Kram (promulgates a law)",
    "ព្រះរាជក្រឹត្យ": "royal decree",
    "អនុក្រឹត្យ": "sub-decree",
    "រាជកិច្ច": "Royal Gazette",
    "ប្រកាស": "announce, or a ministerial order",
    "ចូលជាធរមាន": "enter into force",
    "មានប្រសិទ្ធភាព": "be in effect",
    "ដាក់ឱ្យប្រើប្រាស់": "put into use",
    "ដាក់ឱ្យអនុវត្ត": "put into practice",
    "ដាក់ឱ្យដំណើរការ": "put into operation",
    "វិសោធនកម្ម": "amendment",
    "ពន្យាពេល": "postpone",
    "ដកវិញ": "take back",
    "ពុំទាន់": "not yet",
    "មិនទាន់": "not yet",
    "នៅឡើយ": "still (not)",
    "នឹង": "will",
    "គ្រោងនឹង": "plans to",
    "គ្រោង": "plan",
    "រំពឹង": "expect",
    "សន្យា": "promise",
    "ប្រសិនបើ": "if",
    "លុះត្រា": "only if",
    "ដើម្បី": "in order to",
    "ជំរុញ": "urge",
    "អំពាវនាវ": "call for",
    "រដ្ឋសភា": "National Assembly",
    "ព្រឹទ្ធសភា": "Senate",
    "គណៈរដ្ឋមន្ត្រី": "Council of Ministers",
}


def gloss(claim: Claim, instrument: Instrument | None = None, bodies: Mapping[str, Body] | None = None) -> str:
    """One line per Khmer word that `claim` rests on: the word as the page has it, then what it means. Empty if none.

    In the order of the quotation: the name of `instrument`, those of the bodies that act, cues and hedges.
    """
    named = [(name, instrument.title) for name in _khmer_names(instrument)] if instrument else []
    for actor in filter(None, (claim.actor, claim.target)):
        if bodies and actor in bodies:
            named += [(name, bodies[actor].title) for name in bodies[actor].names.get("km", ())]
    key = match_key(claim.quotation.text)
    found = [(key.find(match_key(name)), name, meaning) for name, meaning in _longest(named, key)]
    for cue in (*claim.cues, *claim.hedges):
        meaning = _meaning(cue.text) if has_khmer(cue.text) else ""
        if meaning:
            found.append((key.find(match_key(cue.text)), cue.text, meaning))
    lines = (f"{word}: {meaning}" for _, word, meaning in sorted(found, key=lambda entry: entry[0]))
    return "\n".join(dict.fromkeys(lines))


def _khmer_names(instrument: Instrument) -> tuple[str, ...]:
    title = instrument.titles.get("km", "")
    return (*((title,) if title else ()), *instrument.aliases.get("km", ()))


def _longest(named: Sequence[tuple[str, str]], key: str) -> Iterator[tuple[str, str]]:
    """Of the names that stand in `key`, the longest for each meaning."""
    told: set[str] = set()
    for name, meaning in sorted(named, key=lambda entry: -len(entry[0])):
        if meaning not in told and match_key(name) in key:
            told.add(meaning)
            yield name, meaning


def _meaning(text: str) -> str:
    """The glosses of the longest known words in `text`, in reading order."""
    rest, found = match_key(text), []
    for word, meaning in _known():
        place = rest.find(word)
        if place >= 0:
            found.append((place, meaning))
            rest = rest.replace(word, "\0" * len(word))
    return ", ".join(meaning for _, meaning in sorted(found))


@cache
def _known() -> tuple[tuple[str, str], ...]:
    keyed = {match_key(word): meaning for word, meaning in _WORDS.items()}
    return tuple(sorted(keyed.items(), key=lambda entry: -len(entry[0])))
