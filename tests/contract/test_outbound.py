"""What every way to other hosts must do: never reach the service's own network, never wait or read without end."""

from __future__ import annotations

import socket
import ssl
import threading
import time

import pytest

from marketplace.kernel.outbound import ClosedOutbound, OutboundCall, OutboundError, OutboundProblem
from marketplace.outbound.client import OutboundHttp, TimeLimits
from marketplace.outbound.places import is_public
from tests.outbound.receiver import CERTIFICATE, NAME, closed_port, running_receiver

PUBLIC = "93.184.216.34"
HOST = "127.0.0.1"


class Names:
    """A name service whose answers change from one question to the next."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0)


class Lines:
    """Connects every address to one local port, and writes down which address was meant."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.meant: list[tuple[str, int]] = []

    def __call__(self, place: tuple[str, int], seconds: float) -> socket.socket:
        self.meant.append(place)
        return socket.create_connection((HOST, self.port), seconds)


@pytest.fixture
def receiver():
    with running_receiver() as running:
        yield running


@pytest.fixture
def outbound():
    return OutboundHttp(trusted=frozenset({HOST}), limits=TimeLimits(connect=1, total=1))


def problem_of(outbound, call: OutboundCall) -> OutboundProblem:
    with pytest.raises(OutboundError) as refused:
        outbound.send(call)
    return refused.value.problem


def test_a_call_arrives_whole_and_its_answer_comes_back(outbound, receiver):
    receiver.answer_with((201, {"X-Seen": "yes"}, "届いた".encode()))
    call = OutboundCall("POST", receiver.url("/hook?q=横"), {"Content-Type": "text/plain"}, "横展".encode() * 50_000)
    answer = outbound.send(call)
    arrived = receiver.received[0]
    assert (answer.status, answer.content.decode(), answer.headers["X-Seen"]) == (201, "届いた", "yes")
    assert (arrived.method, arrived.body, arrived.headers["Content-Type"]) == ("POST", call.body, "text/plain")
    assert arrived.headers["Host"] == f"{HOST}:{receiver.port}"


def test_the_path_is_encoded_and_the_fragment_stays_here(outbound, receiver):
    outbound.send(OutboundCall("GET", receiver.url("/横?q=展&r=%20#x")))
    assert receiver.received[0].path == "/%E6%A8%AA?q=%E5%B1%95&r=%20"


def test_a_redirect_is_an_answer_and_is_not_followed(outbound, receiver):
    receiver.answer_with((302, {"Location": receiver.url("/inside")}, b""))
    assert outbound.send(OutboundCall("POST", receiver.url())).status == 302
    assert [each.path for each in receiver.received] == ["/hook"]


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"])
def test_no_proxy_of_the_environment_is_used(monkeypatch, outbound, receiver, name):
    monkeypatch.setenv(name, f"http://{HOST}:{closed_port()}")
    assert outbound.send(OutboundCall("POST", receiver.url())).status == 200


def test_a_huge_answer_is_cut(outbound, receiver):
    receiver.answer_with((200, {}, b"x" * 5_000_000))
    answer = outbound.send(OutboundCall("POST", receiver.url(), answer_bytes=1000))
    assert (answer.status, len(answer.content), answer.is_cut) == (200, 1000, True)


def test_an_answer_that_breaks_off_is_no_answer(outbound, receiver):
    receiver.answer_with((200, {"Content-Length": "100"}, b"half"))
    assert problem_of(outbound, OutboundCall("POST", receiver.url())) is OutboundProblem.BROKEN_OFF


@pytest.mark.parametrize(
    "content", [b"zz\r\n", b"5\r\nabc", b"-1\r\n\r\n"], ids=["no length", "cut", "a negative length"]
)
def test_broken_chunks_are_no_answer(outbound, receiver, content):
    receiver.answer_with((200, {"Transfer-Encoding": "chunked"}, content))
    assert problem_of(outbound, OutboundCall("POST", receiver.url())) is OutboundProblem.BROKEN_OFF


def test_endless_headers_are_no_answer(outbound, receiver):
    receiver.answer_with((200, {f"X-{number}": "y" * 100 for number in range(200)}, b""))
    assert problem_of(outbound, OutboundCall("POST", receiver.url())) is OutboundProblem.BROKEN_OFF


def test_a_silent_host_is_given_up(outbound, receiver):
    receiver.pause = 20
    started = time.monotonic()
    assert problem_of(outbound, OutboundCall("POST", receiver.url())) is OutboundProblem.TIME_OUT
    assert time.monotonic() - started < 10


def test_a_host_that_answers_byte_by_byte_is_given_up_as_well(outbound, receiver):
    receiver.drip = 0.9
    started = time.monotonic()
    assert problem_of(outbound, OutboundCall("POST", receiver.url())) is OutboundProblem.TIME_OUT
    assert time.monotonic() - started < 10


def test_a_host_that_does_not_listen_is_given_up_as_well(outbound):
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(10)
        url = f"http://{HOST}:{server.getsockname()[1]}/"
        started = time.monotonic()
        body = b"x" * 50_000_000
        assert problem_of(outbound, OutboundCall("POST", url, body=body)) is OutboundProblem.TIME_OUT
        assert time.monotonic() - started < 10


def test_a_closed_port_is_told_apart_and_nothing_was_sent(outbound):
    with pytest.raises(OutboundError) as refused:
        outbound.send(OutboundCall("POST", f"http://{HOST}:{closed_port()}/"))
    assert (refused.value.problem, refused.value.was_sent) == (OutboundProblem.UNREACHABLE, False)


def test_what_was_sent_without_an_answer_is_told(outbound, receiver):
    receiver.pause = 20
    with pytest.raises(OutboundError) as refused:
        outbound.send(OutboundCall("POST", receiver.url()))
    assert refused.value.was_sent


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.com/", OutboundProblem.NOT_HTTPS),
        ("https://example.com:22/", OutboundProblem.PORT_FORBIDDEN),
        ("https://10.0.0.1/", OutboundProblem.ADDRESS_FORBIDDEN),
        ("https://[::1]/", OutboundProblem.ADDRESS_FORBIDDEN),
        ("https://[::ffff:127.0.0.1]/", OutboundProblem.ADDRESS_FORBIDDEN),
        ("https://[fe80::1%25eth0]/", OutboundProblem.ADDRESS_FORBIDDEN),
        ("https://１２７.０.０.１/", OutboundProblem.ADDRESS_FORBIDDEN),
        ("https://127.0.0.1./", OutboundProblem.ADDRESS_FORBIDDEN),
        ("https://user:secret@example.com/", OutboundProblem.ADDRESS_MALFORMED),
        ("https://example.com\\@127.0.0.1/", OutboundProblem.ADDRESS_MALFORMED),
        ("https://exa mple.com/", OutboundProblem.ADDRESS_MALFORMED),
        ("https://example.com/\r\nX: y", OutboundProblem.ADDRESS_MALFORMED),
        ("https://example.com:99999/", OutboundProblem.ADDRESS_MALFORMED),
        ("https://example.com:0/", OutboundProblem.ADDRESS_MALFORMED),
        ("https://[::1/", OutboundProblem.ADDRESS_MALFORMED),
        ("https:///path", OutboundProblem.ADDRESS_MALFORMED),
        ("https://" + "a" * 64 + ".example/", OutboundProblem.ADDRESS_MALFORMED),
        ("https://example.com/" + "a" * 3000, OutboundProblem.ADDRESS_MALFORMED),
        ("ftp://example.com/", OutboundProblem.ADDRESS_MALFORMED),
        ("file:///etc/passwd", OutboundProblem.ADDRESS_MALFORMED),
        ("javascript:alert(1)", OutboundProblem.ADDRESS_MALFORMED),
        ("", OutboundProblem.ADDRESS_MALFORMED),
    ],
)
def test_an_address_that_can_never_be_called_is_refused_without_a_question(url, problem):
    names = Names()
    outbound = OutboundHttp(resolve=names, connect=Lines(0))
    with pytest.raises(OutboundError) as refused:
        outbound.check(url)
    assert refused.value.problem is problem
    assert problem_of(outbound, OutboundCall("POST", url)) is problem
    assert names.asked == []


@pytest.mark.parametrize("url", ["https://example.com/hook", "HTTPS://EXAMPLE.com:443/a?b=c", "https://日本語.jp/"])
def test_an_address_of_the_open_internet_may_be_called(url):
    OutboundHttp().check(url)


@pytest.mark.parametrize(
    "place",
    [
        "0.0.0.0",  # noqa: S104 - nobody binds to it
        "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
        "2001:0:7f00:1::1", "2001:db8::1", "3fff::1", "100::1", "no address", "",
    ],
)  # fmt: skip
def test_only_the_open_internet_is_public(place):
    assert not is_public(place)
    names, lines = Names([place]), Lines(0)
    outbound = OutboundHttp(resolve=names, connect=lines)
    call = OutboundCall("POST", "https://attacker.example/")
    assert problem_of(outbound, call) is OutboundProblem.ADDRESS_FORBIDDEN
    assert lines.meant == []


@pytest.mark.parametrize("place", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "2404:6800:4004::1"])
def test_addresses_of_the_open_internet_are_public(place):
    assert is_public(place)


@pytest.fixture
def encrypted():
    with running_receiver(encrypted=True) as running:
        yield running


@pytest.fixture
def tls():
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_a_name_that_changes_its_meaning_gains_nothing(encrypted, tls):
    """The name means a public host when it is checked, and this machine when it is asked for again."""
    names, lines = Names([PUBLIC], [HOST]), Lines(encrypted.port)
    outbound = OutboundHttp(resolve=names, connect=lines, tls=tls)
    assert outbound.send(OutboundCall("POST", f"https://{NAME}/hook", body=b"{}")).status == 200
    assert names.asked == [NAME]
    assert lines.meant == [(PUBLIC, 443)]
    assert problem_of(outbound, OutboundCall("POST", f"https://{NAME}/hook")) is OutboundProblem.ADDRESS_FORBIDDEN
    assert len(encrypted.received) == 1


def test_the_host_is_named_to_the_server_although_an_address_is_called(encrypted, tls):
    outbound = OutboundHttp(resolve=Names([PUBLIC]), connect=Lines(encrypted.port), tls=tls)
    outbound.send(OutboundCall("POST", f"https://{NAME}/hook"))
    assert encrypted.received[0].headers["Host"] == NAME


def test_of_mixed_addresses_only_the_public_one_is_called(encrypted, tls):
    lines = Lines(encrypted.port)
    outbound = OutboundHttp(resolve=Names([HOST, "10.0.0.1", PUBLIC]), connect=lines, tls=tls)
    outbound.send(OutboundCall("POST", f"https://{NAME}/hook"))
    assert lines.meant == [(PUBLIC, 443)]


def test_a_redirect_to_this_machine_reaches_nobody(encrypted, tls):
    with running_receiver() as inside:
        encrypted.answer_with((307, {"Location": inside.url("/admin")}, b""))
        outbound = OutboundHttp(resolve=Names([PUBLIC]), connect=Lines(encrypted.port), tls=tls)
        assert outbound.send(OutboundCall("POST", f"https://{NAME}/hook")).status == 307
        assert inside.received == []


@pytest.mark.parametrize("host", [NAME, "other.example"], ids=["an unknown authority", "another name"])
def test_a_certificate_that_does_not_fit_is_refused(encrypted, tls, host):
    chosen = ssl.create_default_context() if host == NAME else tls
    outbound = OutboundHttp(resolve=Names([PUBLIC]), connect=Lines(encrypted.port), tls=chosen)
    assert problem_of(outbound, OutboundCall("POST", f"https://{host}/")) is OutboundProblem.CERTIFICATE
    assert encrypted.received == []


def test_an_unknown_name_is_told_apart():
    def unknown(_host, _port):
        raise socket.gaierror

    outbound = OutboundHttp(resolve=unknown)
    assert problem_of(outbound, OutboundCall("POST", "https://nowhere.example/")) is OutboundProblem.NAME_UNKNOWN


def test_a_name_service_that_stays_silent_is_given_up():
    asleep = threading.Event()
    outbound = OutboundHttp(resolve=lambda *_: asleep.wait(20) and [], limits=TimeLimits(connect=0.3, total=0.5))
    started = time.monotonic()
    assert problem_of(outbound, OutboundCall("POST", "https://slow.example/")) is OutboundProblem.TIME_OUT
    asleep.set()
    assert time.monotonic() - started < 10


def test_the_next_address_is_called_when_the_first_refuses(tls, encrypted):
    refusing = OSError("refused")

    def connect(place, seconds):
        if place[0] == PUBLIC:
            raise refusing
        return socket.create_connection((HOST, encrypted.port), seconds)

    outbound = OutboundHttp(resolve=Names([PUBLIC, "8.8.8.8"]), connect=connect, tls=tls)
    assert outbound.send(OutboundCall("POST", f"https://{NAME}/")).status == 200


def test_a_trusted_host_is_trusted_with_its_port_only(receiver):
    outbound = OutboundHttp(trusted=frozenset({f"{HOST}:{receiver.port}"}))
    assert outbound.send(OutboundCall("POST", receiver.url())).status == 200
    with pytest.raises(OutboundError):
        outbound.check(f"http://{HOST}:{receiver.port + 1}/")


def test_where_no_way_out_was_opened_nobody_is_called(receiver):
    assert problem_of(ClosedOutbound(), OutboundCall("POST", receiver.url())) is OutboundProblem.ADDRESS_FORBIDDEN
    assert receiver.received == []
