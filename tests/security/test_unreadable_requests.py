"""Requests that the web server refuses before the service sees them."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest


def send(port: int, request: bytes) -> str:
    """Return all that comes back."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode("utf-8")


@pytest.mark.parametrize(
    ("request_sent", "line", "ja", "en"),
    [
        (
            b"GET /templates?q=" + b"%E5%82%99" * 1_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            "HTTP/1.1 414 ",
            "アドレスが長すぎます。",
            "The address is too long.",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\nCookie: a=" + b"b" * 9_000 + b"\r\n\r\n",
            "HTTP/1.1 431 ",
            "Cookieを消して",
            "Delete the cookies of this site",
        ),
        (
            "GET /templates?q=備品 HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
            "HTTP/1.1 400 ",
            "アドレスの日本語は",
            "Send Japanese in addresses percent-encoded",
        ),
    ],
)
def test_people_are_told_in_both_languages_what_to_do(port, request_sent, line, ja, en):
    answer = send(port, request_sent)
    head, _, page = answer.partition("\r\n\r\n")
    assert head.startswith(line)
    assert "no-store" in head
    assert f"Content-Length: {len(page.encode())}" in head
    assert ja in page
    assert en in page


def test_nothing_of_what_was_sent_comes_back(port):
    answer = send(port, b"GET /<script>" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n")
    assert "<script" not in answer


def test_what_no_person_sends_is_answered_by_the_server_itself(port):
    assert send(port, b"GET / NONSENSE\r\n\r\n").startswith("HTTP/1.1 400 ")
