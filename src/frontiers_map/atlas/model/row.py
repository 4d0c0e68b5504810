"""The rows that all others are kinds of, and how they stand in the languages of an atlas.

A kind of row is declared once, with one field for the words in all languages (`Words`, `Text`);
`in_languages` gives it as it is read, with a field for each language that an atlas speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)  # fmt: skip

from pydantic import BaseModel, ConfigDict, ValidationInfo, create_model, model_validator

from frontiers_map.atlas.model.field_types import Certainty, Date, Id, Needed, SomeIds, String
from frontiers_map.language.text import is_known, main_language, suffix, tag, told_in


@dataclass(frozen=True)
class Spoken:
    """Marks a field of words: in files and frames one column for each language of an atlas."""

    needed: bool = False


# `name: NeededWords` stands for name_en, name_it, … of `in_languages`
Words = Annotated[str, Spoken()]
NeededWords = Annotated[str, Spoken(needed=True)]


class Row(BaseModel):
    """Whatever stands in an atlas folder: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True
    )

    # of a kind made by `in_languages`: what it was made of
    made_of: ClassVar[tuple[type[Row], tuple[str, ...]] | None] = None

    def __reduce__(self) -> Any:
        """Let rows go to other processes, where their kinds are made once more."""
        if self.made_of is None:
            return super().__reduce__()
        return _blank, self.made_of, self.__getstate__()

    @model_validator(mode="before")
    @classmethod
    def _unspoken(cls, given: Any, info: ValidationInfo) -> Any:
        """Leave texts in languages that the atlas does not list, and say to the reader which."""
        unread = info.context
        if not isinstance(given, dict) or not isinstance(unread, set):
            return given
        kept = {}
        for name, value in given.items():
            if code := unspoken(cls, name):
                unread.add(code)
            else:
                kept[spelt(cls, name)] = value
        return kept


class Text(Row):
    """One text in the atlas's languages, the one that is needed first (`in_languages`)."""

    model_config = ConfigDict(extra="allow")

    def get(self, language: str) -> str:
        """Give the text in `language`, else in the first language that has one."""
        told: dict[str, str] = dict(self)
        return told.get(suffix(language)) or next(filter(None, told.values()), "")

    @property
    def main(self) -> str:
        """The text in the main language."""
        return self.get("")

    def has(self, language: str) -> bool:
        """Whether there is a text in this very language."""
        return bool(dict(self).get(suffix(language)))


class _Closed(Text):
    """A text in known languages, and in no others."""

    model_config = ConfigDict(extra="forbid")


class Named(Row):
    """A row with an id and a name in each language."""

    id: Id
    name: NeededWords


class Feature(Named):
    """A named row that carries its source, its date and how sure its geometry is."""

    source: SomeIds
    as_of: Date
    certainty: Certainty


T = TypeVar("T", bound=Row)


@cache
def in_languages(model: type[T], languages: tuple[str, ...]) -> type[T]:
    """Give a kind of row as it stands in an atlas that speaks these languages.

    Each field of words becomes one for each language, in their order (``name_et``, ``name_ar``),
    each `Text` has those languages and no others. Needed is the main language (`main_language`).
    """
    if issubclass(model, Text):
        told = {suffix(code): code for code in _main_first(languages)}
        made: dict[str, Any] = {
            name: (Needed, ...) if code == main_language(languages) else (String, "")
            for name, code in told.items()
        }
        return _made("Text", _Closed, model, languages, made)
    hints = get_type_hints(model, include_extras=True)
    fields: dict[str, Any] = {}
    fresh = False
    changed = set()
    for name, field in model.model_fields.items():
        hint, default = hints[name], ... if field.is_required() else field.default
        if (mark := _mark(hint)) is None:
            fields[name] = (_translated(hint, languages), default)
            if fields[name][0] is not hint:
                changed.add(name)
            continue
        fresh = True
        for code in languages:
            needed = mark.needed and code == main_language(languages)
            fields[f"{name}_{suffix(code)}"] = (Needed, ...) if needed else (String, "")
    if fresh:
        return _made(model.__name__, Row, model, languages, fields)
    if not changed:
        return model
    fields = {name: fields[name] for name in fields if name in changed}
    return _made(model.__name__, model, model, languages, fields)


def _made(
    name: str, base: type[Row], of: type[T], languages: tuple[str, ...], fields: dict[str, Any]
) -> type[T]:
    kind = create_model(name, __base__=base, __doc__=of.__doc__, **fields)
    kind.made_of = (of, languages)
    return cast("type[T]", kind)


def _blank(model: type[Row], languages: tuple[str, ...]) -> Row:
    return cast("Row", object.__new__(in_languages(model, languages)))


def _main_first(languages: Iterable[str]) -> Iterator[str]:
    main = main_language(languages := tuple(languages))
    yield main
    yield from (code for code in languages if code != main)


def _mark(hint: Any) -> Spoken | None:
    return next((one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Spoken)), None)


def _translated(hint: Any, languages: tuple[str, ...]) -> Any:
    """Put the kinds of rows in an annotation into the languages of an atlas."""
    if isinstance(hint, type) and issubclass(hint, Row):
        return in_languages(hint, languages)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner = _translated(parts[0], languages)
        return hint if inner is parts[0] else Annotated[inner, *parts[1:]]
    made = tuple(_translated(part, languages) for part in parts) if origin is not Literal else parts
    if all(one is other for one, other in zip(made, parts, strict=True)):
        return hint
    return Union[made] if origin in (Union, UnionType) else origin[made]  # noqa: UP007


def unspoken(model: type[Row], name: str) -> str:
    """Give the language of a text that could stand in a row but is none of the atlas's; or ""."""
    named = spelt(model, name)
    if named in model.model_fields:
        return ""
    if issubclass(model, Text):
        return tag(name) if is_known(tag(name)) else ""
    parts = named.split("_")
    for at in range(len(parts) - 1, max(len(parts) - 5, 0), -1):  # no language has more parts
        code = tag("_".join(parts[at:]))
        if is_known(code) and told_in("_".join(parts[:at]), model.model_fields):
            return code
    return ""


def spelt(model: type[Row], name: str) -> str:
    """Give the name of a field as models and frames have it: ``name_zh_Hans`` for ``-Hans``."""
    plain = name.replace("-", "_")
    return plain if plain in model.model_fields else name
