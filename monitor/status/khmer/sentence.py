"""One Khmer sentence: pieces to clauses, cues to readings, guards by scope."""

from collections.abc import Iterator, Sequence

from monitor.model import Flag, Modality, Packs
from monitor.packs.language import Language
from monitor.status.khmer.cues import KhmerCues, Part, Piece
from monitor.status.names import Name
from monitor.status.reading import Hedge, Reading, Span

_MODALITY = {
    "negative": Modality.ASSERTED,
    "future": Modality.FUTURE,
    "possible": Modality.POSSIBLE,
    "conditional": Modality.CONDITIONAL,
    "purpose": Modality.PURPOSE,
    "question": Modality.QUESTION,
    "call": Modality.CALL,
}
_INTRANSITIVE = frozenset(("enter_force", "gazette"))
_ACTIVITY = frozenset(("draft", "review", "consult"))
_NEAR = frozenset(("future", "modal"))
_WIDE = frozenset(("question", "hearsay", "untrue"))
_REACH = 24
_OBJECT_REACH = 60
_EARLY_ACTS = frozenset(("review",))


class Khmer:
    """Reads Khmer sentences with the vocabulary of `lang/km.toml`."""

    def __init__(self, language: Language, packs: Packs) -> None:
        self._cues = KhmerCues(language)
        self._instruments = packs.instruments

    def readings(self, key: str, names: Sequence[Name], topic: tuple[str, ...] | None) -> list[Reading]:
        """The readings of the sentence `key`. Khmer leaves "the law" to context too rarely to be sure: no anaphora."""
        pieces = self._cues.pieces(key, names)
        if not any(piece.part is Part.INSTRUMENT for piece in pieces):
            return []
        return list(_Sentence(key, pieces, self._cues).readings())


class _Sentence:
    def __init__(self, key: str, pieces: list[Piece], cues: KhmerCues) -> None:
        self._key = key
        self._pieces = pieces
        self._cues = cues
        self._shared: dict[int, list[int]] = {}

    def readings(self) -> Iterator[Reading]:
        for index, piece in enumerate(self._pieces):
            if piece.part is Part.ACT:
                yield from self._of(index, piece)
        yield from self._bracketed()

    # ------------------------------------------------------------ one cue

    def _of(self, index: int, cue: Piece) -> Iterator[Reading]:
        act = cue.value
        themes, right = self._themes(index, act)
        if not themes:
            return
        if act == "submit" and not self._targets(index) and self._text(cue) in ("ដាក់", "ផ្ញើ", "ប្រគល់"):
            return
        if act == "withdraw" and self._text(cue) == "ដក" and not right:
            return
        hedges = list(self._hedges(index, act))
        nominal = self._nominal(index)
        if nominal is not None and act not in _ACTIVITY:
            hedges += nominal
        if act in _EARLY_ACTS and not any(self._drafted(theme) for theme in themes):
            return
        for theme in themes:
            yield self._reading(act, cue, index, theme, hedges, nominal=nominal is not None and act not in _ACTIVITY)

    def _text(self, piece: Piece) -> str:
        return self._key[piece.start : piece.end]

    def _themes(self, index: int, act: str) -> tuple[list[int], bool]:
        """The instruments the cue is about: behind it, or before it in a passive or intransitive clause."""
        passive = self._passive(index)
        if act == "absent":
            return self._behind(index, reach=20), True
        if not passive and act not in _INTRANSITIVE:
            behind = self._behind(index, reach=_OBJECT_REACH)
            if behind:
                return behind, True
            joined = self._joined(index)
            if joined is not None:
                return self._themes(joined, act)
            if self._other_object_behind(index):
                return [], False
        before = self._before(index)
        return before, False

    def _passive(self, index: int) -> bool:
        for piece in reversed(self._pieces[:index]):
            if (
                piece.part is Part.PASSIVE
                or (piece.part is Part.GUARD and self._text(piece).endswith("ត្រូវបាន"))
                or (piece.part is Part.CLAUSE and self._text(piece).endswith("ត្រូវបាន"))
            ):
                return True
            if piece.part not in (Part.BODY, Part.NEUTRAL, Part.DONE, Part.NOMINAL):
                return False
        return False

    def _behind(self, index: int, *, reach: int) -> list[int]:
        found: list[int] = []
        end = self._pieces[index].end
        for position in range(index + 1, len(self._pieces)):
            piece = self._pieces[position]
            if piece.start - end > reach:
                break
            if piece.part is Part.INSTRUMENT:
                found.append(position)
                end = piece.end
                reach = 14
                continue
            if piece.part in (Part.ACT, Part.PASSIVE, Part.CLAUSE, Part.RELATIVE, Part.OTHER_OBJECT, Part.BY):
                if piece.part is Part.BY and not found and "សំឡេង" in self._key[piece.end : piece.end + 8]:
                    continue
                break
            if piece.part is Part.GUARD and piece.value not in ("tail",):
                break
            if piece.part is Part.COUNTRY and found:
                break
            if found and piece.part not in (Part.AND, Part.DRAFT, Part.NEUTRAL):
                break
            if piece.part is Part.DRAFT or piece.part is Part.NEUTRAL:
                end = piece.end
        return found

    def _joined(self, index: int) -> int | None:
        """The next cue in "reviewed and approved X"."""
        if (
            index + 2 < len(self._pieces)
            and self._pieces[index + 1].part in (Part.AND, Part.CLAUSE)
            and self._pieces[index + 2].part is Part.ACT
        ):
            return index + 2
        if (
            index + 1 < len(self._pieces)
            and self._pieces[index + 1].part is Part.ACT
            and self._pieces[index + 1].start - self._pieces[index].end <= 3
        ):
            return index + 1
        return None

    def _other_object_behind(self, index: int) -> bool:
        following = self._pieces[index + 1 : index + 3]
        return any(
            piece.part is Part.OTHER_OBJECT and piece.start - self._pieces[index].end < 20 for piece in following
        )

    def _before(self, index: int) -> list[int]:
        found: list[int] = []
        for position in range(index - 1, -1, -1):
            piece = self._pieces[position]
            if piece.part is Part.INSTRUMENT:
                if (
                    found
                    and self._pieces[position + 1].part not in (Part.AND, Part.DRAFT)
                    and position + 1 != found[-1]
                ):
                    break
                if (
                    position
                    and self._pieces[position - 1].part is Part.OTHER_OBJECT
                    and piece.start - self._pieces[position - 1].end < 15
                ):
                    break
                found.append(position)
                continue
            if found:
                if piece.part in (Part.AND, Part.DRAFT):
                    continue
                break
            if (
                piece.part is Part.CLAUSE
                and piece.value == ""
                and not self._text(piece).startswith(("ហើយ", "រួច", "និង", "ក៏", "ឥឡូវ", "បច្ចុប្បន្ន"))
            ):
                break
            if piece.part is Part.GUARD and piece.value == "purpose":
                break
        found.reverse()
        return found

    # ------------------------------------------------------------ actors

    def _actors(self, index: int, theme: int) -> tuple[tuple[str, ...], str]:
        """Bodies that act (ids) and the country that acts or owns them."""
        passive = self._passive(index) or self._pieces[index].value in _INTRANSITIVE
        body: int | None = None
        for position in range(index + 1, len(self._pieces)):
            piece = self._pieces[position]
            if (
                piece.part is Part.BY
                and position + 1 < len(self._pieces)
                and self._pieces[position + 1].part is Part.BODY
                and self._pieces[position + 1].start - piece.end < 12
            ):
                body = position + 1
                break
            if piece.part in (Part.CLAUSE, Part.ACT):
                break
        if body is None:
            for position in range(index - 1, -1, -1):
                piece = self._pieces[position]
                if passive and position <= theme:
                    break
                if piece.part is Part.BODY:
                    before = self._pieces[position - 1] if position else None
                    if before is not None and before.part in (Part.TOWARDS,) and piece.start - before.end < 2:
                        continue
                    body = position
                    break
                if piece.part is Part.INSTRUMENT and not passive and position != theme:
                    continue
                if piece.part is Part.CLAUSE and not self._text(piece).startswith(
                    ("ហើយ", "រួច", "និង", "ក៏", "ឥឡូវ", "បច្ចុប្បន្ន")
                ):
                    break
        country = self._country_by(body) if body is not None else self._country_subject(index)
        if body is None:
            return (), country
        name = self._pieces[body].name
        return (name.ids if name is not None else ()), country

    def _country_by(self, body: int) -> str:
        for position in (body + 1, body + 2):
            if (
                position < len(self._pieces)
                and self._pieces[position].part is Part.COUNTRY
                and self._pieces[position].start - self._pieces[body].end <= 14
            ):
                between = self._pieces[body + 1 : position]
                if all(piece.part in (Part.OWNER,) for piece in between):
                    return self._code(position)
        return ""

    def _country_subject(self, index: int) -> str:
        for position in range(index - 1, -1, -1):
            piece = self._pieces[position]
            if piece.part is Part.COUNTRY:
                return self._code(position)
            if (
                piece.part is Part.CLAUSE
                and position < index - 1
                and self._text(piece) not in ("បច្ចុប្បន្ន", "ឥឡូវនេះ", "តែ")
            ):
                break
            if piece.part is Part.INSTRUMENT:
                break
        return ""

    def _code(self, position: int) -> str:
        name = self._pieces[position].name
        return name.ids[0] if name is not None else ""

    def _country_of(self, theme: int) -> str:
        """The country an instrument is said to be of: "X of Thailand", "in Thailand" before it."""
        for position in range(theme + 1, min(theme + 3, len(self._pieces))):
            piece = self._pieces[position]
            if piece.part is Part.COUNTRY and piece.start - self._pieces[theme].end <= 20:
                return self._code(position)
            if piece.part is not Part.OWNER:
                break
        first = next(
            (position for position, piece in enumerate(self._pieces) if piece.part not in (Part.OWNER, Part.NEUTRAL)),
            None,
        )
        if (
            first is not None
            and self._pieces[first].part is Part.COUNTRY
            and first
            and self._pieces[0].part is Part.OWNER
            and self._pieces[0].start == 0
        ):
            return self._code(first)
        return ""

    def _targets(self, index: int) -> tuple[str, ...]:
        for position in range(index + 1, len(self._pieces)):
            piece = self._pieces[position]
            if piece.part is Part.BODY:
                before = self._pieces[position - 1]
                if before.part is Part.CEREMONY and position > 1:
                    before = self._pieces[position - 2]
                if (
                    before is self._pieces[index]
                    or before.part is Part.TOWARDS
                    or self._key[piece.start - 4 : piece.start].endswith(("ទៅ", "ជូន", "ដល់"))
                    or piece.start == self._pieces[index].end
                ):
                    return piece.name.ids if piece.name is not None else ()
            if piece.part is Part.CLAUSE or (piece.part is Part.ACT and piece.value != "submit"):
                break
        return ()

    # ------------------------------------------------------------ hedges

    def _hedges(self, index: int, act: str) -> Iterator[Hedge]:
        cue = self._pieces[index]
        done = any(piece.part in (Part.DONE, Part.PASSIVE) for piece in self._pieces[:index])
        for position in range(index - 1, -1, -1):
            piece = self._pieces[position]
            if piece.part is Part.CLAUSE and self._ends_scope(piece):
                break
            if (
                piece.part is Part.ACT
                and piece.value == "absent"
                and act != "absent"
                and not self._behind(position, reach=20)
            ):
                yield Hedge(
                    Span(piece.start, piece.end, "km.guard.nobody"),
                    Modality.ASSERTED,
                    f"the text says that nobody did (“{self._text(piece)}”)",
                    True,
                )
            if piece.part is not Part.GUARD:
                continue
            if piece.value in _WIDE or not self._governs(position, index):
                continue
            if piece.value == "purpose" and act in _ACTIVITY and done:
                continue
            if piece.value == "tail":
                continue
            if piece.value == "agenda":
                continue
            if act == "absent" and piece.value == "negation":
                continue
            yield self._hedge(piece)
        for position, piece in enumerate(self._pieces):
            if piece.part is Part.GUARD and piece.value in _WIDE:
                yield self._hedge(piece)
            if piece.part is Part.GUARD and piece.value == "agenda" and cue.start >= piece.start and not done:
                yield self._hedge(piece)
            if (
                piece.part is Part.GUARD
                and position > index
                and piece.value in ("tail", "fail")
                and act != "absent"
                and self._same_clause(index, position)
            ):
                yield self._hedge(piece)
            if (
                piece.part is Part.GUARD
                and position > index
                and piece.value == "plan"
                and self._text(piece) in ("នាពេលខាងមុខ", "ពេលខាងមុខ", "ឆាប់ៗ")
                and self._same_clause(index, position)
            ):
                yield self._hedge(piece)

    def _ends_scope(self, piece: Piece) -> bool:
        return not self._text(piece).startswith(("ឥឡូវ", "បច្ចុប្បន្ន", "ខណៈ")) or True

    def _same_clause(self, first: int, last: int) -> bool:
        return not any(piece.part in (Part.CLAUSE, Part.ACT) for piece in self._pieces[first + 1 : last])

    def _governs(self, position: int, index: int) -> bool:
        """Whether the guard at `position` reaches the cue at `index`."""
        guard, cue = self._pieces[position], self._pieces[index]
        between = self._pieces[position + 1 : index]
        if guard.value in _NEAR:
            if any(piece.part in (Part.CLAUSE, Part.RELATIVE, Part.INSTRUMENT) for piece in between):
                return False
            gap = cue.start - guard.end - sum(piece.end - piece.start for piece in between)
            return gap <= _REACH
        if guard.value == "negation" or guard.value == "fail":
            if any(piece.part is Part.RELATIVE for piece in between):
                return False
            acts = [piece for piece in between if piece.part is Part.ACT]
            if acts and not all(
                piece.part in (Part.ACT, Part.AND, Part.NOMINAL, Part.NEUTRAL, Part.DONE) for piece in between
            ):
                return False
            return guard.value == "fail" or not any(piece.part is Part.INSTRUMENT for piece in between) or False
        if guard.value == "condition":
            return not self._closed(guard, between, cue)
        return not (guard.value == "purpose" and any(piece.part is Part.RELATIVE for piece in between))

    def _closed(self, guard: Piece, between: Sequence[Piece], cue: Piece) -> bool:
        """ "After two years of work, …": a time phrase with no act of its own ends at the next body."""
        text = self._key[guard.start : guard.end]
        if text in ("បន្ទាប់ពី", "ក្រោយពី", "មុន", "នៅពេល"):
            for number, piece in enumerate(between):
                if piece.part is Part.BODY and not any(
                    item.part in (Part.ACT, Part.INSTRUMENT) for item in between[:number]
                ):
                    return any(item.part is Part.DONE for item in between[number:]) or cue.start - piece.end < 12
        return False

    def _nominal(self, index: int) -> list[Hedge] | None:
        """None for a verb; for "the adoption of" what keeps it from counting (nothing under "welcomed")."""
        cue = self._pieces[index]
        previous = self._pieces[index - 1] if index else None
        if previous is None or previous.end != cue.start or previous.part not in (Part.NOMINAL, Part.FACTIVE):
            return None
        if self._text(previous) == "ពិធី":
            return []
        if previous.part is Part.FACTIVE:
            return []
        if any(piece.part is Part.FACTIVE for piece in self._pieces[:index]):
            return []
        return [
            Hedge(
                Span(cue.start, cue.end, "km.guard.nominal"),
                Modality.POSSIBLE,
                "the text speaks of it without saying that it took place",
            )
        ]

    def _hedge(self, piece: Piece) -> Hedge:
        guard = self._cues.guards[piece.value]
        return Hedge(
            Span(piece.start, piece.end, f"km.guard.{piece.value}"),
            _MODALITY[guard.kind],
            f"{guard.why} (“{self._text(piece)}”)",
            guard.kind == "negative",
        )

    # ------------------------------------------------------------ the rest

    def _drafted(self, theme: int) -> bool:
        previous = self._pieces[theme - 1] if theme else None
        return previous is not None and previous.part is Part.DRAFT and self._pieces[theme].start - previous.end <= 12

    def _bracketed(self) -> Iterator[Reading]:
        """A bare title with "(draft)" behind it."""
        for index, piece in enumerate(self._pieces):
            if piece.part is Part.INSTRUMENT and index + 1 < len(self._pieces):
                following = self._pieces[index + 1]
                if following.part is Part.DRAFT and self._key[piece.end : following.start].strip() == "(":
                    yield self._reading("draft", following, index + 1, index, [], nominal=False)

    def _reading(self, act: str, cue: Piece, index: int, theme: int, hedges: list[Hedge], *, nominal: bool) -> Reading:
        name = self._pieces[theme].name
        assert name is not None  # noqa: S101
        actors, actor_country = self._actors(index, theme)
        start, end = self._clause(index)
        reading = Reading(
            name=name,
            act=act,
            cue=Span(cue.start, cue.end, f"km.act.{act}"),
            clause=(start, end),
            actors=actors,
            targets=self._targets(index) if act == "submit" else (),
            actor_country=actor_country,
            country=self._country_of(theme),
            draft=self._drafted(theme),
            nominal=nominal,
            hedges=hedges,
        )
        if nominal:
            reading.flags.add(Flag.NOMINAL)
        return reading

    def _clause(self, index: int) -> tuple[int, int]:
        start, end = 0, len(self._key)
        for piece in self._pieces[:index]:
            if piece.part is Part.CLAUSE:
                start = piece.end
        for piece in self._pieces[index + 1 :]:
            if piece.part is Part.CLAUSE:
                end = piece.start
                break
        return start, end
