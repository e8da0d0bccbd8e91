"""Pages that stand where the law stood and are not the ministry's: parked, sold, expired, defaced, spam."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A page by another hand at the address of the law, answered with 200."""

    kind: str
    body: bytes


_PARKED = {
    "parked": (
        "ministry.example",
        ("Related links", "Cheap flights", "Credit cards", "Online games", "Car insurance", "Web hosting"),
        "This domain is parked free of charge. Its owner has not put up a site yet.",
    ),
    "for sale": (
        "ministry.example is for sale",
        ("Buy it now", "Make an offer", "Lease to own"),
        "The domain ministry.example may be for sale. Ask its owner for a price, the answer comes within a day.",
    ),
    "expired": (
        "Domain expired",
        ("Renew", "Registrar", "Contact"),
        "This domain has expired. If you are its owner, log in to your registrar and renew it.",
    ),
    "suspended": (
        "Account suspended",
        ("Support",),
        "This account has been suspended. Contact your hosting provider for more information.",
    ),
    "default page of a server": (
        "Welcome to nginx!",
        ("nginx.org",),
        "If you see this page, the web server is installed and works. Further configuration is required.",
    ),
    "directory listing": (
        "Index of /laws",
        ("Parent Directory", "17.bak", "old/"),
        "Apache Server at ministry.example",
    ),
}
_GAMBLING = (
    "Register at the luckiest casino of the region and win up to 500 percent on your first deposit, slot number {}."
)
_PHARMACY = "Buy pills without prescription, shipped in two days to every country, offer number {} of this week."
_ESSAYS = "Our writers finish your essay before the deadline, with references and without plagiarism, topic {}."
_LOANS = "Un crédit rapide sans justificatif, réponse immédiate en ligne, offre numéro {} du mois."
_SLOTS_KM = "ចុះឈ្មោះលេងហ្គេមស្លត់ថ្ងៃនេះ ទទួលបានប្រាក់រង្វាន់បន្ថែម ការផ្តល់ជូនលេខ {}។"
_SPAM = {
    "gambling": ("Slot Gacor Maxwin", _GAMBLING),
    "pharmacy": ("Online pharmacy", _PHARMACY),
    "essays": ("Essay writing service", _ESSAYS),
    "loans": ("Crédit en ligne", _LOANS),
    "Khmer games": ("ហ្គេមស្លត់អនឡាញ", _SLOTS_KM),
}
_DEFACED = (
    ("Hacked by Z3R0", "Your security is low. Greetings to all my friends. We do not forget, we do not forgive."),
    ("Owned", "This site was owned by the crew of the night. Admin, patch your server. No files were deleted, yet."),
    (
        "Message to the government",
        "We took this page. The Law on Personal Data Protection was adopted by the people today, and the Law on "
        "Cybersecurity is withdrawn. Listen to the street. We will be back with more of what you hide from us.",
    ),
)


def strangers() -> Iterator[Stranger]:
    """Twenty and more pages, short and long."""
    for kind, (title, links, text) in _PARKED.items():
        menu = "".join(f'<li><a href="/s?q={number}">{link}</a></li>' for number, link in enumerate(links))
        yield Stranger(kind=kind, body=_page(title, f"<h1>{title}</h1><p>{text}</p><ul>{menu}</ul>"))
        yield Stranger(kind=f"{kind}, bare", body=_page(title, f"<p>{text}</p>"))
    for kind, (title, line) in _SPAM.items():
        for length in (6, 60):
            text = "".join(f"<p>{escape(line.format(number))}</p>" for number in range(length))
            yield Stranger(kind=f"{kind}, {length} lines", body=_page(title, f"<main><h1>{title}</h1>{text}</main>"))
    for title, text in _DEFACED:
        yield Stranger(kind=f"defaced: {title}", body=_page(title, f"<center><h1>{title}</h1><p>{text}</p></center>"))


def _page(title: str, inner: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{inner}</body></html>".encode()
