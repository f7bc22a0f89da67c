"""No spelling of an address inside is reached: not by number, not by name, not through a wrapper."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Sequence

import httpx
import pytest

from notifications.channels.addresses import is_public
from notifications.channels.channel import CannotDeliver, Message
from notifications.channels.webhook import WebhookChannel, WebhookHosts, resolve

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def words(text: str) -> list[str]:
    return text.split()


INSIDE = words("""
127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254
169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.0.192 192.0.2.1
192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8
::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b::8.8.8.8 64:ff9b:1::1 64:ff9b:1:ffff::169.254.169.254
100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2001:db8:ffff::1
2002:7f00:1:: 2002:7f00:1::1 2002:a00:1::1 2002:a9fe:a9fe::1 2002:c0a8:1::1 2002:808:808::1 2620:4f:8000::1 3fff::1
3fff:fff::1 4000::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fdff:ffff::1 fe80::1 fe80::1%lo fe80::a9fe:a9fe
febf::1 fec0::1 feff::1 ff00::1 ff02::1 ff05::1:3 2607:f8b0::5efe:7f00:1 2607:f8b0::200:5efe:a00:1
""")
# As an attacker writes them; what a resolver makes of each is looked at, if it makes anything of it.
SPELLED = words("""
localhost LOCALHOST localhost. 127.1 127.0.1 0 0x0 0x7f000001 0x7f.0.0.1 0x7f.1 0177.0.0.1 0177.1 017700000001
2130706433 0127.0.0.1 127.000.000.001 3232235521 0xc0a80001 0xa9fea9fe 2852039166 [::1] [::] [::ffff:127.0.0.1]
[::ffff:7f00:1] [0:0:0:0:0:0:0:1] [fe80::1%25lo] ①②⑦.⓪.⓪.① 127。0。0。1 127.0.0.1%2f.example.org 10.1
\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54 192.168.257
""")
OUTSIDE = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e", "172.32.0.1"]


def message(address: str) -> Message:
    now = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
    return Message("id1", "sok", address, "A reminder", "C1: review.", False, now)


class Wire(httpx.BaseTransport):
    """Where requests end up instead of in the network."""

    def __init__(self, answer: int = 200, headers: dict[str, str] | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self._answer = httpx.Response(answer, headers=headers)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Keep it."""
        self.requests.append(request)
        return self._answer


def channel(wire: Wire, host: str, *addresses: Sequence[str]) -> WebhookChannel:
    """A channel to a host on the list, whose name resolves to these addresses, one after the other."""
    left = list(addresses)

    def resolver(name: str, port: int) -> Sequence[str]:
        return left.pop(0) if left else resolve(name, port)

    return WebhookChannel(WebhookHosts({host: SECRET}), resolver=resolver, transport=wire)


class TestAnAddressInside:
    def test_there_are_more_than_eighty_of_them(self) -> None:
        assert len({*INSIDE, *SPELLED}) > 110

    @pytest.mark.parametrize("address", INSIDE)
    def test_is_not_public(self, address: str) -> None:
        assert not is_public(address)

    @pytest.mark.parametrize("address", INSIDE)
    def test_is_not_reached_by_a_name_on_the_list(self, address: str) -> None:
        wire = Wire()
        with pytest.raises(CannotDeliver, match="inside") as refused:
            channel(wire, "hooks.example.org", [address]).send(message("https://hooks.example.org/x"))
        assert refused.value.permanent
        assert wire.requests == []

    @pytest.mark.parametrize("spelled", SPELLED)
    def test_is_not_reached_however_it_is_spelled_not_even_from_the_list(self, spelled: str) -> None:
        wire = Wire()
        try:
            listed = httpx.URL(f"https://{spelled}/x").netloc.decode()
        except httpx.InvalidURL:
            listed = spelled
        for host in (spelled, listed):
            with pytest.raises(CannotDeliver):
                channel(wire, host).send(message(f"https://{spelled}/x"))
        assert wire.requests == []

    def test_spoils_all_other_addresses_of_its_name(self) -> None:
        wire = Wire()
        with pytest.raises(CannotDeliver, match="inside"):
            channel(wire, "hooks.example.org", ["8.8.8.8", "10.0.0.1"]).send(message("https://hooks.example.org/x"))
        assert wire.requests == []


class TestAPublicAddress:
    @pytest.mark.parametrize("address", OUTSIDE)
    def test_is_reached(self, address: str) -> None:
        assert is_public(address)

    @pytest.mark.parametrize("address", OUTSIDE)
    def test_is_where_the_connection_goes_under_the_name_of_the_host(self, address: str) -> None:
        wire = Wire()
        channel(wire, "hooks.example.org:8443", [address]).send(message("https://hooks.example.org:8443/x?y=1"))
        (request,) = wire.requests
        assert request.url.host == address
        assert request.url.raw_path == b"/x?y=1"
        assert request.headers["host"] == "hooks.example.org:8443"
        assert request.extensions["sni_hostname"] == "hooks.example.org"


class TestANameThatResolvesOtherwiseAMomentLater:
    def test_gains_nothing(self) -> None:
        wire = Wire()
        rebinding = channel(wire, "hooks.example.org", ["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"])
        rebinding.send(message("https://hooks.example.org/x"))
        assert [request.url.host for request in wire.requests] == ["8.8.8.8"]

    def test_is_asked_once_for_each_message(self) -> None:
        wire = Wire()
        rebinding = channel(wire, "hooks.example.org", ["8.8.8.8"], ["127.0.0.1"], ["8.8.4.4"])
        rebinding.send(message("https://hooks.example.org/x"))
        with pytest.raises(CannotDeliver, match="inside"):
            rebinding.send(message("https://hooks.example.org/x"))
        rebinding.send(message("https://hooks.example.org/x"))
        assert [request.url.host for request in wire.requests] == ["8.8.8.8", "8.8.4.4"]

    def test_does_not_reach_a_listener_of_this_machine(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            host = f"hooks.example.org:{port}"
            rebinding = WebhookChannel(WebhookHosts({host: SECRET}), resolver=lambda *_: ["127.0.0.1"])
            with pytest.raises(CannotDeliver, match="inside"):
                rebinding.send(message(f"https://{host}/x"))
            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.accept()


class TestTheListOfHosts:
    @pytest.mark.parametrize(
        "address",
        [
            "https://other.example.org/x",
            "https://hooks.example.org.evil.example/x",
            "https://hooks.example.org:444/x",
            "https://hooks.example.org./x",
            "https://sub.hooks.example.org/x",
            "http://hooks.example.org/x",
            "ftp://hooks.example.org/x",
            "file:///etc/passwd",
            "https://user@hooks.example.org/x",
            "https://hooks.example.org@evil.example/x",
            "https://evil.example\\@hooks.example.org/x",
            "https://hooks.example.org/x#fragment",
            "hooks.example.org/x",
            "https:///x",
            "",
        ],
    )
    def test_lets_nothing_else_pass(self, address: str) -> None:
        wire = Wire()
        with pytest.raises(CannotDeliver) as refused:
            channel(wire, "hooks.example.org", ["8.8.8.8"]).send(message(address))
        assert refused.value.permanent
        assert wire.requests == []


class TestAnAnswer:
    @pytest.mark.parametrize("code", [301, 302, 303, 307, 308, 400, 401, 404, 410])
    def test_that_refuses_or_redirects_is_for_good(self, code: int) -> None:
        wire = Wire(code, {"location": "https://127.0.0.1/"})
        with pytest.raises(CannotDeliver, match=str(code)) as refused:
            channel(wire, "hooks.example.org", ["8.8.8.8"]).send(message("https://hooks.example.org/x"))
        assert refused.value.permanent
        assert len(wire.requests) == 1

    @pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503])
    def test_that_may_change_is_in_passing(self, code: int) -> None:
        wire = Wire(code, {"retry-after": "120"})
        with pytest.raises(CannotDeliver) as refused:
            channel(wire, "hooks.example.org", ["8.8.8.8"]).send(message("https://hooks.example.org/x"))
        assert not refused.value.permanent
        assert refused.value.retry_after == dt.timedelta(minutes=2)

    @pytest.mark.parametrize("asked", ["soon", "-5", "99999999", "Wed, 21 Oct 2027 07:28:00 GMT", "²"])
    def test_whose_wish_to_wait_makes_no_sense_is_taken_without_it(self, asked: str) -> None:
        wire = Wire(503, {"retry-after": asked} if asked.isascii() else {})
        with pytest.raises(CannotDeliver) as refused:
            channel(wire, "hooks.example.org", ["8.8.8.8"]).send(message("https://hooks.example.org/x"))
        assert refused.value.retry_after is None
