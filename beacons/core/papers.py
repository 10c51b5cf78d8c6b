"""Pages as papers: tagged PDFs from templates, made without asking anybody outside for anything.

    papers.pdf("outcomes/report_paper.html", {"report": report})

A template names the house's own static files as `own:css/paper.css`; every other address is refused, so that no words
of a person in a page can make the server fetch one. Links lead to the site. WeasyPrint draws text with Pango, a library of the system; where
that is missing `NoPress` says so.
"""

import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

OWN = "own:"


class NoPress(RuntimeError):
    """This machine cannot make PDFs."""


def pdf(template: str, context: dict[str, Any], **options: Any) -> bytes:
    """A tagged PDF (PDF/UA-1) with the language and the title of the template's page."""
    return press(render_to_string(template, context), **options)


def press(html: str, **options: Any) -> bytes:
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as missing:
        raise NoPress(str(missing)) from missing

    class OwnFiles(URLFetcher):
        """Hands out the house's own static files, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name, content = own_file(url)
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    return HTML(string=html, base_url=settings.SITE_URL, url_fetcher=OwnFiles()).write_pdf(
        pdf_variant="pdf/ua-1", **options
    )


def own_file(url: str) -> tuple[str, bytes]:
    """The name and the content of one of the house's static files."""
    name = url.removeprefix(OWN)
    found = finders.find(name) if url.startswith(OWN) and ".." not in name.split("/") else None
    if not found or not Path(str(found)).is_file():
        raise ValueError(f"A paper holds the house's own files alone, not {url}")
    return name, Path(str(found)).read_bytes()
