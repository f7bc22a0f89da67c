"""Values that lie as they were stored, and are only touched when somebody asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import Damaged
from state_machine.stored import changed
from state_machine.view import Instance, Recorded, TrackAt
from storage.rows import clear_text, facts_bytes, instance, instance_row, micros, moment

START = dt.datetime(2027, 1, 4, 2, 0, 0, 1, tzinfo=dt.UTC)
FACT = Recorded(("a", "b"), START, START, "maly", "dara", 3, 300, 300)
FULL = Instance(
    "C1", "C1", None, "case", "w1", 0, START, "sok", {"care": TrackAt("waiting", START, 100)}, {"a": FACT, "b": FACT}
)


class Unsealing:
    """Counts how often something is unsealed, which here is nothing to do."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _ref: str, sealed: bytes) -> bytes:
        self.times += 1
        return sealed


def loaded(unseal: Unsealing, one: Instance = FULL) -> Instance:
    return instance(tuple(instance_row(one, facts_bytes(one)).values()), "w1", unseal)


class TestAMoment:
    @given(st.datetimes(timezones=st.timezones()))
    def test_comes_back_to_the_microsecond(self, when: dt.datetime) -> None:
        back = moment(micros(when))
        assert (back, back.tzinfo) == (when.astimezone(dt.UTC), dt.UTC)

    def test_without_a_zone_is_refused(self) -> None:
        with pytest.raises(TypeError):
            micros(dt.datetime(2027, 1, 4))  # noqa: DTZ001 - that is the point


class TestARowThatWasChangedFromOutside:
    @pytest.mark.parametrize("clear", ["", "nonsense", "[]", "{}", '{"tracks":{},"done":{}}'])
    def test_is_told(self, clear: str) -> None:
        row = instance_row(FULL, b"{}") | {"clear": clear}
        with pytest.raises(Damaged, match="what is written of C1 cannot be read"):
            instance(tuple(row.values()), "w1", Unsealing())


class TestAnInstance:
    def test_comes_back_whole(self) -> None:
        assert loaded(Unsealing()) == FULL

    def test_is_not_unsealed_to_look_at_its_tracks(self) -> None:
        unseal = Unsealing()
        assert loaded(unseal).tracks["care"].state == "waiting"
        assert unseal.times == 0

    def test_is_unsealed_once(self) -> None:
        unseal = Unsealing()
        facts = loaded(unseal).facts
        assert (facts["a"], facts["b"], len(facts)) == (FACT, FACT, 2)
        assert unseal.times == 1

    def test_gives_the_same_object_each_time(self) -> None:
        facts = loaded(Unsealing()).facts
        assert facts["a"] is facts["a"]

    def test_is_written_as_it_lay_where_nothing_changed(self) -> None:
        one = loaded(Unsealing())
        assert (facts_bytes(one), clear_text(one)) == (facts_bytes(FULL), clear_text(FULL))

    def test_is_written_with_what_changed(self) -> None:
        new = Recorded(5, START, START, "sok", None, 4, 400, 400)
        one = loaded(Unsealing())
        after = replace(one, facts=changed(one.facts, {"b": new, "c": new}))
        assert loaded(Unsealing(), after).facts == {"a": FACT, "b": new, "c": new}

    def test_names_its_facts_and_tells_none_of_them(self) -> None:
        assert repr(loaded(Unsealing()).facts) == "Lying(a, b)"

    def test_lies_in_words_that_any_reader_of_json_takes(self) -> None:
        assert orjson.loads(clear_text(FULL))["tracks"] == {"care": ["waiting", micros(START), 100]}
