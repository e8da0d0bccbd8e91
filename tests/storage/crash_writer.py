"""Run as a program: writers to be killed, one after the other, each in a process of its own.

For every line on standard input a writer is forked; it writes changes with their alerts into the directory given as
argument, without end, and says on standard output what it is about to do: its process id first, `dead` last.
"""

import os
import sys
from itertools import count
from pathlib import Path

from monitor.model import Cause, Edit, EditKind
from storage.blobs import FileBlobs
from storage.sql import SqlStore
from tests.storage.samples import KEY, alert, block, capture, document, known

CHANNELS = ("legal", "team")


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def write(directory: Path) -> None:
    say(os.getpid())
    store = SqlStore(f"sqlite:///{directory / 'monitor.sqlite'}", FileBlobs(directory / "blobs"))
    say("opened")
    for number in count():
        key = write_one(store, f"{os.getpid()} {number} " + "draft law " * 500)
        say("kept", key)


def write_one(store: SqlStore, text: str) -> str:
    with store.begin() as unit:
        served = capture(body=f"<p>{text}</p>".encode())
        unit.documents.save([known()])
        before = unit.snapshots.latest("mptc", KEY)
        say("capture")
        capture_id = unit.captures.add(served, outcome="ok")
        say("snapshot")
        after = unit.snapshots.add(capture=served, capture_id=capture_id, document=document(text))
        if before is None:
            return "baseline"
        say("change")
        edit = Edit(kind=EditKind.ADDED, after=block(0, text))
        change = unit.changes.add(before=before, after=after, cause=Cause.CONTENT, edits=(edit,), instruments=())
        say("alert")
        key = f"mptc-{unit.sources.next_sequence('mptc')}-change-{change.id}"
        unit.outbox.add(alert(key), CHANNELS)
        say("commit")
    return key


def main() -> None:
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            write(Path(sys.argv[1]))
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
