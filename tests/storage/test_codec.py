from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import (
    Alert,
    Block,
    Claim,
    Document,
    Edit,
    Evidence,
    KnownDocument,
    LifecycleEvent,
    PartialDate,
    Quotation,
    Stage,
    Verdict,
)
from storage.codec import decode, dumps, encode, loads, storable

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(
    PartialDate,
    st.one_of(
        st.builds(PartialDate, st.integers(1, 9999)),
        st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12)),
        st.dates().map(PartialDate.of),
    ),
)
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [Document, Edit, Verdict, Alert, Evidence, LifecycleEvent, KnownDocument]
).flatmap(st.from_type)


@given(VALUES)
def test_every_value_comes_back_equal_and_of_the_same_types_from_json_text(value: Any) -> None:
    read = decode(type(value), loads(dumps(encode(value))))
    assert (read, repr(read)) == (value, repr(value))


@given(st.from_type(Evidence), st.text(), st.integers())
def test_field_of_a_newer_version_is_ignored(value: Evidence, name: str, newer: int) -> None:
    assert decode(Evidence, {f"newer {name}": newer, **encode(value)}) == value


@given(st.from_type(Claim))
def test_field_an_older_version_did_not_write_takes_its_default(value: Claim) -> None:
    older = {name: each for name, each in encode(value).items() if name not in {"flags", "language", "confidence"}}
    read = decode(Claim, older)
    assert (read.flags, read.language, read.confidence, read.quotation) == ((), "en", 1.0, value.quotation)


def test_missing_field_without_default_is_an_error() -> None:
    with pytest.raises(KeyError, match="end"):
        decode(Quotation, {"text": "approved", "position": 0, "start": 1})


def test_unknown_enum_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="repealed"):
        decode(Claim, {**_claim(), "stage": "repealed"})


def test_pairs_and_dates_are_readable_json() -> None:
    @dataclass(frozen=True)
    class Holder:
        lines: tuple[tuple[str, str], ...]
        day: date | None
        since: PartialDate
        stage: Stage | None

    holder = Holder((("+", "ច្បាប់"),), date(2026, 6, 8), PartialDate(2026, 6), Stage.IN_FORCE)
    assert dumps(encode(holder)) == '{"lines":[["+","ច្បាប់"]],"day":"2026-06-08","since":"2026-06","stage":"in_force"}'


def test_naive_moment_is_refused() -> None:
    evidence = Evidence(source_id="s", url="u", quote="q", captured_at=datetime(2026, 1, 1), sha256="")  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"):
        encode(evidence)


def test_moment_of_another_zone_is_written_in_utc() -> None:
    there = datetime(2026, 1, 1, 7, tzinfo=timezone(timedelta(hours=7)))
    written = encode(Evidence(source_id="s", url="u", quote="q", captured_at=there, sha256=""))
    assert written["captured_at"] == "2026-01-01T00:00:00+00:00"


def test_type_that_has_no_rule_is_an_error() -> None:
    @dataclass(frozen=True)
    class Strange:
        parts: set[str]

    with pytest.raises(TypeError, match="set"):
        encode(Strange({"a"}))


def test_union_of_two_types_is_an_error() -> None:
    @dataclass(frozen=True)
    class Either:
        value: int | str

    with pytest.raises(TypeError, match="unions"):
        encode(Either(1))


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_storable_text_can_be_encoded_and_holds_no_nul(text: str) -> None:
    assert "\0" not in storable(text).encode().decode()


@given(st.text())
def test_clean_text_is_stored_as_it_is(text: str) -> None:
    assert storable(text) == text.replace("\0", "\ufffd")


def test_lone_surrogate_survives_in_json() -> None:
    block = Block(position=0, kind="paragraph", text="half \ud83d", fingerprint="")  # type: ignore[arg-type]
    assert loads(dumps({"text": block.text}).encode()) == {"text": "half \ud83d"}


def _claim() -> dict[str, Any]:
    quotation = Quotation(text="t", position=0, start=0, end=1)
    claim = Claim(instrument="i", act="a", stage=None, quotation=quotation, asserted=True)
    written: dict[str, Any] = encode(claim)
    return written


def test_enum_members_come_back_as_members() -> None:
    read = decode(Claim, {**_claim(), "stage": "approved"})
    assert isinstance(read.stage, StrEnum)
    assert read.stage is Stage.APPROVED
