"""The values of facts: reading them from what people and files say (language §3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from config.calendars import WorkCalendar
from config.definition import Fact, FactValue
from state_machine.values import BadValue, compare, ends_at, parse_value, starts_at, validate

CALENDAR = WorkCalendar("Asia/Phnom_Penh")


def fact(kind: str, **given: Any) -> Fact:
    values = ["red", "green", "blue"] if kind in ("choice", "choices") else []
    return Fact.model_validate({"kind": kind, "values": values, **given})


GOOD: list[tuple[str, object, FactValue]] = [
    ("choice", "red", "red"),
    ("choices", "blue,red", ("red", "blue")),
    ("choices", ["blue", "red", "blue"], ("red", "blue")),
    ("choices", "", ()),
    ("choices", [], ()),
    ("yes_no", "true", True),
    ("yes_no", False, False),
    ("number", "12", 12),
    ("number", "-3", -3),
    ("number", 12, 12),
    ("number", str(2**53 - 1), 2**53 - 1),
    ("date", "2027-03-01", "2027-03-01"),
    ("date", "2027-03-01T14:00", "2027-03-01T14:00"),
    ("date", "2027-03-01T14:00:30+07:00", "2027-03-01T14:00:30+07:00"),
    ("date", "2027-03-01T07:00Z", "2027-03-01T07:00Z"),
    ("period", "P3M", "P3M"),
    ("period", "PT4H", "PT4H"),
    ("text", "Sok said: no", "Sok said: no"),
    ("link", "7K3M-9XQT-2HBD", "7K3M-9XQT-2HBD"),
    ("document", "0a" * 32, "0a" * 32),
]
BAD: list[tuple[str, object, str]] = [
    ("choice", "gren", "expected one of red, green, blue; did you mean green?"),
    ("choice", 1, "expected a text (one of its values)"),
    ("choices", "red,pink", "found 'pink', expected one of red, green, blue"),
    ("choices", 5, "a list of red, green, blue"),
    ("yes_no", "yes", "expected true or false"),
    ("yes_no", 1, "expected true or false"),
    ("number", "1.5", "a whole number"),
    ("number", "", "a whole number"),
    ("number", True, "a whole number"),
    ("number", 2**53, "a whole number"),
    ("number", "9" * 5000, "a whole number"),
    ("number", "١٢", "a whole number"),
    ("date", "1 March", "a day such as 2027-03-01"),
    ("date", "2027-02-30", "a day such as 2027-03-01"),
    ("date", "2027-W10-1T14:00", "a day such as 2027-03-01"),
    ("date", "9999-12-31", "a day such as 2027-03-01"),
    ("date", 20270301, "a text"),
    ("period", "3 months", "an ISO 8601 duration"),
    ("period", "-P3M", "an ISO 8601 duration"),
    ("text", "  ", "some text"),
    ("text", "x" * 100_001, "some text"),
    ("link", "", "the reference of an instance"),
    ("document", "cat.pdf", "the SHA-256 digest"),
]


class TestParsing:
    @pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
    def test_gives_the_value_in_the_form_in_which_it_is_kept(self, kind: str, raw: object, value: FactValue) -> None:
        found = parse_value("f", fact(kind), raw)
        assert (found, type(found)) == (value, type(value))

    @pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
    def test_leaves_what_it_gives_as_it_is(self, kind: str, raw: object, value: FactValue) -> None:  # noqa: ARG002 - one table for all tests
        validate("f", fact(kind), value)
        assert parse_value("f", fact(kind), value) == value

    @pytest.mark.parametrize(("kind", "raw", "message"), BAD)
    def test_says_what_was_found_and_what_was_expected(self, kind: str, raw: object, message: str) -> None:
        with pytest.raises(BadValue) as caught:
            parse_value("colour", fact(kind), raw)
        assert str(caught.value).startswith("colour: found ")
        assert message in str(caught.value)


class TestValidating:
    @pytest.mark.parametrize(
        ("kind", "value"),
        [("yes_no", "true"), ("number", True), ("choices", ("blue", "red")), ("number", "1"), ("yes_no", 1)],
    )
    def test_refuses_what_would_have_to_be_changed_first(self, kind: str, value: FactValue) -> None:
        with pytest.raises(BadValue):
            validate("f", fact(kind), value)


class TestDates:
    def test_that_are_bare_days_begin_and_end_in_the_zone_of_the_workflow(self) -> None:
        assert starts_at("2027-03-01", CALENDAR) == dt.datetime(2027, 2, 28, 17, 0, tzinfo=dt.UTC)
        assert ends_at("2027-03-01", CALENDAR) == dt.datetime(2027, 3, 1, 16, 59, 59, 999999, tzinfo=dt.UTC)

    @pytest.mark.parametrize("text", ["2027-03-01T14:00", "2027-03-01T14:00+07:00", "2027-03-01T07:00Z"])
    def test_that_are_times_are_one_instant(self, text: str) -> None:
        instant = dt.datetime(2027, 3, 1, 7, 0, tzinfo=dt.UTC)
        assert (starts_at(text, CALENDAR), ends_at(text, CALENDAR)) == (instant, instant)


class TestComparing:
    @pytest.mark.parametrize(
        ("one", "other", "order"),
        [
            (1, 2, -1),
            (2, 2, 0),
            ("2027-03-02", "2027-03-01", 1),
            ("2027-03-01T23:00", "2027-03-01", 0),
            ("2027-02-28T18:00Z", "2027-03-01", 0),
            ("2027-03-01T10:00", "2027-03-01T02:00Z", 1),
            ("P1Y", "P12M", 0),
            ("P1M", "P30D", None),
            ("P1M", "P45D", -1),
            ("2027-03-01", 1, None),
        ],
    )
    def test_orders_values_of_one_kind(self, one: FactValue, other: FactValue, order: int | None) -> None:
        assert compare(one, other, CALENDAR) == order
