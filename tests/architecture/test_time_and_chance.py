"""Time and chance enter as arguments: only wiring asks the clock, and only wiring draws lots. Nothing sleeps."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from tests.architecture.names import references
from tests.architecture.sources import Source, everything, product

CLOCK_AND_CHANCE = (
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "uuid.uuid1",
    "uuid.uuid4",
    "random.*",
    "secrets.*",
    "os.urandom",
)
SLEEPS = ("time.sleep", "asyncio.sleep")
# A benchmark measures; it decides nothing.
STOPWATCH = ("time.perf_counter", "time.perf_counter_ns")
BENCHMARKS = ("interfaces/cli/bench*", "storage/bench*")


def uses(source: Source, forbidden: tuple[str, ...]) -> list[str]:
    """`path:line: name` of every use of a forbidden name, under whatever alias."""
    return [
        f"{source.path}:{line}: {name}"
        for line, name in references(source.tree)
        if any(fnmatchcase(name, pattern) for pattern in forbidden)
    ]


def clock_and_chance(source: Source) -> list[str]:
    """Where a file asks the clock or draws lots without leave."""
    if source.room == "wiring":
        return []
    benchmark = any(fnmatchcase(source.path, pattern) for pattern in BENCHMARKS)
    allowed = STOPWATCH if benchmark else ()
    return uses(source, tuple(name for name in CLOCK_AND_CHANCE if name not in allowed))


class TestTheProduct:
    def test_takes_time_and_chance_as_arguments(self) -> None:
        assert [line for source in product() for line in clock_and_chance(source)] == []

    def test_never_sleeps_and_neither_do_its_tests(self) -> None:
        assert [line for source in everything() for line in uses(source, SLEEPS)] == []


BAD = [
    "import datetime\ndatetime.datetime.now()",
    "import datetime as dt\nf(default=dt.datetime.utcnow)",
    "from datetime import datetime\ndatetime.now(tz=None)",
    "from datetime import date as day\nday.today()",
    "import time\ntime.time()",
    "from time import monotonic as tick\ntick()",
    "import time\ntime.perf_counter()",
    "from uuid import uuid4\nfield(default_factory=uuid4)",
    "import random\nrandom.Random(1).choice([1])",
    "import secrets\nsecrets.token_hex()",
    "def f() -> bytes:\n    from os import urandom\n    return urandom(8)",
]


class TestTheChecker:
    @pytest.mark.parametrize("text", BAD)
    def test_finds_every_way_to_ask_the_clock_or_draw_lots(self, text: str) -> None:
        assert clock_and_chance(Source("cases/bad.py", text)) != []

    @pytest.mark.parametrize("text", BAD)
    def test_lets_wiring_do_it(self, text: str) -> None:
        assert clock_and_chance(Source("wiring/clock.py", text)) == []

    def test_lets_a_benchmark_have_a_stopwatch_and_no_more(self) -> None:
        text = "import time\ntime.perf_counter()\ntime.time()"
        assert clock_and_chance(Source("storage/bench_bare.py", text)) == ["storage/bench_bare.py:3: time.time"]

    def test_lets_everybody_compute_with_given_times(self) -> None:
        text = "from datetime import datetime, timedelta\ndatetime.fromisoformat(x) + timedelta(days=1)"
        assert clock_and_chance(Source("cases/good.py", text)) == []

    def test_finds_a_sleep(self) -> None:
        assert uses(Source("tests/a.py", "from time import sleep as nap\nnap(1)"), SLEEPS) != []
