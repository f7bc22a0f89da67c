"""What is sealed opens in its own place, under its own key, unchanged; and nowhere else."""

from __future__ import annotations

import os

import pytest

from cases.errors import Damaged
from storage.vault import Vault, asking_place, document_place, entry_place, facts_place

HOUSE_KEY = bytes(range(32))
SECRET = b'{"reason":"she was seen in the village"}'
PLACES = [facts_place("C1"), facts_place("C2"), entry_place("C1", 1), entry_place("C1", 11), asking_place("a1")]


@pytest.fixture
def vault() -> Vault:
    return Vault(HOUSE_KEY, os.urandom)


@pytest.fixture
def wrapped(vault: Vault) -> bytes:
    return vault.new_family_key("C1")


def flipped(sealed: bytes, bit: int) -> bytes:
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


class TestWhatIsSealed:
    @pytest.mark.parametrize("content", [b"", b"x", SECRET, bytes(100_000)])
    def test_opens_as_it_was(self, vault: Vault, wrapped: bytes, content: bytes) -> None:
        sealed = vault.seal("C1", wrapped, facts_place("C1"), content)
        assert vault.unseal("C1", wrapped, facts_place("C1"), sealed) == content

    def test_opens_after_a_restart(self, vault: Vault, wrapped: bytes) -> None:
        sealed = vault.seal("C1", wrapped, facts_place("C1"), SECRET)
        assert Vault(HOUSE_KEY, os.urandom).unseal("C1", wrapped, facts_place("C1"), sealed) == SECRET

    def test_does_not_show_its_content(self, vault: Vault, wrapped: bytes) -> None:
        assert b"village" not in vault.seal("C1", wrapped, facts_place("C1"), SECRET)

    def test_is_never_the_same_twice(self, vault: Vault, wrapped: bytes) -> None:
        assert len({vault.seal("C1", wrapped, facts_place("C1"), SECRET) for _ in range(50)}) == 50

    def test_takes_its_nonce_from_the_given_chance(self) -> None:
        asked: list[int] = []

        def numbered(count: int) -> bytes:
            asked.append(count)
            return bytes([len(asked)]) * count

        vault = Vault(HOUSE_KEY, numbered)
        sealed = vault.seal("C1", vault.new_family_key("C1"), facts_place("C1"), SECRET)
        assert (asked, sealed[1:13]) == ([32, 12, 12], b"\x03" * 12)

    def test_is_refused_with_any_bit_flipped(self, vault: Vault, wrapped: bytes) -> None:
        sealed = vault.seal("C1", wrapped, facts_place("C1"), b"short")
        for bit in range(8 * len(sealed)):
            with pytest.raises(Damaged, match="instances C1 facts is not what was stored"):
                vault.unseal("C1", wrapped, facts_place("C1"), flipped(sealed, bit))

    def test_is_refused_cut_off(self, vault: Vault, wrapped: bytes) -> None:
        sealed = vault.seal("C1", wrapped, facts_place("C1"), b"short")
        for length in range(len(sealed)):
            with pytest.raises(Damaged):
                vault.unseal("C1", wrapped, facts_place("C1"), sealed[:length])

    def test_is_refused_in_any_other_place(self, vault: Vault, wrapped: bytes) -> None:
        for written in PLACES:
            sealed = vault.seal("C1", wrapped, written, SECRET)
            for read in set(PLACES) - {written}:
                with pytest.raises(Damaged):
                    vault.unseal("C1", wrapped, read, sealed)

    def test_is_refused_in_another_family(self, vault: Vault, wrapped: bytes) -> None:
        place = document_place("d1")
        sealed = vault.seal("C1", wrapped, place, SECRET)
        with pytest.raises(Damaged):
            vault.unseal("C2", vault.new_family_key("C2"), place, sealed)


class TestAFamilyKey:
    def test_is_refused_for_another_family(self, vault: Vault, wrapped: bytes) -> None:
        sealed = vault.seal("C1", wrapped, facts_place("C1"), SECRET)
        with pytest.raises(Damaged, match="families C2 wrapped_key"):
            vault.unseal("C2", wrapped, facts_place("C1"), sealed)

    def test_is_refused_under_another_house_key(self, vault: Vault, wrapped: bytes) -> None:
        sealed = vault.seal("C1", wrapped, facts_place("C1"), SECRET)
        with pytest.raises(Damaged):
            Vault(bytes(32), os.urandom).unseal("C1", wrapped, facts_place("C1"), sealed)

    def test_is_refused_with_a_bit_flipped_even_if_it_was_used_before(self, vault: Vault, wrapped: bytes) -> None:
        sealed = vault.seal("C1", wrapped, facts_place("C1"), SECRET)
        with pytest.raises(Damaged):
            vault.unseal("C1", flipped(wrapped, 200), facts_place("C1"), sealed)


class TestAHouseKey:
    def test_has_32_bytes(self) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            Vault(b"short", os.urandom)

    def test_is_not_told_by_its_check(self, vault: Vault) -> None:
        assert vault.key_check not in (HOUSE_KEY, Vault(bytes(32), os.urandom).key_check)
        assert vault.key_check == Vault(HOUSE_KEY, os.urandom).key_check
