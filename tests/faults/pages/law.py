"""A page of law in three languages: well-formed XHTML of our own making, so that a strict parser can judge mutants."""

from collections.abc import Sequence
from html import escape

_TITLES = {
    "en": "Draft Law on Personal Data Protection",
    "fr": "Projet de loi sur la protection des données",
    "km": "សេចក្តីព្រាងច្បាប់ស្តីពីការការពារទិន្នន័យ",
}
_SUBJECTS = {
    "en": ("controller", "processor", "public body", "school", "hospital", "bank", "carrier", "court", "registry"),
    "fr": ("responsable", "sous-traitant", "service public", "lycée", "hôpital", "guichet", "transporteur", "greffe"),
    "km": ("អ្នកគ្រប់គ្រង", "អ្នកកែច្នៃ", "ស្ថាប័នសាធារណៈ", "សាលារៀន", "មន្ទីរពេទ្យ", "ធនាគារ", "តុលាការ", "បញ្ជិកា"),
}
_DUTIES = {
    "en": (
        "Article {n}. A {who} shall keep a record of what it does with personal data and show it within {d} days.",
        "Article {n}. Every {who} names an officer, who reports to the authority in month {m} of each year.",
        "Article {n}. The {who} informs the persons concerned of a loss of data within {d} hours of knowing of it.",
    ),
    "fr": (
        "Article {n}. Le {who} tient un registre des traitements et le présente sous {d} jours à l'autorité.",
        "Article {n}. Chaque {who} désigne un délégué, qui rend compte au mois {m} de chaque année.",
        "Article {n}. Le {who} informe les personnes concernées d'une perte de données sous {d} heures.",
    ),
    "km": (
        "មាត្រា {n}៖ {who}ត្រូវកត់ត្រាសកម្មភាពលើទិន្នន័យផ្ទាល់ខ្លួន និងបង្ហាញក្នុងរយៈពេល {d} ថ្ងៃ។",
        "មាត្រា {n}៖ {who}នីមួយៗត្រូវតែងតាំងមន្ត្រី ដែលរាយការណ៍ទៅអាជ្ញាធរក្នុងខែទី {m} រៀងរាល់ឆ្នាំ។",
        "មាត្រា {n}៖ {who}ត្រូវជូនដំណឹងដល់បុគ្គលពាក់ព័ន្ធអំពីការបាត់បង់ទិន្នន័យក្នុងរយៈពេល {d} ម៉ោង។",
    ),
}
_MENU = {
    "en": ("Home", "News", "Laws", "Press", "Contact"),
    "fr": ("Accueil", "Nouvelles", "Lois", "Presse", "Contact"),
    "km": ("ទំព័រដើម", "ព័ត៌មាន", "ច្បាប់", "សារព័ត៌មាន", "ទំនាក់ទំនង"),
}
_PAGE = """<html lang="{lang}">
<head><meta charset="utf-8" /><title>{title}</title><style>.a {{ color: #123; }}</style>
<script>var settings = {{"menu": "{first}", "depth": 3}}; function show(x) {{ return x.length; }}</script></head>
<body class="page">
<header><a href="/">{first}</a><nav><ul>{menu}</ul></nav></header>
<main id="content">
<h1>{title}</h1>
{text}
</main>
<aside><h2>{second}</h2><ul>{menu}</ul></aside>
<footer><p>© 2026</p></footer>
</body>
</html>
"""


def title_of(language: str) -> str:
    """The title of the law, in `language`."""
    return _TITLES[language]


def paragraphs(language: str, articles: int = 24) -> list[str]:
    """The articles of the law, in `language`."""
    duties, subjects = _DUTIES[language], _SUBJECTS[language]
    return [
        duties[n % 3].format(n=n, who=subjects[n % len(subjects)], d=2 + n % 29, m=1 + n % 12)
        for n in range(1, articles + 1)
    ]


def law_page(language: str, *, articles: int = 24, text: Sequence[str] = ()) -> bytes:
    """The page of the law; `text` in place of its articles, if given. UTF-8."""
    told = "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in text or paragraphs(language, articles))
    menu = "".join(f'<li class="m"><a href="/s/{n}/">{label}</a></li>' for n, label in enumerate(_MENU[language]))
    first, second = _MENU[language][:2]
    page = _PAGE.format(lang=language, title=_TITLES[language], first=first, second=second, menu=menu, text=told)
    return page.encode()
