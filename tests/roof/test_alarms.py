"""The daemon's alarms: none is lost, none calls a job that is in hand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from monitor.alarms import Alarms

SOON, LATER = timedelta(seconds=0.05), timedelta(hours=1)


def scene(play: Callable[[Alarms, "Job"], Awaitable[None]]) -> "Job":
    """Play with one job's alarm; the job, with what became of it."""

    async def act() -> Job:
        job = Job()
        alarms = Alarms({"job": job})
        alarms.start()
        try:
            await asyncio.wait_for(play(alarms, job), 20)
        finally:
            alarms.stop()
        return job

    return asyncio.run(act())


class Job:
    """Counts its calls; each lasts until it is let go."""

    def __init__(self) -> None:
        self.calls = self.in_hand = self.most = 0
        self.called, self.free = asyncio.Event(), asyncio.Event()
        self.free.set()

    async def __call__(self) -> None:
        self.calls, self.in_hand = self.calls + 1, self.in_hand + 1
        self.most = max(self.most, self.in_hand)
        self.called.set()
        await self.free.wait()
        self.in_hand -= 1


def test_of_two_alarms_the_sooner_counts_whichever_was_set_first() -> None:
    async def play(alarms: Alarms, job: Job) -> None:
        for spans in ((LATER, SOON), (SOON, LATER)):
            job.called.clear()
            for span in spans:
                alarms.set("job", span)
            await job.called.wait()

    assert scene(play).calls == 2


def test_an_alarm_during_its_job_calls_it_once_more_at_its_end() -> None:
    async def play(alarms: Alarms, job: Job) -> None:
        job.free.clear()
        alarms.set("job")
        await job.called.wait()
        job.called.clear()
        for _ in range(50):  # more than the scheduler would let run at a time
            alarms.set("job")
            await asyncio.sleep(0.002)
        job.free.set()
        await job.called.wait()
        await asyncio.sleep(0.1)

    job = scene(play)
    assert (job.calls, job.most) == (2, 1)


def test_an_alarm_set_by_another_clock_is_set_anew() -> None:
    async def play(alarms: Alarms, job: Job) -> None:
        alarms.set("job", LATER)
        alarms.set_all()
        await job.called.wait()

    assert scene(play).calls == 1


def test_at_the_end_what_is_in_hand_is_waited_for_and_nothing_begun() -> None:
    async def play(alarms: Alarms, job: Job) -> None:
        job.free.clear()
        alarms.set("job")
        await job.called.wait()
        alarms.set("job")
        end = asyncio.create_task(alarms.finish())
        await asyncio.sleep(0.05)
        assert not end.done()
        job.free.set()
        await end
        alarms.set("job")
        await asyncio.sleep(0.05)

    job = scene(play)
    assert (job.calls, job.in_hand) == (1, 0)
