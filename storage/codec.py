"""Values as JSON and back, exactly.

One codec for every frozen value of `monitor.model`, driven by its type hints: a dataclass becomes an object with all
its fields, a tuple a list, an enum its value, a date or moment ISO 8601, a `PartialDate` its printed form. Reading is
tolerant, so that rows outlive versions: an unknown key is ignored and a missing one takes the field's default.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from monitor.model import PartialDate

T = TypeVar("T")
Converter = Callable[[Any], Any]

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def require_utc(moment: datetime) -> datetime:
    """`moment` in UTC. Raises ValueError for a naive one: nobody could tell which instant it means."""
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: only aware ones can be stored")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def storable(text: str) -> str:
    """`text` with what no text column can hold (NUL, lone surrogates: `\\ud800` in a JSON answer) as U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def encode(value: object) -> Any:
    """`value` (a dataclass of the model) as JSON types. Raises ValueError for a naive datetime."""
    kind: Any = type(value)
    return _encoder(kind)(value)


def decode(kind: type[T], data: Any) -> T:
    """The `kind` that `encode` made `data` from.

    Raises ValueError, TypeError or KeyError when `data` is not of its shape (a field without default is missing).
    """
    shape: Any = kind
    value: T = _decoder(shape)(data)
    return value


def dumps(data: Any) -> str:
    """Compact JSON text; letters of every script as they are, lone surrogates escaped. Raises ValueError for NaN."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()  # to try is much faster than to search
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def loads(text: str | bytes) -> Any:
    """What `dumps` wrote. Raises ValueError for anything but JSON."""
    return json.loads(text)


def _same(value: Any) -> Any:
    return value


def _parts(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    origin = get_origin(kind)
    return (Union if origin is UnionType else origin), get_args(kind)


def _optional(kind: Any, options: tuple[Any, ...]) -> Any:
    inner = [option for option in options if option is not NoneType]
    if len(inner) != 1:
        raise TypeError(f"cannot store {kind}: only `X | None` unions are")
    return inner[0]


def _tuple_of(items: tuple[Any, ...], converters: Callable[[Any], Converter], into: Converter) -> Converter:
    """A converter for `tuple[X, ...]` or `tuple[X, Y]`, ending in `into` (list to write, tuple to read)."""
    if len(items) == 2 and items[1] is Ellipsis:
        one = converters(items[0])
        return into if one is _same else lambda value: into(one(item) for item in value)
    each = tuple(converters(item) for item in items)
    return lambda value: into(convert(item) for convert, item in zip(each, value, strict=True))


@cache
def _encoder(kind: Any) -> Converter:
    origin, arguments = _parts(kind)
    if origin is tuple:
        return _tuple_of(arguments, _encoder, list)
    if origin is Union:
        inner = _encoder(_optional(kind, arguments))
        return lambda value: None if value is None else inner(value)
    if origin is not None and issubclass(origin, Mapping):
        inner = _encoder(arguments[1])
        return lambda value: {key: inner(item) for key, item in value.items()}
    if kind in (str, int, float, bool):
        return _same
    if kind is PartialDate:
        return str
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, datetime):
        return lambda value: require_utc(value).isoformat()
    if issubclass(kind, date):
        return lambda value: value.isoformat()
    return _dataclass_encoder(kind)


def _dataclass_encoder(kind: Any) -> Converter:
    if not is_dataclass(kind):
        raise TypeError(f"cannot store a {kind!r}")
    hints = get_type_hints(kind)
    each = tuple((field.name, _encoder(hints[field.name])) for field in fields(kind))
    return lambda value: {name: convert(getattr(value, name)) for name, convert in each}


@cache
def _decoder(kind: Any) -> Converter:
    origin, arguments = _parts(kind)
    if origin is tuple:
        return _tuple_of(arguments, _decoder, tuple)
    if origin is Union:
        inner = _decoder(_optional(kind, arguments))
        return lambda data: None if data is None else inner(data)
    if origin is not None and issubclass(origin, Mapping):
        inner = _decoder(arguments[1])
        return lambda data: {key: inner(item) for key, item in data.items()}
    if kind in (str, int, bool):
        return _same
    if kind is float or issubclass(kind, Enum):
        convert: Converter = kind
        return convert
    if kind is PartialDate:
        return PartialDate.parse
    if issubclass(kind, datetime):
        return lambda data: datetime.fromisoformat(data).astimezone(UTC)
    if issubclass(kind, date):
        return date.fromisoformat
    return _dataclass_decoder(kind)


def _dataclass_decoder(build: Callable[..., Any]) -> Converter:
    kind: Any = build
    if not is_dataclass(kind):
        raise TypeError(f"cannot read a {kind!r}")
    hints = get_type_hints(kind)
    each = tuple((field.name, _decoder(hints[field.name]), _has_default(field)) for field in fields(kind))

    def convert(data: Mapping[str, Any]) -> Any:
        return build(**{name: one(data[name]) for name, one, optional in each if name in data or not optional})

    return convert


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
