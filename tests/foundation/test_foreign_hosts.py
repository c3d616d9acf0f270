"""Addresses of others are those of the whole world; whatever leads into a house is not called (SR-60)."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Event, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.foundation.outside.fetching import NotFetched, read_page
from portal.foundation.outside.foreign_hosts import Encrypted, NotPublic, Plain, UnknownHost, is_public, public_address

INSIDE = [
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("198.18.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1"),
    *("2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::", "2001:db8::1", "fec0::1", "100::1", "5f00::1"),
]
HOUSES = [
    ip_network(each) for each in ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_a_house_is_not_public_however_it_is_hidden(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::"])
def test_addresses_of_the_world_are(address):
    assert is_public(ip_address(address))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(HOUSES).flatmap(lambda house: st.integers(int(house[0]), int(house[-1]))))
def test_no_way_of_writing_an_address_in_ipv6_opens_a_house(number):
    hidden = [0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80]
    assert not any(is_public(each) for each in (IPv4Address(number), *map(IPv6Address, hidden)))


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "0", "::1"])
def test_this_machine_is_known_under_all_its_names(host):
    with pytest.raises(NotPublic):
        public_address(host, 443)


@pytest.mark.parametrize("host", ["x" * 64, "a..b", "\udc80", "a\x00b", "😀" * 80])
def test_what_is_no_name_is_not_known(host):
    with pytest.raises((UnknownHost, NotPublic)):
        public_address(host, 443)


@contextmanager
def dripping(begins: bytes) -> Iterator[tuple[int, Event]]:
    """The port of a machine that never comes to an end, one byte after the other, and when its caller has left."""
    was_left = Event()

    def drip() -> None:
        caller, _address = listener.accept()
        with caller:
            caller.recv(4096)
            try:
                caller.sendall(begins)
                while not was_left.wait(0.02):
                    caller.sendall(b"x")
            except OSError:
                was_left.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=drip, daemon=True).start()
        yield listener.getsockname()[1], was_left


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        (Plain, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
        # The head of a record of 16,384 bytes: a caller that only limits pauses waits for all of them.
        (
            lambda *given, **named: Encrypted(*given, **named, trust=ssl._create_unverified_context()),
            b"\x16\x03\x03\x40\x00",
        ),
    ],
    ids=["page", "handshake"],
)
def test_whoever_says_one_byte_at_a_time_is_left_in_time(kind, begins):
    with dripping(begins) as (port, was_left):
        with pytest.raises(NotFetched):
            read_page(kind("127.0.0.1", port, "127.0.0.1", timeout=60), "/", seconds=0.3)
        assert was_left.wait(20), "the caller would have waited for the last byte"
