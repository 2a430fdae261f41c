"""Can anything be sent there? What is taken as a mailbox, a webhook, a telephone, and what is not."""

import pytest

from hub.core.errors import Invalid
from hub.directory.contact_addresses import checked_address


def refused(channel: str, address: str, *, private: bool = False) -> bool:
    try:
        checked_address(channel, address, private_webhooks=private)
    except Invalid as fault:
        return list(fault.fields) == ["address"]
    return False


@pytest.mark.parametrize(
    "mailbox",
    [
        "duty@council.example",
        "Duty.Desk+hub@children.council.example",
        "o'neill@council.example",
        "x@a-b.example",
        "1@9.example",
    ],
)
def test_one_mailbox_is_taken_as_it_is(mailbox: str) -> None:
    assert checked_address("email", f" {mailbox} ", private_webhooks=False) == mailbox


@pytest.mark.parametrize(
    "mailbox",
    [
        "",
        "duty",
        "duty@",
        "@council.example",
        "duty@council",
        "a@council.example,b@council.example",
        "a@council.example b@council.example",
        "a@b@council.example",
        "Duty Desk <duty@council.example>",
        "duty@council.example\r\nBcc: all@council.example",
        "duty@council.example\n",
        "duty\n@council.example",
        "duty@council..example",
        "duty..desk@council.example",
        ".duty@council.example",
        "duty.@council.example",
        "duty@-council.example",
        "düty@council.example",
        '"duty desk"@council.example',
        "duty@[127.0.0.1]",
        "x" * 65 + "@council.example",
        "x@" + "a" * 64 + ".example",
        "x@" + "a.very.long.name." * 20 + "example",
    ],
)
def test_what_is_not_one_mailbox_is_refused(mailbox: str) -> None:
    assert refused("email", mailbox)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.council.example/hub",
        "https://hooks.council.example:8443/hub?team=duty",
        "https://1.1.1.1/hub",
        "https://[2606:4700::1111]/hub",
    ],
)
def test_a_public_https_address_is_taken_as_it_is(url: str) -> None:
    assert checked_address("webhook", url, private_webhooks=False) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.council.example",
        "http://hooks.council.example/hub",
        "ftp://hooks.council.example/hub",
        "javascript:alert(1)",
        "https://",
        "https:///hub",
        "https://user:pass@hooks.council.example/hub",
        "https://hooks.council.example@evil.example/hub",
        "https://hooks.council.example/hub#top",
        "https://hooks.council.example/h ub",
        "https://hooks.council.example/hub\r\nHost: x",
        "https://hooks.council.example\\@evil.example/",
        "https://hooks.council.example:99999/hub",
        "https://hooks.council.example:0/hub",
        "https://höoks.council.example/hub",
        "https://[::1/hub",
        "https://-.example/",
        "https://hooks.council.example/" + "x" * 2000,
    ],
)
def test_what_is_not_a_whole_https_address_is_refused(url: str) -> None:
    assert refused("webhook", url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "hub",
        "hub.local",
        "db.internal",
        "2130706433",
        "0x7f000001",
        "127.1",
        "1.2.3.0x4",
    ],
)
def test_a_private_address_is_taken_only_where_the_operator_allows_it(host: str) -> None:
    assert refused("webhook", f"https://{host}/hub")
    assert not refused("webhook", f"http://{host}/hub", private=True)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("0113 496 0000", "01134960000"),
        ("(0113) 496-0000", "01134960000"),
        ("+44 113 496 0000", "+441134960000"),
        ("+33 1 99 00 12 34", "+33199001234"),
        ("0800 1111 00", "0800111100"),
    ],
)
def test_a_telephone_number_is_stored_without_its_blanks(given: str, stored: str) -> None:
    assert checked_address("phone", given, private_webhooks=False) == stored


@pytest.mark.parametrize(
    "number", ["", "999", "113 496 0000", "0113 496", "+44", "+0113 496 0000", "0113x4960000", "٠١١٣٤٩٦٠٠٠٠", "0" * 11]
)
def test_what_cannot_be_rung_from_anywhere_in_the_country_is_refused(number: str) -> None:
    assert refused("phone", number)


def test_the_inbox_has_no_address() -> None:
    assert checked_address("inbox", "", private_webhooks=False) == ""
    assert refused("inbox", "duty@council.example")
