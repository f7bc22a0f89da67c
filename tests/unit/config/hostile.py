"""Files that an enemy, a broken editor or a tired administrator might hand in: seeds from which hundreds are made.

Every entry is one house that the loader must refuse: a name, and the files of the small house with something changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.unit.config.houses import CASE, TINY, WORKFLOW

Hostile = tuple[str, dict[str, str | bytes]]

HIDDEN = [
    *[chr(code) for code in range(32) if chr(code) not in "\t\n\r"],
    *[
        "\x7f",
        "\x80",
        "\x85",
        "\x9f",
        "\u2028",
        "\u2029",
        "\u202a",
        "\u202d",
        "\u202e",
        "\u2066",
        "\u2069",
        "\ufeff",
        "\uffff",
    ],
]
TAGS = [
    *[
        "!!str",
        "!!int",
        "!!float",
        "!!bool",
        "!!null",
        "!!binary",
        "!!timestamp",
        "!!set",
        "!!omap",
        "!!pairs",
        "!!merge",
    ],
    *[
        "!!python/name:os.system",
        "!!python/module:os",
        "!!python/object/apply:os.system",
        "!!python/object/new:os.popen",
    ],
    *[
        "!!python/object:config.loader.Loaded",
        "!!python/tuple",
        "!!js/function",
        "!local",
        "!",
        "!<tag:example.com,2000:x>",
    ],
]
CALLS = [
    *["os.system", "config.loader.load_workflow", "builtins.eval", "__import__('os').system('id')", "lambda: True"],
    *[
        "{{ 7 * 7 }}",
        "${HOME}",
        "$(id)",
        "`id`",
        "{0.__class__}",
        "%(x)s",
        "<%= 1 %>",
        "../../etc/passwd",
        "file:///etc/passwd",
    ],
    *["facts.care == 'delivered'", "care_answered()", "care_answered or true", "*", "any", "__class__", "self", "None"],
]
NAMES = {
    "a guard": ("guards: [visited]", 'guards: ["{}"]'),
    "an action done by time": ("do: reopen", 'do: "{}"'),
    "a role": ("close:\n    by: [worker]", 'close:\n    by: ["{}"]'),
    "a condition": ("when: child_rules", 'when: "{}"'),
    "an instance": ("of: assigned, is", 'of: "{}", is'),
    "a notice": ("as: late", 'as: "{}"'),
}
WRONG = [
    "[]",
    "{}",
    "[[a]]",
    "{a: b}",
    "[a, b]",
    "~",
    "null",
    "*anchor",
    "&anchor x",
    "!!str x",
    "9007199254740993",
    "|",
    "''",
    "- a",
]


def corpus() -> Iterator[Hostile]:
    """Every hostile house, named."""
    for make in (_bytes, _hidden, _tags, _bombs, _documents, _duplicates, _wrong_values, _calls, _circles, _odd):
        yield from make()


def _with(file: str, content: str | bytes) -> dict[str, str | bytes]:
    return {**TINY, file: content}


def _bytes() -> Iterator[Hostile]:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"):
        yield f"encoded as {encoding}", _with("workflow.yaml", ("# é\n" + WORKFLOW).encode(encoding))
    for raw in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"\x80", b"\xfe\xff"):
        yield f"bytes {raw.hex()}", _with("case.yaml", CASE.encode() + b"# " + raw + b"\n")
    yield "cut off in a character", _with("case.yaml", CASE.encode() + "says: é".encode()[:-1])
    yield "nothing at all", _with("case.yaml", b"")
    yield "zeros", _with("case.yaml", bytes(1000))


def _hidden() -> Iterator[Hostile]:
    for sign in HIDDEN:
        code = f"U+{ord(sign):04X}"
        yield f"{code} in a comment", _with("case.yaml", CASE + f"# a{sign}b\n")
        yield f"{code} in a text", _with("case.yaml", CASE.replace("Care comes", f"Care{sign} comes"))
        yield (
            f"{code} escaped",
            _with("case.yaml", CASE.replace("Care comes before the interview.", f'"\\U{ord(sign):08x}"')),
        )
        yield f"{code} in a key", _with("case.yaml", CASE.replace("refusal:", f"refu{sign}sal:"))


def _tags() -> Iterator[Hostile]:
    for tag in TAGS:
        yield f"{tag} on a text", _with("case.yaml", CASE.replace("says: One", f"says: {tag} One"))
        yield f"{tag} on a mapping", _with("case.yaml", CASE.replace("over: {", f"over: {tag} {{"))
        yield f"{tag} on a list", _with("case.yaml", CASE.replace("guards: [visited]", f"guards: {tag} [visited]"))
        yield f"{tag} on a key", _with("case.yaml", CASE.replace("    refusal:", f"    {tag} refusal:"))


def _bombs() -> Iterator[Hostile]:
    laughs = ["a0: &a0 [lol, lol, lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    yield "a billion laughs", _with("case.yaml", "\n".join(laughs) + "\n" + CASE)
    yield "a quadratic blow-up", _with("case.yaml", f"x: &x {'y' * 9000}\nz: [{', '.join(['*x'] * 9000)}]\n")
    yield "an alias of itself", _with("case.yaml", "x: &x {y: *x}\n" + CASE)
    yield (
        "merge keys",
        _with("case.yaml", CASE.replace("care_answered:\n", "care_answered:\n    <<: {strength: may}\n")),
    )
    for depth in (33, 100, 999, 5000, 100_000):
        yield f"{depth} lists", _with("case.yaml", CASE + "x: " + "[" * depth + "]" * depth + "\n")
        yield f"{depth} mappings", _with("case.yaml", CASE + "x: " + "{a: " * depth + "b" + "}" * depth + "\n")
        nested = "{not: " * depth + "child_rules" + "}" * depth
        yield f"{depth} times not", _with("case.yaml", CASE.replace("{fact: in_danger, is: true}", nested))
    yield "a very long text", _with("case.yaml", CASE.replace("One person's case", "x" * 200_000))
    yield "a very long file", _with("case.yaml", CASE + "# " + "x" * 600_000)
    yield "a very long name", _with("case.yaml", CASE.replace("care_answered:", "c" * 5000 + ":"))
    yield "a very long number", _with("workflow.yaml", WORKFLOW.replace("version: 1", "version: " + "9" * 5000))
    yield "a very long duration", _with("case.yaml", CASE.replace("after: P14D", "after: P" + "9" * 5000 + "D"))
    yield (
        "very many entries",
        _with("case.yaml", CASE.replace("[care_answered, interest_noted]", "[" + "a," * 70_000 + "]")),
    )
    yield (
        "very many facts",
        _with(
            "case.yaml", CASE.replace("facts:\n", "facts:\n" + "".join(f"  f{n}: {{kind: x}}\n" for n in range(2000)))
        ),
    )


def _documents() -> Iterator[Hostile]:
    for text in ("---\na: 1\n", "...\n---\na: 1\n", "--- !!map\n", "--- []\n"):
        yield f"a second document {text!r}", _with("case.yaml", CASE + text)
    for text in ("%YAML 1.1\n---\n", "%YAML 9.9\n---\n", "%TAG ! tag:x,2000:\n---\n", "%UNKNOWN x\n---\n"):
        yield f"a directive {text!r}", _with("case.yaml", text + CASE)
    for text in (
        "[]",
        "{}",
        "word",
        "- a",
        "'a'",
        "12",
        "true",
        "~",
        "# only a comment",
        "? a",
        "a: [",
        "a: {",
        "a: 'b",
        '"',
        "\ta: 1",
        "a: b: c",
        "@a",
        "`a",
        "%a",
        "a: |1\n b\n  c: d\ne",
    ):
        yield f"only {text!r}", _with("case.yaml", text)


def _duplicates() -> Iterator[Hostile]:
    for line in dict.fromkeys(re.findall(r"^ *[a-z_]+:.*$", CASE, re.MULTILINE)):
        if line.rstrip().endswith(":") or CASE.count(line + "\n") != 1:
            continue
        yield f"twice {line.strip()[:40]!r}", _with("case.yaml", CASE.replace(line + "\n", f"{line}\n{line}\n"))


def _wrong_values() -> Iterator[Hostile]:
    """Each value in turn, in the place of one that can be none of them."""
    values = list(re.finditer(r"(?<=: )(\[[a-z_, ]+\]|[a-z_]+|-?P[0-9A-Z]+)(?=[,}\n])", CASE))
    for number, match in enumerate(values):
        wrong = WRONG[number % len(WRONG)]
        if wrong in ("[]", "[a, b]") and match.group().startswith("["):
            wrong = "yes please"
        text = CASE[: match.start()] + wrong + CASE[match.end() :]
        yield f"{wrong!r} for {match.group()!r} at {match.start()}", _with("case.yaml", text)


def _calls() -> Iterator[Hostile]:
    for kind, (old, new) in NAMES.items():
        assert CASE.count(old) == 1
        for call in CALLS:
            yield f"{call!r} as {kind}", _with("case.yaml", CASE.replace(old, new.format(call)))
    for call in (
        "{0.__class__}",
        "{case.__init__}",
        "{verb!r}",
        "{due:>100}",
        "{}",
        "{{case}}",
        "{case",
        "case}",
        "{ case }",
        "{CASE}",
    ):
        yield f"{call!r} in a notice", _with("workflow.yaml", WORKFLOW.replace("{verb}", call))


def _circles() -> Iterator[Hostile]:
    yield (
        "a condition of itself",
        _with("case.yaml", CASE.replace("{not: {fact: age_group, is: adult}}", "{not: child_rules}")),
    )
    long = "".join(f"  c{n}: c{n + 1}\n" for n in range(200)) + "  c200: c0\n"
    yield "a long circle of conditions", _with("case.yaml", CASE.replace("conditions:\n", "conditions:\n" + long))
    chain = "".join(f"  c{n}: c{n + 1}\n" for n in range(3000)) + "  c3000: child_rules\n"
    yield "a very long chain of conditions", _with("case.yaml", CASE.replace("conditions:\n", "conditions:\n" + chain))
    chain = "".join(f"  c{n}: c{n + 1}\n" for n in range(400)) + "  c400: child_rules\n"
    yield "a long chain of conditions", _with("case.yaml", CASE.replace("conditions:\n", "conditions:\n" + chain))
    fan = "".join(f"  c{n}: {{any: [{', '.join(f'c{m}' for m in range(n + 1, 301))}]}}\n" for n in range(300))
    fan += "  c300: child_rules\n"
    yield "a dense web of conditions", _with("case.yaml", CASE.replace("conditions:\n", "conditions:\n" + fan))
    yield (
        "a guard of itself",
        _with("case.yaml", CASE.replace("danger: {require: {fact: in_danger, is: true}}", "danger: {require: danger}")),
    )
    yield "a circle of parents", _with("case.yaml", CASE.replace("process: case\n", "process: case\nparent: visit\n"))
    yield "a parent of itself", _with("case.yaml", CASE.replace("process: case\n", "process: case\nparent: case\n"))
    yield (
        "a circle of roles",
        _with("workflow.yaml", WORKFLOW.replace("{says: Nurse}", "{says: Nurse, counts_as: [nurse]}")),
    )
    yield "a workflow of itself", _with("workflow.yaml", WORKFLOW + "extends: [tiny]\n")


def _odd() -> Iterator[Hostile]:
    for name in ("../tiny", "/etc/passwd", "..", ".", "", "a/b", "C:\\x", "~", "base\x00", "BASE"):
        yield f"extends {name!r}", _with("workflow.yaml", WORKFLOW + f"extends: [{name!r}]\n".replace("\\x00", "\x00"))
    for name in ("../secret", "/etc/passwd", "..", "a/b", "no.pdf", "C:\\x", ".hidden"):
        yield f"a form {name!r}", _with("workflow.yaml", WORKFLOW.replace("version: 1", f"version: 1, file: {name!r}"))
    for zone in ("../../etc/passwd", "/etc/localtime", "Asia", "Mars/Olympus", "Asia/Phnom_Penh\\0"):
        yield f"a zone {zone!r}", _with("workflow.yaml", WORKFLOW.replace("Asia/Phnom_Penh", f'"{zone}"'))
    for code in ("os", "kh", "K", "KHM", "../KH", "holidays.KH", "XX"):
        yield f"holidays {code!r}", _with("workflow.yaml", WORKFLOW.replace("holidays: KH", f"holidays: {code!r}"))


MAKERS: tuple[Callable[[], Iterator[Hostile]], ...] = (
    _bytes,
    _hidden,
    _tags,
    _bombs,
    _documents,
    _duplicates,
    _wrong_values,
    _calls,
    _circles,
    _odd,
)
