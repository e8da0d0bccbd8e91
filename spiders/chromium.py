"""The browser of the browser way: which program it is, what is missing where there is none, and how it is started.

Nothing heavy is imported here, so that `doctor` and the start of a run can ask.
"""

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_KEPT: Final = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TZ",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
)
"""What the browser learns of our environment, which may hold secrets; pages are strangers' programs."""

_NOWHERE: Final = "http://127.0.0.1:9"
"""The proxy for what the browser asks by itself (updates, hints): nobody listens there."""

_ARGUMENTS: Final = (
    # Names are resolved by our proxy alone: whatever would go round it finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-pings",
    "--dns-prefetch-disable",
    # A page that fills memory ends itself and not the machine.
    "--js-flags=--max-old-space-size=512",
)


def executable(configured: str = "") -> str:
    """The path of the browser: the `configured` one, else the first Chromium on PATH; empty if there is none."""
    found = (shutil.which(name) for name in ((configured,) if configured else _NAMES))
    return next((path for path in found if path), "")


def fault(configured: str = "") -> str | None:
    """Why pages cannot be read through a browser here and what to do, in a sentence; None if they can.

    `configured` is the `browser` of `[monitor]`.
    """
    if find_spec("scrapy_playwright") is None:
        return "the browser way needs the extra packages: pip install 'lex-monitor[browser]'"
    if executable(configured):
        return None
    if configured:
        missing = "cannot be run" if Path(configured).exists() else "does not exist"
        return f"the browser way needs Chromium, and {configured} ([monitor] browser) {missing}"
    return "the browser way needs Chromium: install it (Debian: apt install chromium), or name it in [monitor] browser"


def launch_options(path: str, agent: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """How Playwright is to start the browser at `path`, which introduces itself as `agent` and is otherwise itself.

    (Playwright's own setting for that would also name another system.) Chromium keeps each page in a sandbox of its
    own, which it refuses to do for root: as root it runs without.
    """
    return {
        "executable_path": path,
        "headless": True,
        "chromium_sandbox": os.geteuid() != 0,
        "args": [*_ARGUMENTS, f"--user-agent={agent}"],
        "proxy": {"server": _NOWHERE, "bypass": "<-loopback>"},
        "env": {name: environment[name] for name in _KEPT if name in environment},
        # Scrapy ends the crawl at these signals, and the browser with it, in good order.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }
