"""The files of URLs that make and shells read: each command that starts services changes its own URLs only."""

import pytest

from infra.local.service_urls import ServiceUrls


@pytest.fixture
def urls(tmp_path):
    return ServiceUrls(tmp_path)


def test_url_files__have_the_urls_of_all_owners_until_they_are_removed(urls):
    urls.write("services", {"DELAY_SERVING_DB": "postgresql://serving:a$b#c@host"})
    urls.write("infrastructure", {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566"})

    assert urls.shell_file.read_text().splitlines() == [
        "DELAY_SERVING_DB='postgresql://serving:a$b#c@host'",
        "AWS_ENDPOINT_URL_S3=http://127.0.0.1:4566",
    ]
    assert r"DELAY_SERVING_DB ?= postgresql://serving:a$$b\#c@host" in urls.make_file.read_text()
    assert dict(urls.of_others("services")) == {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566"}

    urls.remove("services")
    assert urls.shell_file.read_text() == "AWS_ENDPOINT_URL_S3=http://127.0.0.1:4566\n"
    urls.remove("infrastructure")
    assert not urls.shell_file.exists()
    assert not urls.make_file.exists()


def test_url_files__are_readable_by_their_owner_alone(urls, tmp_path):
    urls.write("services", {"DELAY_SERVING_DB": "postgresql://serving:secret@host"})

    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
