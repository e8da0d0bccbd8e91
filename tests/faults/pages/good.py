"""A hundred and eighty good pages that look bad: law that speaks of refusals, pages that carry challenge scripts.

Rows C2 (furniture of refusals on a good page), C5 (words of refusals in a law) and both together, 60 each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from tests.faults.pages.bad import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A good page: as it stands, and as it reads after one more article was added."""

    id: str
    language: str
    body: bytes
    amended: bytes
    headers: tuple[tuple[str, str], ...] = ()


TRAPS: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (
        ("Rules of evidence", "Where a document is not found, the court may accept a certified copy of it."),
        ("Removal of content", "The page shall be removed within 24 hours; what was removed may not be shown again."),
        (
            "Maintenance of registers",
            "Scheduled maintenance of the register is announced. The register is under maintenance on Sundays.",
        ),
        (
            "Right of access",
            "A person to whom access is denied may complain. Access denied without a reason is an offence.",
        ),
        (
            "Blocking of sites",
            "Operators blocked the request of the regulator; the blocked page shows the reason for the refusal.",
        ),
        (
            "Log in to public services",
            "A citizen must log in with the identity card. A forgotten password is set anew at the counter.",
        ),
        (
            "Consent to cookies",
            "Before cookies are stored the user must accept them. Refusing cookies may have no disadvantage.",
        ),
        (
            "Error 404 and the law",
            "When a decision is no longer available online, the page not found must name the gazette.",
        ),
        (
            "Too many requests",
            "An authority may refuse too many requests from one person. Suspicious activity is reported.",
        ),
        ("Service unavailable", "When the service is temporarily unavailable, the time limit is extended by one day."),
    ),
    "fr": (
        ("Règles de preuve", "Si un document est introuvable, le tribunal peut accepter une copie certifiée conforme."),
        (
            "Retrait de contenus",
            "La page est supprimée sous 24 heures ; ce qui a été supprimé ne peut être publié de nouveau.",
        ),
        (
            "Entretien des registres",
            "La maintenance programmée du registre est annoncée. Le registre est en maintenance le dimanche.",
        ),
        (
            "Droit d'accès",
            "Toute personne à qui l'accès est refusé peut se plaindre. L'accès refusé sans motif est une infraction.",
        ),
        ("Blocage de sites", "La requête a été bloquée par l'opérateur ; la page bloquée indique le motif du refus."),
        (
            "Connexion aux services",
            "Le citoyen doit se connecter avec sa carte. Le mot de passe oublié est remplacé au guichet.",
        ),
        ("Consentement", "Avant tout dépôt de cookies l'utilisateur doit les accepter. Le refus est sans conséquence."),
        (
            "Décisions retirées",
            "Lorsqu'une décision n'est plus disponible, la page non trouvée nomme le journal officiel.",
        ),
        (
            "Demandes nombreuses",
            "L'autorité peut rejeter trop de requêtes d'une même personne. L'activité suspecte est signalée.",
        ),
        ("Service indisponible", "Si le service est temporairement indisponible, le délai est prolongé d'un jour."),
    ),
    "km": (
        ("វិធាននៃភស្តុតាង", "ក្នុងករណីរកមិនឃើញឯកសារ តុលាការអាចទទួលយកច្បាប់ចម្លងដែលមានការបញ្ជាក់។"),
        ("ការដកមាតិកា", "ទំព័រត្រូវបានលុបក្នុងរយៈពេល ២៤ ម៉ោង ហើយមិនអាចផ្សាយឡើងវិញបានទេ។"),
        ("ការថែទាំបញ្ជី", "ការថែទាំប្រព័ន្ធបញ្ជីត្រូវប្រកាសជាមុន។ បញ្ជីកំពុងថែទាំនៅថ្ងៃអាទិត្យ។"),
        ("សិទ្ធិចូលមើល", "បុគ្គលដែលការចូលប្រើត្រូវបានបដិសេធ អាចប្តឹងបាន។ ការបដិសេធដោយគ្មានហេតុផលជាបទល្មើស។"),
        ("ការរារាំងគេហទំព័រ", "សំណើត្រូវបានបដិសេធដោយប្រតិបត្តិករ ហើយទំព័រដែលត្រូវបានរារាំងបង្ហាញហេតុផល។"),
        ("ការចូលប្រើសេវា", "ពលរដ្ឋត្រូវចូលគណនីដោយប្រើអត្តសញ្ញាណប័ណ្ណ។ ពាក្យសម្ងាត់ដែលភ្លេចត្រូវប្តូរនៅបញ្ជរ។"),
        ("ការយល់ព្រម", "មុនពេលរក្សាទុកខូគី អ្នកប្រើត្រូវយល់ព្រមសិន។ ការបដិសេធមិនមានផលអាក្រក់ទេ។"),
        ("សេចក្តីសម្រេចដែលបានដក", "នៅពេលសេចក្តីសម្រេចមិនមានទៀត ទំព័រត្រូវបញ្ជាក់ឈ្មោះរាជកិច្ច។"),
        ("សំណើច្រើន", "អាជ្ញាធរអាចបដិសេធសំណើច្រើនពេកពីបុគ្គលតែម្នាក់។ សកម្មភាពគួរឱ្យសង្ស័យត្រូវរាយការណ៍។"),
        ("ការផ្អាកសេវា", "ប្រសិនបើសេវាផ្អាកដំណើរការជាបណ្តោះអាសន្ន រយៈពេលត្រូវបន្ថែមមួយថ្ងៃ។"),
    ),
}
PLAIN: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (
        ("Law on archives", "The national archive keeps the acts of every ministry for thirty years."),
        ("Notice on fees", "The fee for a licence is paid at the counter of the department."),
        ("Sub-decree on seals", "A seal is made of metal and bears the name of the office."),
        ("Prakas on training", "Every officer attends two days of training on the handling of files."),
        ("Working group", "The working group met in Phnom Penh and discussed the next steps with the provinces."),
    ),
    "fr": (
        (
            "Loi sur les archives",
            "Les archives nationales conservent les actes de chaque ministère pendant trente ans.",
        ),
        ("Avis sur les droits", "Le droit de licence est payé au guichet du service compétent."),
        ("Décret sur les sceaux", "Le sceau est en métal et porte le nom de l'office."),
        ("Arrêté sur la formation", "Chaque agent suit deux jours de formation au traitement des dossiers."),
        (
            "Groupe de travail",
            "Le groupe s'est réuni à Phnom Penh et a examiné les étapes suivantes avec les provinces.",
        ),
    ),
    "km": (
        ("ច្បាប់ស្តីពីបណ្ណសារ", "បណ្ណសារជាតិរក្សាទុកលិខិតរបស់ក្រសួងនីមួយៗរយៈពេលសាមសិបឆ្នាំ។"),
        ("សេចក្តីជូនដំណឹងស្តីពីថ្លៃ", "ថ្លៃអាជ្ញាប័ណ្ណត្រូវបង់នៅបញ្ជររបស់នាយកដ្ឋាន។"),
        ("អនុក្រឹត្យស្តីពីត្រា", "ត្រាធ្វើពីលោហៈ និងមានឈ្មោះការិយាល័យ។"),
        ("ប្រកាសស្តីពីការបណ្តុះបណ្តាល", "មន្ត្រីនីមួយៗចូលរួមវគ្គបណ្តុះបណ្តាលរយៈពេលពីរថ្ងៃ។"),
        ("ក្រុមការងារ", "ក្រុមការងារបានប្រជុំនៅភ្នំពេញ និងពិភាក្សាជំហានបន្ទាប់ជាមួយខេត្តនានា។"),
    ),
}
_FILLING = {
    "en": "Article {n}. The authority keeps a record of its decisions and shows it to the parties, part {n}.",
    "fr": "Article {n}. L'autorité tient un registre de ses décisions et le montre aux parties, partie {n}.",
    "km": "មាត្រា {n}៖ អាជ្ញាធរកត់ត្រាសេចក្តីសម្រេចរបស់ខ្លួន និងបង្ហាញដល់ភាគីតាមសំណើ ផ្នែកទី {n}។",
}
_ADDED = {
    "en": "Article 90. This part applies from 1 January 2027 in all provinces.",
    "fr": "Article 90. La présente partie s'applique dès le 1er janvier 2027 dans toutes les provinces.",
    "km": "មាត្រា ៩០៖ ផ្នែកនេះអនុវត្តចាប់ពីថ្ងៃទី១ ខែមករា ឆ្នាំ២០២៧ នៅគ្រប់ខេត្ត។",
}
_LOOKS: Sequence[tuple[str, str, tuple[tuple[str, str], ...]]] = (
    (
        "cloudflare",
        "<script>(function(){var s=document.createElement('script');"
        "s.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';"
        "document.head.appendChild(s);})();</script>",
        (("Server", "cloudflare"), ("CF-RAY", "8f1b2c3d4e5f6a7b-SIN")),
    ),
    ("f5", "<script src='/TSPD/0812ab?type=10'></script>", (("Set-Cookie", "TSPD_101=0812ab"),)),
    (
        "imperva",
        "<script src='/_Incapsula_Resource?SWJIYLWA=5'></script>",
        (("X-CDN", "Imperva"), ("X-Iinfo", "3-1-0")),
    ),
    ("akamai", "<script src='/akam/13/pixel.js'></script>", (("Server", "AkamaiGHost"),)),
    (
        "captcha",
        "<form action='/ask'><input name='q'><div class='g-recaptcha' data-sitekey='x'></div></form>"
        "<script src='https://www.google.com/recaptcha/api.js'></script>",
        (),
    ),
    (
        "cookies",
        "<div class='cookie-banner' id='cookie-notice'>We use cookies. <button>Accept all</button>"
        "<button>Reject all</button></div><script>document.cookie='seen=1';</script>",
        (),
    ),
    ("login", "<div class='top'><a href='/login'>Log in</a> | <a href='/wp-login.php'>Sign in</a></div>", ()),
    ("noscript", "<noscript>Please enable JavaScript to use all functions.</noscript><div id='app'></div>", ()),
    ("sucuri", "<!-- sucuri.net --><script>/* sucuri_cloudproxy_js='' */</script>", (("X-Sucuri-ID", "16012"),)),
    ("reload", "<script>setTimeout(function(){location.reload();},3600000);</script>", ()),
)
_PAGE = (
    "<!doctype html><html lang='{lang}'><head><meta charset='utf-8'><title>{title}</title></head><body><nav>"
    "<a href='/'>…</a></nav>{look}<main><h1>{title}</h1>{text}</main><footer>© 2026</footer></body></html>"
)


def good_pages() -> Sequence[Good]:
    """All 180."""
    return [*_furniture(), *_wording(), *_mixed()]


def _page(name: str, language: str, words: tuple[str, str], look: int | None, articles: int) -> Good:
    title, sentence = words
    _, markup, headers = _LOOKS[look] if look is not None else ("", "", ())
    text = [sentence, *(_FILLING[language].format(n=n) for n in range(1, articles + 1))]

    def page(*paragraphs: str) -> bytes:
        told = "".join(f"<p>{each}</p>" for each in paragraphs)
        return _PAGE.format(lang=language, title=title, look=markup, text=told).encode()

    return Good(id=name, language=language, body=page(*text), amended=page(*text, _ADDED[language]), headers=headers)


def _furniture() -> Iterator[Good]:
    """C2: ten kinds of furniture in three languages, on a short and on a long page."""
    for look, language, articles in product(range(10), LANGUAGES, (2, 14)):
        words = PLAIN[language][look % 5]
        yield _page(f"c2-{_LOOKS[look][0]}-{language}-{articles}", language, words, look, articles)


def _wording() -> Iterator[Good]:
    """C5: ten sentences in three languages, on a short and on a long page."""
    for trap, language, articles in product(range(10), LANGUAGES, (1, 14)):
        yield _page(f"c5-{trap}-{language}-{articles}", language, TRAPS[language][trap], None, articles)


def _mixed() -> Iterator[Good]:
    """Both on one page, each sentence with two kinds of furniture."""
    for trap, language, shift in product(range(10), LANGUAGES, (0, 4)):
        look = (trap + shift) % 10
        yield _page(f"c2c5-{trap}-{look}-{language}", language, TRAPS[language][trap], look, 3 + 8 * (shift // 4))
