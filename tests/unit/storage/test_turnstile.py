"""Whoever waits comes before whoever has just been, and is heard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.errors import CannotStart
from storage.sqlite import bell_at
from storage.turnstile import Bell, Company, Turnstile


def queued(turnstile: Turnstile, order: list[str], name: str) -> threading.Thread:
    """A thread that waits, and says its name when its turn comes."""

    def go() -> None:
        assert turnstile.acquire(60)
        order.append(name)
        turnstile.release()

    before = turnstile.waiting
    thread = threading.Thread(target=go)
    thread.start()
    while turnstile.waiting == before:
        pass
    return thread


class TestATurnstile:
    def test_lets_in_by_the_order_of_coming_and_not_who_has_just_been(self) -> None:
        turnstile, order = Turnstile(), list[str]()
        assert turnstile.acquire(60)
        threads = [queued(turnstile, order, name) for name in ("first", "second")]
        turnstile.release()
        assert turnstile.acquire(60)
        assert order == ["first", "second"]
        turnstile.release()
        for thread in threads:
            thread.join()

    def test_is_given_up_when_the_time_is_over_and_then_left_out(self) -> None:
        turnstile = Turnstile()
        assert turnstile.acquire(60)
        assert not turnstile.acquire(0.01)
        assert turnstile.waiting == 0
        turnstile.release()
        assert turnstile.acquire(0)


@pytest.fixture
def bells(tmp_path: Path) -> Iterator[tuple[Bell, Bell]]:
    """Two at one folder, as two processes have them."""
    both = Bell(tmp_path), Bell(tmp_path)
    yield both
    for bell in both:
        bell.close()


class TestABell:
    def test_is_heard_by_others_while_it_rings(self, bells: tuple[Bell, Bell]) -> None:
        ours, theirs = bells
        assert not theirs.heard()
        with ours.ringing():
            assert theirs.heard()
        assert not theirs.heard()

    def test_rings_beside_another(self, bells: tuple[Bell, Bell]) -> None:
        ours, theirs = bells
        with ours.ringing(), theirs.ringing():
            assert ours.heard()

    def test_is_not_waited_for_longer_than_is_fair(self, bells: tuple[Bell, Bell]) -> None:
        ours, theirs = bells
        with ours.ringing():
            theirs.give_way()
            assert theirs.heard()


class TestAFolderThatCannotBeRead:
    def test_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CannotStart, match="nothing cannot be read: No such file"):
            bell_at(tmp_path / "nothing")


class TestCompany:
    def test_is_others_and_not_oneself(self) -> None:
        company = Company()
        with company.joined():
            assert not company.others()
            with company.joined():
                assert company.others()
            assert not company.others()

    def test_is_waited_for_until_it_is_through(self) -> None:
        company, order, inside = Company(), list[str](), threading.Event()

        def work() -> None:
            with company.joined():
                inside.set()
                order.append("they")

        thread = threading.Thread(target=work)
        thread.start()
        inside.wait()
        company.give_way()
        order.append("we")
        thread.join()
        assert order == ["they", "we"]
