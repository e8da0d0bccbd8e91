"""What an address and a text say about a source: its id, its languages, and whose words it carries."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from monitor.model import Authority, Body, Source
from monitor.probing.reports import SeenDocument
from monitor.text.urls import registrable_domain

_AUTHORITY_OF_ROLE: Mapping[str, Authority] = {
    "lead_ministry": Authority.MINISTRY,
    "ministry": Authority.MINISTRY,
    "lower_house": Authority.PARLIAMENT,
    "upper_house": Authority.PARLIAMENT,
    "parliament": Authority.PARLIAMENT,
    "cabinet": Authority.GOVERNMENT,
    "government": Authority.GOVERNMENT,
    "head_of_government": Authority.GOVERNMENT,
    "gazette": Authority.GAZETTE,
    "organisation": Authority.INTERGOVERNMENTAL,
    "regulator": Authority.AGENCY,
    "agency": Authority.AGENCY,
}
_INTERNATIONAL = (".org", ".int")
_LONG_ID = 40
_NOT_IN_ID = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Whose words a site carries, as far as that can be told, and how it was."""

    jurisdiction: str = ""
    publisher: str = ""
    authority: Authority = Authority.AGENCY
    authority_known: bool = False
    remarks: tuple[str, ...] = ()


def speaker(url: str, known: Sequence[Source], bodies: Mapping[str, Body]) -> Speaker:
    """Who speaks at `url`: as a configured source of the same site says, else the body the site is named after.

    Else only the jurisdiction of the country whose domain it is; nothing for a site of no country.
    """
    domain = registrable_domain(url)
    same = next((source for source in known if registrable_domain(source.url) == domain), None)
    if same is not None:
        taken_over = ("jurisdiction" if same.jurisdiction else "", "publisher" if same.publisher else "", "authority")
        return Speaker(
            jurisdiction=same.jurisdiction,
            publisher=same.publisher,
            authority=same.authority,
            authority_known=True,
            remarks=(f"{', '.join(filter(None, taken_over))} as in {same.id}, of the same site",),
        )
    country = domain.rpartition(".")[2].upper()
    country = country if country in {body.jurisdiction for body in bodies.values()} else ""
    body = bodies.get(domain.partition(".")[0])
    if body is None or not _fits(body, country, domain):
        return Speaker(jurisdiction=country)
    authority = _AUTHORITY_OF_ROLE.get(body.role)
    return Speaker(
        jurisdiction=body.jurisdiction,
        publisher=body.id,
        authority=authority or Authority.AGENCY,
        authority_known=authority is not None,
        remarks=(f"the site is named after {body.title}: check publisher and authority",),
    )


def _fits(body: Body, country: str, domain: str) -> bool:
    """Whether a site of this name can be the body's: under its country's domain, or an organisation's."""
    return body.jurisdiction == country or (body.role == "organisation" and domain.endswith(_INTERNATIONAL))


def languages(documents: Sequence[SeenDocument], url: str) -> tuple[str, ...]:
    """The languages of the documents that were read; where none was, what a site under its domain is written in."""
    found = tuple(dict.fromkeys(seen.language for seen in documents if seen.language))
    if found:
        return found
    return ("km", "en") if (urlsplit(url).hostname or "").endswith(".kh") else ("en",)


def identity(url: str, taken: Collection[str]) -> str:
    """An id for a source at `url`: the name of its site and the last words of its path; none of `taken`."""
    parts = urlsplit(url)
    host = (parts.hostname or "source").lower().removeprefix("www.")
    domain = registrable_domain(url)
    name = domain.partition(".")[0] if "." in domain and not re.fullmatch(r"[\d.:\[\]]+", domain) else host
    words = [_NOT_IN_ID.sub("-", unquote(segment).lower()).strip("-.") for segment in parts.path.split("/")]
    path = [word for word in words if word and not word.isdigit() and word not in ("index.html", "index.php")]
    stem = "-".join([_NOT_IN_ID.sub("-", name).strip("-.") or "source", *path[:1], *path[1:][-1:]])
    if len(stem) > _LONG_ID:
        stem = stem[:_LONG_ID].rpartition("-")[0] or stem[:_LONG_ID]
    number, chosen = 1, stem
    while chosen in taken:
        number += 1
        chosen = f"{stem}-{number}"
    return chosen
