"""Ties the life of a process to that of the one that started it, and to its own signs of life.

A parent that is killed cannot end its children, and one that is stuck in native code runs no line of ours. So the
kernel is asked to do it: by the death of the parent (Linux), and by an alarm that is put off again and again (POSIX).
Where the kernel does not know of parents, a thread waits for the parent's end of a pipe to close.
"""

import ctypes
import os
import signal
import sys
import threading

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of linux/prctl.h


def die_with_parent(pipe: int) -> None:
    """End this process, and all of its group, when whoever holds the other end of `pipe` is gone.

    To be called from the main thread of a process that leads its own group. Nothing may come through `pipe`, a file
    descriptor, any more.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_wait_for_the_end, args=(pipe,), name="lifeline", daemon=True).start()


def _wait_for_the_end(pipe: int) -> None:
    while os.read(pipe, 1):  # not through a buffer, whose lock this thread would hold when the interpreter ends
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)


def live_for(seconds: int) -> None:
    """Be ended in `seconds` from now unless this is called again before; whatever the process is doing then."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
