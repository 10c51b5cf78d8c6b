"""Papers: what they may read, and what happens where they cannot be made."""

import builtins

import pytest
from django.core.exceptions import SuspiciousOperation

from beacons.core import papers

PAGE = '<html lang="en"><head><title>A page</title>{}</head><body><p>Words</p></body></html>'


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/metadata",
        "https://example.org/style.css",
        "file:///etc/passwd",
        "own:../beacons/settings.py",
        "own:css/../../manage.py",
        "own:/etc/passwd",
        "own:css/no-such.css",
        "own:",
        "css/paper.css",
    ],
)
def test_nothing_but_the_houses_own_static_files_is_read(url):
    with pytest.raises((ValueError, SuspiciousOperation)):
        papers.own_file(url)


def test_an_own_static_file_is_read():
    name, content = papers.own_file("own:css/paper.css")

    assert name == "css/paper.css"
    assert b"@page" in content


def test_a_page_that_points_outside_is_printed_without_asking_there(monkeypatch):
    asked = []
    read = papers.own_file
    monkeypatch.setattr(papers, "own_file", lambda url: (asked.append(url), read(url))[1])

    made = papers.press(PAGE.format('<link rel="stylesheet" href="http://127.0.0.1:9/x.css">'))

    assert made.startswith(b"%PDF")
    assert asked == ["http://127.0.0.1:9/x.css"]


def test_a_machine_without_pango_says_so(monkeypatch):
    importing = builtins.__import__

    def without(name, *args, **options):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return importing(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(papers.NoPress, match="libpango"):
        papers.press(PAGE.format(""))
