"""A workflow's folder on disk, read into one tree. Files that the language does not know are problems.

Nothing but regular files of the folder itself is opened: no link is followed, no device or pipe is read.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from config.problems import Mark, Report, shown
from config.yaml_tree import MAX_FILE_BYTES, Items, Leaf, Node, Table, read_yaml
from config.yaml_tree import Path as TreePath

MAX_FILES = 200
MAX_FOLDER_BYTES = 4 * 1024 * 1024
FOLDERS = ("texts", "scenarios", "years", "forms", "demo")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Layer:
    """One workflow of a composition as its author wrote it: the keys of `workflow.yaml`, processes and clauses.

    `broken` are the paths of files that could not be read; `usable` is false where `workflow.yaml` is one of them.
    `includes` names the ancestors already composed into a published workflow.
    """

    name: str
    tree: Table
    usable: bool = True
    broken: frozenset[TreePath] = frozenset()
    texts: dict[str, Table] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    folder: Path | None = None
    includes: tuple[str, ...] = ()

    @property
    def extends(self) -> tuple[tuple[str, Mark], ...]:
        """The workflows that it extends, each with the place where it says so; none that it already includes."""
        if self.includes:
            return ()
        node = self.tree.entries.get("extends")
        items = node.items if isinstance(node, Items) else ()
        return tuple(
            (item.value, item.mark) for item in items if isinstance(item, Leaf) and isinstance(item.value, str)
        )


def shipped_folder() -> Path:
    """The folder of the shipped workflows, in a checkout and in an installed wheel alike."""
    return Path(str(files("config"))) / "workflows"


def list_shipped() -> tuple[str, ...]:
    """The names of the shipped workflows."""
    folder = shipped_folder()
    return tuple(sorted(path.parent.name for path in folder.glob("*/workflow.yaml")))


def read_folder(folder: Path, report: Report, shown_as: str | None = None) -> Layer:
    """Read a workflow's folder. Problems go to `report`, files named as `shown_as` (default: the folder) says."""
    root = shown_as or str(folder)
    name = folder.resolve().name
    here = Mark(root)
    if not folder.is_dir():
        report.add(here, "there is no such folder", expected="the folder of a workflow")
        return Layer(name, Table(here, {}, {}), usable=False)
    found = _entries(folder, root, report)
    trees = _read_all(folder, found, root, report)
    top = trees.pop("workflow.yaml", None)
    if "workflow.yaml" not in found:
        report.add(
            Mark(root), "workflow.yaml is missing", expected="a file workflow.yaml in the folder of the workflow"
        )
    texts = {Path(path).stem: tree for path, tree in trees.items() if path.startswith("texts/") and tree}
    clauses = trees.pop("clauses.yaml", None)
    processes = {Path(path).stem: tree for path, tree in trees.items() if "/" not in path}
    tree = Table(top.mark if top else here, dict(top.entries) if top else {}, dict(top.keys) if top else {})
    _check_own_names(name, top, processes, report)
    _join(tree, processes, clauses, report)
    broken: set[TreePath] = {("processes", stem) for stem, process in processes.items() if process is None}
    if "clauses.yaml" in found and clauses is None:
        broken.add(("clauses",))
    paths = tuple(folder / path for path in found)
    return Layer(name, tree, top is not None, frozenset(broken), texts, paths, folder)


def _entries(folder: Path, root: str, report: Report) -> tuple[str, ...]:
    """The relative paths of the files to read, `workflow.yaml` first, then by name."""
    found: list[str] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith("."):
            continue
        mark = Mark(f"{root}/{path.name}")
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            if path.name == "texts":
                found += _texts(path, mark.file, report)
            elif path.name not in FOLDERS:
                report.add(
                    mark,
                    "unknown folder",
                    expected="texts, scenarios, years, forms or demo",
                    suggestion=report.nearest(path.name, FOLDERS),
                )
        elif not stat.S_ISREG(mode):
            report.add(mark, "not a plain file", expected="files of the folder itself, no links")
        elif path.suffix != ".yaml" or not _NAME.fullmatch(path.stem):
            report.add(
                mark,
                "unknown file",
                expected="workflow.yaml, clauses.yaml and one <process>.yaml for each process",
                suggestion=f"{path.stem}.yaml" if path.suffix == ".yml" else "",
            )
        else:
            found.append(path.name)
    if len(found) > MAX_FILES:
        report.add(Mark(root), "too many files", found=str(len(found)), expected=f"at most {MAX_FILES}")
        return ()
    return tuple(sorted(found, key=lambda name: (name != "workflow.yaml", name)))


def _texts(folder: Path, shown_as: str, report: Report) -> list[str]:
    found: list[str] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith("."):
            continue
        mark = Mark(f"{shown_as}/{path.name}")
        if not stat.S_ISREG(path.lstat().st_mode) or path.suffix != ".yaml" or not _LANGUAGE.fullmatch(path.stem):
            report.add(mark, "unknown file", expected="<language>.yaml, such as km.yaml")
        else:
            found.append(f"texts/{path.name}")
    return found


def _read_all(folder: Path, paths: tuple[str, ...], root: str, report: Report) -> dict[str, Table | None]:
    """Every file read into a tree; None where it could not be."""
    trees: dict[str, Table | None] = {}
    total = 0
    for path in paths:
        with (folder / path).open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        total += len(content)
        if total > MAX_FOLDER_BYTES:
            report.add(
                Mark(f"{root}/{path}"), "this folder holds too much", expected=f"at most {MAX_FOLDER_BYTES} bytes"
            )
            trees[path] = None
            continue
        trees[path] = read_yaml(content, f"{root}/{path}", report)
    return trees


def _check_own_names(name: str, top: Table | None, processes: dict[str, Table | None], report: Report) -> None:
    """The folder bears the workflow's name, and each file the name of its process."""
    if top is not None:
        _check_name(top, "workflow", name, "the folder bears the workflow's name", report)
    for stem, process in processes.items():
        if process is not None:
            _check_name(process, "process", stem, "the file bears the name of its process", report)


def _check_name(tree: Table, key: str, expected: str, why: str, report: Report) -> None:
    node = tree.entries.get(key)
    if node is None and key not in tree.keys:
        report.add(tree.mark, f"the key `{key}` is missing", expected=f"`{key}`")
    elif isinstance(node, Leaf) and not node.broken and node.value != expected:
        report.add(node.mark, why, found=shown(node.value), expected=f"`{expected}`")


def _join(tree: Table, processes: dict[str, Table | None], clauses: Table | None, report: Report) -> None:
    """Put processes and clauses where the models have them; `workflow.yaml` has no such keys of its own."""
    for key in ("processes", "clauses"):
        if key in tree.entries:
            report.add(tree.keys.pop(key), f"unknown key `{key}`", expected="files of their own beside this one")
            del tree.entries[key]
    parts: dict[str, Node] = {name: process for name, process in processes.items() if process is not None}
    tree.entries["processes"] = Table(tree.mark, parts, {name: part.mark for name, part in parts.items()})
    tree.keys["processes"] = tree.mark
    if clauses is not None:
        tree.entries["clauses"] = clauses
        tree.keys["clauses"] = clauses.mark
