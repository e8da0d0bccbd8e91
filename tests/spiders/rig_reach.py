"""Local sites that are as hard to read as some real ones: refusals, lists and charts drawn by script, and traps."""

import json
import threading
from itertools import count

from tests.spiders.site import Answer, Asked, Site, page

TEXT = (
    "The draft Law on Personal Data Protection was sent to the Council of Ministers for examination. "
    "The ministry published the explanatory note together with the text and invites written comments."
)
ARTICLE = f"<main><h1>The draft law moves on</h1><p>{TEXT}</p></main>"
PLAIN = f"<html><head><title>Notice</title></head><body>{ARTICLE}</body></html>"

REFUSAL = """<!doctype html><html><head><title>Attention Required! | Cloudflare</title></head><body>
<h1>Sorry, you have been blocked</h1><p>You are unable to access this site. Ray ID: 8f00</p></body></html>"""

CHALLENGE = """<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>
<p>A few seconds.</p><script>document.cookie = "let_in=1; path=/"; location.reload()</script></body></html>"""

EMPTY_APP = '<!doctype html><html><head><title>Portal</title></head><body><div id="root"></div>{script}</body></html>'


def refusing(site: Site, path: str) -> None:
    """A firewall that answers everybody with 403."""
    site.routes[path] = Answer(
        body=REFUSAL.encode(), status=403, headers={"Content-Type": "text/html", "Server": "cloudflare"}
    )


def refusing_plain_clients(site: Site, path: str, text: str = PLAIN) -> None:
    """A firewall that answers with 403 whatever does not ask as a browser does when it follows a link."""

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("Sec-Fetch-Mode") == "navigate":
            return page(text)
        return Answer(body=REFUSAL.encode(), status=403, headers={"Content-Type": "text/html"})

    site.routes[path] = answer


def challenging(site: Site, path: str) -> None:
    """A challenge that lets in whoever has run its script and comes back with the cookie."""

    def answer(asked: Asked) -> Answer:
        if "let_in=1" in asked.headers.get("Cookie", ""):
            return page(PLAIN)
        return Answer(body=CHALLENGE.encode(), status=403, headers={"Content-Type": "text/html"})

    site.routes[path] = answer


def firewalled(site: Site, path: str) -> None:
    """A refusal with status 200 and a support number that is another each time."""
    numbers = count(17_000_000)
    site.routes[path] = lambda _: page(
        "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with "
        f"your administrator.<br>Your support ID is: {next(numbers)}</body></html>"
    )


def script_list(site: Site, path: str, pages: int = 3) -> None:
    """Official documents, three to a page: script asks for the rows and turns the pages, which have no address."""
    site.routes[path] = page(
        EMPTY_APP.format(
            script=f"""<script>
            const root = document.getElementById("root"); let at = 0;
            async function turn() {{
              const rows = await (await fetch("/api{path}?page=" + (++at))).json();
              root.innerHTML = "<main><h1>Official documents</h1><ul>" +
                rows.map(row => `<li><h3><a href="${{row.url}}">${{row.title}}</a></h3></li>`).join("") +
                `</ul><button class="next" ${{at >= {pages} ? "disabled" : ""}}>Next</button></main>`;
              root.querySelector(".next").addEventListener("click", turn);
            }}
            setTimeout(turn, 50);
            </script>"""
        )
    )
    for number in range(1, pages + 1):
        rows = [{"url": f"{path}/{number}{n}", "title": f"Notice {number}{n} of the ministry"} for n in "abc"]
        site.routes[f"/api{path}?page={number}"] = Answer(
            body=json.dumps(rows).encode(), headers={"Content-Type": "application/json"}
        )
        for row in rows:
            site.routes[row["url"]] = page(PLAIN)


def chart(site: Site, path: str, *, rows: bool = True) -> None:
    """A chart of signatures: heading and caption at once, rows when they have been computed, long after it is quiet."""
    draw = 'document.getElementById("rows").innerHTML = "<tr><td>Cambodia</td><td>01/06/2026</td><td></td></tr>"'
    script = f"<script>setTimeout(() => {{ {draw} }}, 2500)</script>" if rows else ""
    site.routes[path] = page(
        "<html><body><main><h1>Chart of signatures and ratifications</h1><p>Status of the convention as of today. "
        "The states that signed it are listed below with the dates of their signature.</p><table><thead><tr>"
        '<th>State</th><th>Signature</th><th>Ratification</th></tr></thead><tbody id="rows"></tbody></table></main>'
        f"{script}</body></html>"
    )


def next_shell(site: Site, path: str) -> None:
    """A Next.js portal: data beside the page, and a script that makes text of it."""
    data = json.dumps({"props": {"html": ARTICLE}}).replace("</", r"<\/")
    site.routes[path] = page(
        '<!doctype html><html><head><title>Portal</title></head><body><div id="__next"></div>'
        f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
        '<script>document.getElementById("__next").innerHTML = '
        'JSON.parse(document.getElementById("__NEXT_DATA__").textContent).props.html</script></body></html>'
    )


def hostile(site: Site, path: str, target: str) -> None:
    """A page that tries everything a page can try to reach `target` (`http://host:port/…`) through our machine."""
    host = target.split("/")[2]
    site.routes[path] = page(
        f"""<html><body>{ARTICLE}
        <link rel="preconnect" href="{target}"><link rel="stylesheet" href="{target}"><img src="{target}">
        <iframe src="{target}"></iframe><object data="{target}"></object><script src="{target}"></script>
        <script>
        fetch("{target}", {{mode: "no-cors"}}).catch(() => 0);
        new WebSocket("ws://{host}/"); new EventSource("{target}"); navigator.sendBeacon("{target}", "x");
        window.open("{target}"); new Worker(URL.createObjectURL(new Blob(["fetch('{target}').catch(() => 0)"])));
        const peer = new RTCPeerConnection({{iceServers: [
          {{urls: "turn:{host}?transport=tcp", username: "a", credential: "b"}}, {{urls: "stun:{host}"}}]}});
        peer.createDataChannel("x"); peer.createOffer().then(offer => peer.setLocalDescription(offer));
        </script></body></html>"""
    )


def endless(site: Site, path: str, megabytes: int) -> None:
    """A page that loads more than any page should."""
    site.routes[f"{path}.js"] = Answer(
        body=b"/*" + b"x" * (megabytes * 1024 * 1024) + b"*/", headers={"Content-Type": "text/javascript"}
    )
    site.routes[path] = page(f'<html><body>{ARTICLE}<script src="{path}.js"></script></body></html>')


def swelling(site: Site, path: str, megabytes: int) -> None:
    """A small page that writes a big one."""
    script = f'document.getElementById("big").textContent = "x".repeat({megabytes * 1024 * 1024})'
    site.routes[path] = page(f'<html><body>{ARTICLE}<p id="big" hidden></p><script>{script}</script></body></html>')


def hanging(site: Site, path: str) -> threading.Event:
    """A page with a part that does not come before the event that is returned is set."""
    hold = threading.Event()
    site.routes[f"{path}.js"] = Answer(hold=hold)
    site.routes[path] = page(f'<html><body>{ARTICLE}<script src="{path}.js"></script></body></html>')
    return hold
