"""Whatever is changed in a stored journal is found, and the entry named (promise 15, for one instance)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from audit.chain import Broken, verify_chain
from cases.journal import canonical, entry_hash
from cases.ports import Head, StoredEntry
from tests.houses import small_house

Entries = list[StoredEntry]


def a_journal() -> tuple[str, Entries, Head]:
    """The journal of a case in which much has happened, and its head."""
    house = small_house()
    case = house.open("sok", secret="s")
    for number in range(4):
        house.record("sok", case, note=f"note {number}", place_safe=bool(number % 2))
        house.act("sok", case, "begin_talk")
        house.clock.move_to(house.clock.now().replace(hour=3 + number))
    house.act("maly", case, "raise_alarm")
    with house.store.look() as tx:
        loaded = tx.load(case)
        assert loaded is not None
        return case, list(tx.entries(case)), loaded.heads[case]


CASE, JOURNAL, HEAD = a_journal()


def first_broken(entries: Entries, head: Head | None = HEAD) -> int | None:
    found = verify_chain(CASE, entries, head)
    return found.seq if found else None


def edited(entry: StoredEntry, **fields: object) -> StoredEntry:
    """The entry with other fields in its clear part, hashed anew, as a clever forger would do it."""
    clear = canonical({**orjson.loads(entry.clear), **fields})
    return replace(entry, clear=clear, hash=entry_hash(clear))


class TestAJournalAsItWasWritten:
    def test_it_holds(self) -> None:
        assert verify_chain(CASE, JOURNAL, HEAD) is None

    def test_it_holds_without_its_sealed_parts(self) -> None:
        assert verify_chain(CASE, [replace(entry, sealed=None) for entry in JOURNAL], HEAD) is None

    def test_an_empty_one_holds_against_an_empty_head(self) -> None:
        assert verify_chain(CASE, [], Head(0, "", None)) is None
        assert verify_chain(CASE, []) is None


CHANGES: dict[str, Callable[[StoredEntry], StoredEntry]] = {
    "clear": lambda entry: replace(entry, clear=entry.clear.replace(b'"engine":"1"', b'"engine":"2"')),
    "sealed": lambda entry: replace(entry, sealed=(entry.sealed or b"")[:-2] + b'0"}'),
    "kind": lambda entry: replace(entry, kind="case:fact:seen"),
    "at": lambda entry: replace(entry, at=entry.at.replace(microsecond=7)),
    "seq": lambda entry: replace(entry, seq=entry.seq + 1),
    "previous": lambda entry: replace(entry, previous="f" * 64),
    "hash": lambda entry: replace(entry, hash="f" * 64),
    "instance": lambda entry: replace(entry, instance="0000-0000-0000"),
    "hashed anew": lambda entry: replace(edited(entry, actor="mallory"), previous="f" * 64),
    "not canonical": lambda entry: replace(entry, clear=entry.clear + b" ", hash=entry_hash(entry.clear + b" ")),
    "no json": lambda entry: replace(entry, clear=b"[1]", hash=entry_hash(b"[1]")),
}


class TestAnEdit:
    @pytest.mark.parametrize("what", CHANGES)
    def test_it_is_found_in_every_entry(self, what: str) -> None:
        for place, entry in enumerate(JOURNAL):
            changed = CHANGES[what](entry)
            assert first_broken([*JOURNAL[:place], changed, *JOURNAL[place + 1 :]]) == place + 1

    def test_one_that_is_hashed_anew_is_found_at_the_next_entry_or_the_head(self) -> None:
        for place, entry in enumerate(JOURNAL):
            forged = edited(entry, actor="mallory")
            assert first_broken([*JOURNAL[:place], forged, *JOURNAL[place + 1 :]]) == place + 2

    def test_it_says_what_is_wrong(self) -> None:
        assert verify_chain(CASE, [CHANGES["sealed"](JOURNAL[0])]) == Broken(
            CASE, 1, "its sealed part is not the one that it commits to"
        )


class TestACut:
    def test_one_in_the_middle_or_at_the_beginning_is_found(self) -> None:
        for place in range(len(JOURNAL) - 1):
            assert first_broken(JOURNAL[:place] + JOURNAL[place + 1 :], None) == place + 1

    def test_one_at_the_end_is_found_against_the_head(self) -> None:
        for length in range(len(JOURNAL)):
            assert first_broken(JOURNAL[:length]) == length + 1
            assert first_broken(JOURNAL[:length], None) is None


class TestAnInsertion:
    def test_it_is_found(self) -> None:
        for place in range(len(JOURNAL)):
            doubled = [*JOURNAL[: place + 1], *JOURNAL[place:]]
            assert first_broken(doubled) == place + 2
        for place in range(1, len(JOURNAL)):
            head = JOURNAL[place - 1]
            made = replace(edited(head, seq=head.seq + 1, previous=head.hash), seq=head.seq + 1, previous=head.hash)
            assert first_broken([*JOURNAL[:place], made, *JOURNAL[place:]]) == place + 1


class TestASwap:
    def test_it_is_found(self) -> None:
        for place in range(len(JOURNAL) - 1):
            swapped = list(JOURNAL)
            swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
            assert first_broken(swapped) == place + 1

    def test_one_of_sealed_parts_is_found(self) -> None:
        one, two = JOURNAL[1], JOURNAL[3]
        swapped = [JOURNAL[0], replace(one, sealed=two.sealed), JOURNAL[2], replace(two, sealed=one.sealed)]
        assert first_broken([*swapped, *JOURNAL[4:]]) == 2


class TestAThousandRandomFlips:
    def test_they_are_all_found_where_they_are(self) -> None:
        chance = random.Random(15)
        for _ in range(1_000):
            place = chance.randrange(len(JOURNAL))
            entry, part = JOURNAL[place], chance.choice(["clear", "sealed"])
            content = bytearray(getattr(entry, part))
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            flipped = bytes(content)
            changed = replace(entry, clear=flipped) if part == "clear" else replace(entry, sealed=flipped)
            assert first_broken([*JOURNAL[:place], changed, *JOURNAL[place + 1 :]]) == place + 1
