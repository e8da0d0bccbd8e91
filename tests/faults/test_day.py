"""A day of the real daemon in a fast clock: fifty sources, every slot once, whoever hangs or crashes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.model import Slot, Source
from monitor.timetable import spread
from tests.faults.cases import cases
from tests.faults.fastclock import Life

START = datetime(2027, 6, 10, 0, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
Figure = Callable[..., None]

EVERY = {"10m": 10, "20m": 20, "45m": 45, "1h": 60, "3h": 180, "6h": 360}
CRON: dict[str, Callable[[datetime], bool]] = {  # line → whether it names a minute on the wall in Phnom Penh
    "*/15 * * * *": lambda wall: wall.minute % 15 == 0,
    "5 * * * *": lambda wall: wall.minute == 5,
    "0 8,20 * * *": lambda wall: (wall.hour in (8, 20)) and wall.minute == 0,
    "30 9-17 * * mon-fri": lambda wall: 9 <= wall.hour <= 17 and wall.minute == 30 and wall.weekday() < 5,
}
JITTERS = ("0s", "5m", "7m")


def configuration(home: Path) -> Path:
    """Fifty sources on forty hosts, two at a time."""
    cadences = [f'every = "{every}"' for every in EVERY] + [f'cron = "{line}"' for line in CRON]
    tables = "".join(
        f'[[source]]\nid = "s{n:02}"\nurl = "https://h{n % 40:02}.example/{n}"\n{cadences[n % 10]}\n'
        f'jitter = "{JITTERS[n % 3]}"\n'
        for n in range(50)
    )
    config = home / "config.toml"
    config.write_text(f'[monitor]\ncontact = "mailto:t@example.net"\nmin_gap = "2s"\n{tables}', encoding="utf-8")
    return config


def named(source: Source, start: datetime, end: datetime) -> list[datetime]:
    """The slots a cron line names after `start` up to `end`, worked out minute by minute."""
    minute = start.replace(second=0) - timedelta(hours=1)
    found = []
    while minute <= end:
        if CRON[source.cron](minute + timedelta(hours=7)) and start < minute + spread(source) <= end:
            found.append(minute + spread(source))
        minute += MINUTE
    return found


def unserved(source: Source, slots: Sequence[Slot], end: datetime, late: timedelta) -> list[str]:
    """What is wrong with the slots of a day, in words. A reading that comes late may serve the place of several."""
    due = [slot.due_at for slot in slots]
    wrong = [
        f"{source.id}: {slot.due_at} was read at {slot.read_at}" for slot in slots if slot.read_at - slot.due_at > late
    ]
    if len(set(due)) != len(due):
        wrong.append(f"{source.id}: a slot was served twice")
    if source.every is not None:
        # The first reading came at once; from then on the day is counted through without a hole.
        wrong += [
            f"{source.id}: {after} follows {before}"
            for before, after in pairwise(due)
            if after - before != source.every
        ]
        if due[-1] < end - source.every - late or due[0] > START + source.every + spread(source) + late:
            wrong.append(f"{source.id}: the day was not served from {due[0]} to {due[-1]}")
    else:
        first = slots[0].read_at if slots else START
        every_slot = named(source, START, end)
        wanted = [slot for slot in every_slot if START + late < slot <= end - late]
        wrong += [f"{source.id}: {slot} was not served" for slot in wanted if slot not in due]
        wrong += [f"{source.id}: {slot} is no slot" for slot in due if slot not in every_slot]
        assert first >= START
    return wrong


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    made = Life(configuration(tmp_path), START, monkeypatch)
    yield made
    made.close()


@pytest.mark.promise("G8")
def test_a_day_of_fifty_sources_serves_every_slot_once(life: Life, figure: Figure) -> None:
    life.live(DAY)

    slots = life.slots()
    wrong = [
        fault
        for source in life.app.config.sources
        for fault in unserved(source, slots[source.id], life.now(), 2 * MINUTE)
    ]
    figure(
        "G8", cases=sum(map(len, slots.values())), broken=len(wrong), note="slots of a day of the daemon, fifty sources"
    )
    assert wrong == []
    assert life.hands.overlaps == []
    assert life.hands.most == 2


@pytest.mark.promise("G8")
def test_a_day_with_restarts_serves_every_slot_once(life: Life, figure: Figure) -> None:
    for hours in (2, 0.2, cases(3, 7), 0.01, cases(1, 14.79)):
        life.live(timedelta(hours=hours))

    slots = life.slots()
    wrong = [
        fault
        for source in life.app.config.sources
        for fault in unserved(source, slots[source.id], life.now(), 3 * MINUTE)
    ]
    figure("G8", cases=sum(map(len, slots.values())), broken=len(wrong), note="the same with four restarts")
    assert wrong == []


@pytest.mark.promise("G9")
def test_three_that_hang_and_two_that_crash_leave_the_other_forty_five_on_time(life: Life, figure: Figure) -> None:
    stuck, moment = timedelta(minutes=5), timedelta(seconds=3)
    bad = {"s03": stuck, "s14": stuck, "s25": stuck, "s08": moment, "s31": moment}
    life.hands.ends = bad
    life.live(timedelta(hours=cases(8, 24)))

    slots = life.slots()
    others = [source for source in life.app.config.sources if source.id not in bad]
    # Until the five are known each may take its neighbours' time once: within the deadline of a stuck child.
    begun = START + timedelta(hours=1)
    settled = {name: [slot for slot in served if slot.due_at > begun] for name, served in slots.items()}
    wrong = [fault for source in others for fault in unserved(source, slots[source.id], life.now(), 3 * stuck)]
    late = [slot for source in others for slot in settled[source.id] if slot.read_at - slot.due_at > stuck + MINUTE]
    figure(
        "G9",
        cases=sum(len(slots[source.id]) for source in others),
        broken=len(wrong) + len(late),
        note="beside 3 stuck and 2 crashing",
    )
    assert wrong == []
    assert late == []
    assert life.hands.overlaps == []
    assert not any(name in slots for name in bad)
    tries = [names for _, names in life.hands.batches if bad.keys() & set(names)]
    together = [names for names in tries if len(names) > 1]
    assert len(together) <= len(bad), "once known, each is read by itself"
