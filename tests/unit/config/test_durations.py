"""Durations keep the units in which they were written, and are compared only where every calendar agrees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from config.durations import Duration, DurationText, compare


class TestParsing:
    @pytest.mark.parametrize(
        ("text", "duration"),
        [
            ("P3M", Duration(months=3, text="P3M")),
            ("P14D", Duration(days=14, text="P14D")),
            ("P2W", Duration(days=14, text="P2W")),
            ("P1Y2M3DT4H5M6S", Duration(1, 2, 3, 4 * 3600 + 5 * 60 + 6, text="P1Y2M3DT4H5M6S")),
            ("PT4H", Duration(seconds=4 * 3600, text="PT4H")),
            ("-P30D", Duration(days=30, negative=True, text="-P30D")),
            ("PT0S", Duration()),
        ],
    )
    def test_it_reads(self, text: str, duration: Duration) -> None:
        assert Duration.parse(text) == duration

    @pytest.mark.parametrize(
        "text",
        [
            *["", "P", "PT", "-P", "3D", "P3", "P1.5D", "P-3D", "+P3D", "p3d", "P3D ", " P3D", "P1H", "PT1D", "3 days"],
            *["P\u0661D", "P0003-06-04T12:30:05", "P3D\n", "P" + "9" * 40 + "D", "P201Y", "P99999M", "PT9999999999S"],
            *["P1DT", "P1M1Y"],
        ],
    )
    def test_it_refuses(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"duration|longer"):
            Duration.parse(text)

    def test_it_goes_in_and_out_of_models_as_text(self) -> None:
        adapter: TypeAdapter[Duration] = TypeAdapter(DurationText)
        assert adapter.dump_python(adapter.validate_python("P3M")) == "P3M"
        assert adapter.validate_python(Duration.parse("P3M")) == Duration.parse("P3M")
        with pytest.raises(ValidationError):
            adapter.validate_python(3)

    def test_it_knows_what_is_counted_on_the_calendar(self) -> None:
        assert [Duration.parse(text).is_calendar for text in ("P1D", "P1M", "PT24H", "PT0S")] == [
            True,
            True,
            False,
            False,
        ]

    def test_it_knows_what_is_longer_than_nothing(self) -> None:
        assert [Duration.parse(text).is_positive for text in ("P1D", "PT1S", "PT0S", "P0D", "-P1D")] == [
            True,
            True,
            False,
            False,
            False,
        ]


class TestComparing:
    @pytest.mark.parametrize(
        ("one", "other", "order"),
        [
            ("P7D", "P1W", 0),
            ("P1Y", "P12M", 0),
            ("P1D", "PT24H", 0),
            ("P14D", "P30D", -1),
            ("P1M", "P27D", 1),
            ("P1M", "P28D", None),
            ("P1M", "P31D", None),
            ("P1M", "P32D", -1),
            ("P1M", "P30D", None),
            ("P1M", "P35D", -1),
            ("P1M", "P20D", 1),
            ("P1Y", "P365D", None),
            ("P2Y", "P22M", 1),
            ("P1M1D", "P1M", 1),
            ("P1M", "P2M5D", -1),
            ("-P3D", "P2D", -1),
            ("-P3D", "-P2D", -1),
            ("-P1M", "-P30D", None),
            ("P6M", "P3M", 1),
            ("P1Y", "P364D", 1),
            ("P1Y", "P366D", None),
            ("P1Y", "P367D", -1),
            ("P100Y", "P36523D", 1),
        ],
    )
    def test_it_orders(self, one: str, other: str, order: int | None) -> None:
        assert compare(Duration.parse(one), Duration.parse(other)) == order

    @given(*[st.tuples(st.booleans(), st.integers(0, 40), st.integers(0, 400), st.integers(0, 10**6))] * 2)
    def test_it_is_the_opposite_the_other_way_round(
        self, one: tuple[bool, int, int, int], other: tuple[bool, int, int, int]
    ) -> None:
        first, second = (
            Duration(0, months, days, seconds, negative) for negative, months, days, seconds in (one, other)
        )
        there, back = compare(first, second), compare(second, first)
        assert there == (None if back is None else -back)
