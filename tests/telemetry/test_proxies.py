"""Who called, by the word of proxies that are believed, and of nobody else."""

from __future__ import annotations

import pytest
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response

from marketplace.edge.proxies import BehindProxies
from marketplace.kernel.proxies import TrustedProxies
from marketplace.setting_values import SettingsError
from marketplace.settings import Settings

PROXIES = TrustedProxies.of(["10.0.0.0/24", "fd00::/8"])


def seen(peer, proxies=PROXIES, **headers):
    def answer(environ, start_response):
        request = Request(environ)
        return Response(f"{request.remote_addr} {request.scheme}")(environ, start_response)

    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    builder = EnvironBuilder("/", headers=sent, environ_base={"REMOTE_ADDR": peer})
    return Client(BehindProxies(answer, proxies)).open(builder).text


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("10.0.0.7", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.7", "198.51.100.66, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.7", "198.51.100.66, 203.0.113.5, 10.0.0.8", "203.0.113.5"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("10.0.0.7", "nonsense", "10.0.0.7"),
        ("10.0.0.7", "203.0.113.5, nonsense", "10.0.0.7"),
        ("203.0.113.9", "198.51.100.66", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.66, 10.0.0.7", "203.0.113.9"),
    ],
)
def test_the_first_from_the_end_who_is_no_proxy_is_the_caller(peer, forwarded, caller):
    assert seen(peer, X_Forwarded_For=forwarded).split()[0] == caller


@pytest.mark.parametrize(
    ("peer", "proto", "scheme"),
    [("10.0.0.7", "https", "https"), ("203.0.113.9", "https", "http"), ("10.0.0.7", "ftp", "http")],
)
def test_only_a_proxy_tells_that_it_was_called_by_https(peer, proto, scheme):
    assert seen(peer, X_Forwarded_Proto=proto).split()[1] == scheme


def test_nobody_is_believed_unless_named():
    assert seen("127.0.0.1", TrustedProxies(), X_Forwarded_For="198.51.100.66") == "127.0.0.1 http"
    assert Settings().proxies == TrustedProxies()


def test_a_network_that_is_none_refuses_to_start():
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        _ = Settings(trusted_proxies="nginx").proxies
