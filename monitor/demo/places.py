"""The other sites of the replica, each as plain as the real one it follows in structure."""

from collections.abc import Callable
from datetime import date

from monitor.demo.pdf import text_pdf
from monitor.demo.rendering import XML, not_found, page, paragraphs, rendered, robots
from monitor.demo.server import Answer, Request, Site
from monitor.demo.texts import Article, Chart, Plain, Process, Profile
from monitor.demo.wordpress import WordPress


class Guarded:
    """A site behind a filter that, while it is `refusing`, answers 200 or 403 to every page but robots.txt.

    200 is the manner of application firewalls, with a support number that is new on every visit; 403 that of a
    content network's challenge.
    """

    def __init__(self, site: Site) -> None:
        self.refusing: int | None = None
        self._site = site
        self._visits = 0

    def __call__(self, request: Request) -> Answer:
        if self.refusing is None or request.path == "/robots.txt":
            return self._site(request)
        self._visits += 1
        if self.refusing == 200:
            return page("refusal.html", support_id=str(9_041_551_823_771_004_117 + self._visits * 7_919))
        ray = f"{0x8C1F_52A0_77B3_0000 + self._visits:016x}"
        body = rendered("challenge.html", host=request.headers.get("host", ""), ray=ray)
        headers = (("Server", "cloudflare"), ("CF-Mitigated", "challenge"), ("CF-RAY", f"{ray}-PNH"))
        return Answer(body=body.encode(), status=403, headers=headers)


class Cabinet(WordPress):
    """The Cabinet's press office: WordPress with `/archives/N` permalinks under a newspaper theme."""

    def path(self, article: Article) -> str:
        return f"/archives/{article.slug}"

    def link(self, article: Article) -> str:
        return f"{self._root()}{self.path(article)}"


class Assembly:
    """A parliament's news list, newest first, two to a page, and its detail pages."""

    PER_PAGE = 2

    def __init__(self, name: str, *, root: Callable[[], str]) -> None:
        self.articles: list[Article] = []
        self._name, self._root = name, root

    def publish(self, article: Article) -> None:
        """Put a news item on the site."""
        self.articles.append(article)

    def __call__(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return not_found()
        if request.path == "/news":
            return self._list(int(request.query.get("page", "1")))
        for article in self.articles:
            if request.path == f"/news/{article.slug}":
                body = paragraphs(article.body)
                return page(
                    "assembly.html", validators=True, article=article, body=body, name=self._name, root=self._root()
                )
        return not_found()

    def _list(self, number: int) -> Answer:
        newest = sorted(self.articles, key=lambda article: article.date, reverse=True)
        shown = newest[(number - 1) * self.PER_PAGE : number * self.PER_PAGE]
        following = number + 1 if number * self.PER_PAGE < len(newest) else None
        return page("assembly_list.html", articles=shown, following=following, name=self._name, root=self._root())


class Journal:
    """The official journal: a list of issues, each a PDF served as a static file, and a work programme."""

    PROGRAMME = "/files/work-programme-2026.pdf"

    def __init__(self, name: str, programme: Plain) -> None:
        self.articles: list[Article] = []
        self.producer = "Press 4.1"
        self._name, self._programme = name, programme

    def publish(self, article: Article) -> None:
        """Print an issue."""
        self.articles.append(article)

    def __call__(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return robots("Disallow: /admin/")
        if request.path == "/issues":
            newest = sorted(self.articles, key=lambda article: article.date, reverse=True)
            return page("journal.html", validators=True, articles=newest, name=self._name)
        if request.path == self.PROGRAMME:
            return self._pdf(self._programme.body, self._programme.title, self.producer)
        for article in self.articles:
            if request.path == f"/issues/{article.date.year}/{article.slug}.pdf":
                return self._pdf(article.body, article.title, "Press 4.1")
        return not_found()

    def _pdf(self, body: tuple[str, ...], title: str, producer: str) -> Answer:
        made = text_pdf(body, title=title, producer=producer)
        return Answer(body=made, media_type="application/pdf", validators=True)


class Europe:
    """A council's pages: a country profile, in an old and a new design, and a treaty's chart of signatures."""

    PROFILE = "/en/web/octopus/-/cambodia"
    CHART = "/en/web/conventions/full-list"

    def __init__(self, profile: Profile, chart: Chart, *, today: date) -> None:
        self.redesigned = False
        self.today = today
        self._profile, self._chart = profile, chart

    def __call__(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return robots("Disallow: /search")
        if request.path == self.PROFILE:
            return page("octopus.html", profile=self._profile, redesigned=self.redesigned)
        if request.path == self.CHART and request.query.get("treatynum") == "185":
            return page("chart.html", chart=self._chart, today=self.today)
        return not_found()


class Asean:
    """A secretariat's site: a book page, news at the root with no date in the address, and a sitemap."""

    GUIDE = "/book/asean-guide-on-ai-governance-and-ethics/"

    def __init__(self, guide: Plain, *, root: Callable[[], str]) -> None:
        self.articles: list[Article] = []
        self._guide, self._root = guide, root

    def publish(self, article: Article) -> None:
        """Put a news item on the site and into its sitemap."""
        self.articles.append(article)

    def __call__(self, request: Request) -> Answer:
        root = self._root()
        if request.path == "/robots.txt":
            return robots("Disallow: /wp-admin/", f"Sitemap: {root}/sitemap.xml")
        if request.path == "/sitemap.xml":
            entries = [(f"{root}/{article.slug}/", article.date.isoformat()) for article in self.articles]
            return page("sitemap.xml", validators=True, media_type=XML, entries=entries)
        if request.path == self.GUIDE:
            return self._page(self._guide.title, self._guide.body, root + self.GUIDE)
        for article in self.articles:
            if request.path.strip("/") == article.slug:
                return self._page(article.title, article.body, f"{root}/{article.slug}/")
        return not_found()

    def _page(self, title: str, body: tuple[str, ...], link: str) -> Answer:
        return page("asean.html", validators=True, title=title, body=paragraphs(body), link=link)


class ProcessPage:
    """A centre's page of what was done and what comes next: nested lists, the status in brackets, a comment counter."""

    def __init__(self, process: Process, *, root: Callable[[], str]) -> None:
        self.process = process
        self.counting = False
        self._root = root
        self._comments = 0

    def __call__(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return robots("Disallow: /wp-admin/")
        if request.path == "/" and request.query.get("p") == str(self.process.number):
            if self.counting:
                self._comments += 1
            return page("process.html", process=self.process, comments=self._comments or "No", root=self._root())
        return not_found()
