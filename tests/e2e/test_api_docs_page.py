"""GET /docs: Swagger UI from this server alone, under a content-security policy that allows nothing else."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlparse

import pytest

from support.api_server import ApiServer

PAGE = "http://127.0.0.1/docs"


class References(HTMLParser):
    """The addresses that a page loads, and its inline scripts."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.inline = [], []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._in_script = tag == "script"
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag):
        self._in_script = False

    def handle_data(self, data):
        if self._in_script and data.strip():
            self.inline.append(data)


@pytest.fixture(scope="module")
def server(registered, tmp_path_factory):
    with ApiServer.start(registered.copy(tmp_path_factory.mktemp("docs")).data) as started:
        yield started


@pytest.fixture(scope="module")
def page(server):
    return server.get("/docs")


@pytest.fixture(scope="module")
def paths(page):
    return [urlparse(urljoin(PAGE, address)).path for address in References(page.body.decode()).addresses]


def test_page__loads_its_assets_from_this_server(server, page, paths):
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    addresses = References(page.body.decode()).addresses
    assert {urlparse(urljoin(PAGE, address)).netloc for address in addresses} == {"127.0.0.1"}
    responses = {path: server.get(path) for path in paths}
    assert {path: (response.status, response.headers["content-type"]) for path, response in responses.items()} == {
        "/docs/swagger-ui.css": (200, "text/css; charset=utf-8"),
        "/docs/favicon-32x32.png": (200, "image/png"),
        "/docs/swagger-ui-bundle.js": (200, "text/javascript; charset=utf-8"),
        "/docs/initializer.js": (200, "text/javascript; charset=utf-8"),
    }
    assert len(responses["/docs/swagger-ui-bundle.js"].body) > 1_000_000
    assert b".swagger-ui" in responses["/docs/swagger-ui.css"].body


def test_page__allows_no_other_host_and_no_inline_script(page):
    assert References(page.body.decode()).inline == []
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert not re.search(r"https?:|\*|unsafe-eval", page.headers["content-security-policy"])
    assert page.headers["x-content-type-options"] == "nosniff"


def test_initializer__reads_this_servers_document_and_asks_no_validator(server):
    script = server.get("/docs/initializer.js").body.decode()
    [address] = re.findall(r'url: "(.*?)"', script)
    assert server.get(urlparse(urljoin(PAGE, address)).path).json()["openapi"].startswith("3.1")
    assert "validatorUrl: null" in script
    assert "://" not in script


def test_style_sheet__loads_nothing(server):
    addresses = re.findall(r"url\((.*?)\)|@import\s+(\S+)", server.get("/docs/swagger-ui.css").body.decode())
    assert {(address or imported).strip("'\"")[:5] for address, imported in addresses} <= {"data:"}
