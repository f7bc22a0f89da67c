"""Strict YAML: what is read as what, what is refused, and where."""

from __future__ import annotations

import pytest

from config.problems import Mark, Report
from config.yaml_tree import MAX_DEPTH, MAX_FILE_BYTES, MAX_NODES, at, mark_of_key, plain, read_yaml


def read(text: str | bytes) -> tuple[object, list[str]]:
    """What a file is read as, and its problems as `line:column message`."""
    report = Report()
    tree = read_yaml(text if isinstance(text, bytes) else text.encode(), "a.yaml", report)
    return (plain(tree) if tree else None), [f"{p.line}:{p.column} {p.message}" for p in report.problems]


class TestScalars:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("true", True),
            ("false", False),
            ("True", "True"),
            ("yes", "yes"),
            ("no", "no"),
            ("NO", "NO"),
            ("on", "on"),
            ("off", "off"),
            ("0", 0),
            ("14", 14),
            ("-3", -3),
            ("9007199254740991", 2**53 - 1),
            ("-9007199254740991", -(2**53) + 1),
            ("007", "007"),
            ("+5", "+5"),
            ("-0", "-0"),
            ("0x10", "0x10"),
            ("0o17", "0o17"),
            ("1_000", "1_000"),
            ("1.5", "1.5"),
            ("1e3", "1e3"),
            (".inf", ".inf"),
            ("12:30", "12:30"),
            ("2026-11-01", "2026-11-01"),
            ("'true'", "true"),
            ('"14"', "14"),
            ("'null'", "null"),
            ("ភ្នំពេញ", "ភ្នំពេញ"),
            ("|\n  two\n  lines\n", "two\nlines\n"),
            ("a.b.c", "a.b.c"),
            ("os.system", "os.system"),
        ],
    )
    def test_it_reads(self, text: str, value: object) -> None:
        assert read(f"key: {text}") == ({"key": value}, [])
        found = read(f"key: {text}")[0]
        assert isinstance(found, dict)
        assert type(found["key"]) is type(value)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "an empty value"),
            ("~", "an empty value"),
            ("null", "an empty value"),
            ("NULL", "an empty value"),
            ('""', "an empty value"),
            ("9007199254740992", "a number that is too great"),
            ("9" * 400, "a number that is too great"),
            ('"\\0"', "a character that cannot be seen"),
            ('"\\x07"', "a character that cannot be seen"),
            ('"\\u202e"', "a character that cannot be seen"),
            ("a" * 10_001, "a text that is too long"),
            ("!!str 3", "a tag"),
            ("!!python/object/apply:os.system [ls]", "a tag"),
            ("! three", "a tag"),
            ("&anchor three", "an anchor"),
        ],
    )
    def test_it_refuses(self, text: str, message: str) -> None:
        problems = read(f"a: 1\nkey: {text}")[1]
        assert problems == [f"2:{len('key: ') + 1 if text else 5} {message}"]


class TestMappings:
    def test_it_refuses_a_key_that_stands_twice_and_keeps_the_first(self) -> None:
        assert read("a: 1\nb: 2\na: 3\n") == ({"a": 1, "b": 2}, ["3:1 the key `a` stands here twice"])

    @pytest.mark.parametrize("key", ["1", "true", "[a]", "{a: b}"])
    def test_it_refuses_a_key_that_is_not_a_word(self, key: str) -> None:
        assert read(f"? {key}\n: 3\n")[1] == ["1:3 a key that is not a word"]

    def test_it_takes_a_key_in_quotes(self) -> None:
        assert read('"1": 3') == ({"1": 3}, [])

    def test_it_refuses_a_merge_key(self) -> None:
        assert read("<<: {a: 1}\nb: 2\n") == ({"b": 2}, ["1:1 a merge key"])

    def test_it_says_that_a_comma_cut_a_text(self) -> None:
        report = Report()
        read_yaml(b"{says: First, second}", "a.yaml", report)
        (problem,) = report.problems
        assert problem.message == "`second` has no value"
        assert "quotes" in problem.expected

    def test_it_tells_all_problems_of_a_file(self) -> None:
        assert len(read("a: &x 1\nb: *x\nc: ~\nc: 2\nd: !t 1\n")[1]) == 5


class TestFiles:
    def test_it_refuses_an_alias_bomb_without_expanding_it(self) -> None:
        lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
        lines += [
            f"{key}: &{key} [{', '.join([f'*{before}'] * 9)}]"
            for before, key in zip("abcdefgh", "bcdefghi", strict=True)
        ]
        tree, problems = read("\n".join(lines))
        assert isinstance(tree, dict)
        assert problems[0] == "1:4 an anchor"
        assert len(problems) == 9 + 8 * 9

    @pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
    def test_it_refuses_what_is_nested_too_deeply(self, opening: str) -> None:
        problems = read("key:\n  " + opening * 500)[1]
        assert len(problems) == 1
        assert "nested too deeply" in problems[0] or "not YAML" in problems[0]

    def test_it_reads_what_is_nested_deeply_enough(self) -> None:
        depth = MAX_DEPTH - 2
        assert read("key: " + "[" * depth + "x" + "]" * depth)[1] == []

    def test_it_refuses_too_many_values(self) -> None:
        assert read("key: [" + "1," * MAX_NODES + "]")[1] == [
            f"1:{7 + 2 * (MAX_NODES - 3)} this file holds too many values"
        ]

    def test_it_refuses_a_file_that_is_too_long(self) -> None:
        assert read(b"#" * (MAX_FILE_BYTES + 1))[1] == ["1:1 this file is too long"]

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"", "1:1 this file is empty"),
            (b"# nothing\n", "1:1 this file is empty"),
            (b"word", "1:1 this file is not a mapping"),
            (b"- a\n- b\n", "1:1 this file is not a mapping"),
            (b"a: 1\n---\nb: 2\n", "2:1 a second document begins here"),
            (b"%YAML 1.1\n---\na: 1\n", "1:1 a directive"),
            (b"\xef\xbb\xbfa: 1\n", "1:1 a character that cannot be seen"),
            ("a: 1\n".encode("utf-16"), "1:1 this file is not UTF-8"),
            (b"a: 1\nb: caf\xe9\n", "2:7 this file is not UTF-8"),
            (b"a: 1\nb: x\x00y\n", "2:5 a character that cannot be seen"),
            ("a: 1 # \u202e\n".encode(), "1:8 a character that cannot be seen"),
            (b"a: [1, 2\nb: 3\n", "2:2 this is not YAML"),
            (b"\ta: 1\n", "1:1 this is not YAML"),
            (b"a: 'open\n", "2:1 this is not YAML"),
            (b"a: b: c\n", "1:5 this is not YAML"),
        ],
    )
    def test_it_refuses(self, content: bytes, problem: str) -> None:
        problems = read(content)[1]
        assert len(problems) == 1
        assert problems[0].startswith(problem)


class TestPlaces:
    def test_every_value_and_key_knows_its_line_and_column(self) -> None:
        tree = read_yaml(b"a:\n  - x\n  - {b: [1, 2]}\n", "a.yaml", Report())
        assert tree is not None
        assert at(tree, ("a", 1, "b", 1)).mark == Mark("a.yaml", 3, 13)
        assert mark_of_key(tree, ("a", 1, "b")) == Mark("a.yaml", 3, 6)

    def test_a_path_that_leads_nowhere_ends_where_it_breaks_off(self) -> None:
        tree = read_yaml(b"a: {b: 1}\n", "a.yaml", Report())
        assert tree is not None
        assert at(tree, ("a", "c", "d")).mark == Mark("a.yaml", 1, 4)
