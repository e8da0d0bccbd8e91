"""The child process of `confined.py`: gives up what it does not need, then reads the body and calls the function.

Run as `python -I -B confined_child.py ROOT TARGET MEMORY CPU WALL` (directory of our packages, `module:function`,
bytes, seconds, seconds) with the body on stdin; writes what the function returns to stdout, as JSON. On Linux the
kernel refuses it sockets, other programs and signals to other processes (seccomp), and ends it with its parent; limits
hold on every POSIX system.
"""

import ctypes
import json
import platform
import resource
import signal
import struct
import sys
from importlib import import_module

# Numbers of the system calls refused, by machine (arch/x86/entry/syscalls/syscall_64.tbl and
# include/uapi/asm-generic/unistd.h of the Linux kernel), with the kernel's number for the machine (linux/audit.h).
_REFUSED = {
    "x86_64": (
        0xC000003E,
        # socket connect accept sendto sendmsg bind listen socketpair fork vfork execve kill ptrace accept4 sendmmsg
        # process_vm_readv process_vm_writev execveat pidfd_send_signal io_uring_setup
        (41, 42, 43, 44, 46, 49, 50, 53, 57, 58, 59, 62, 101, 288, 307, 310, 311, 322, 424, 425),
    ),
    "aarch64": (
        0xC00000B7,
        # socket socketpair bind listen accept connect sendto sendmsg ptrace kill execve accept4 sendmmsg
        # process_vm_readv process_vm_writev execveat pidfd_send_signal io_uring_setup
        (198, 199, 200, 201, 202, 203, 206, 211, 117, 129, 221, 242, 269, 270, 271, 281, 424, 425),
    ),
}
_X32 = 0x40000000  # a second numbering of the calls of x86_64 begins here
_DIE_WITH_PARENT = 1  # linux/prctl.h
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # linux/seccomp.h: allow; fail with errno 1 (not permitted)
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h


class _Program(ctypes.Structure):
    """`struct sock_fprog` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse_network() -> bool:
    """Have the kernel refuse sockets, programs and signals from now on; whether it does."""
    if sys.platform != "linux" or platform.machine() not in _REFUSED or sys.maxsize < 2**32:
        return False
    machine, numbers = _REFUSED[platform.machine()]
    checks = [(_EQUAL, number) for number in numbers] + [(_AT_LEAST, _X32)]
    refuse = len(checks) + 1  # from the first check to the instruction that refuses
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, 0)]
    code += [(kind, refuse - at - 1, 0, number) for at, (kind, number) in enumerate(checks)]
    code += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    packed = b"".join(struct.pack("HBBI", *instruction) for instruction in code)
    program = _Program(len(code), packed)
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(call(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)


def main() -> None:
    """Set the limits, read the body, write the answer."""
    root, target, memory, cpu, wall = sys.argv[1:6]
    signal.alarm(int(wall))
    if sys.platform == "linux":  # where the kernel knows of parents, this process goes with its own
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    refuse_network()
    sys.path.insert(0, root)
    module, _, name = target.partition(":")
    function = getattr(import_module(module), name)
    sys.stdout.write(json.dumps(function(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
