"""Follows a path of keys through the models of a definition, to say which keys are known where."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo


def key_of(name: str, info: FieldInfo) -> str:
    """The key of the language for a field of a model: its alias, where it has one."""
    return info.alias or name


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """All keys that a mapping of this model takes, in order."""
    return tuple(key_of(name, info) for name, info in model.model_fields.items())


def known_keys(root: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys known at the end of a path as pydantic reports it, tags (`?list`) included; empty if unknown."""
    found: list[Any] = [root]
    for step in path:
        found = [deeper for option in found for deeper in _below(option, step)]
    models = (option for option in found for option in _members(option) if _is_model(option))
    return tuple(dict.fromkeys(key for model in models for key in keys_of(model)))


def all_models(root: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """A model with every model that stands anywhere in it."""
    found: dict[type[BaseModel], None] = {}
    waiting = [root]
    while waiting:
        model = waiting.pop(0)
        if model not in found:
            found[model] = None
            waiting += [inner for info in model.model_fields.values() for inner in models_of(info.annotation)]
    return tuple(found)


def models_of(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model that stands anywhere in an annotation."""
    if _is_model(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from models_of(argument)


def _is_model(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, BaseModel)


def _members(option: Any) -> Iterator[Any]:
    """The members of a union, or what stands there if it is none; annotations are taken off."""
    if get_origin(option) is Annotated:
        yield from _members(get_args(option)[0])
    elif get_origin(option) in (Union, types.UnionType):
        for member in get_args(option):
            yield from _members(member)
    else:
        yield option


def _below(option: Any, step: str | int) -> Iterator[Any]:
    """What the annotation allows one step down."""
    if isinstance(step, str) and step.startswith("?"):
        yield from _tagged(option, step)
        return
    for member in _members(option):
        if _is_model(member):
            for name, info in member.model_fields.items():
                if key_of(name, info) == step:
                    yield info.annotation
        elif get_origin(member) is dict:
            yield get_args(member)[1]
        elif get_origin(member) is tuple:
            yield get_args(member)[0]


def _tagged(option: Any, tag: str) -> Iterator[Any]:
    """The members of a discriminated union that bear this tag."""
    if get_origin(option) is Annotated:
        inner, *metadata = get_args(option)
        if any(isinstance(data, Tag) and data.tag == tag for data in metadata):
            yield inner
        else:
            yield from _tagged(inner, tag)
    elif get_origin(option) in (Union, types.UnionType):
        for member in get_args(option):
            yield from _tagged(member, tag)
