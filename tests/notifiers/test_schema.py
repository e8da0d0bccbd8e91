"""The document webhooks get has the form that is published."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from monitor.alerts.samples import sample
from monitor.model import Alert, AlertKind
from notifiers.render import payload
from tests.notifiers.samples import ENGLISH, KHMER, hostile

NOW = datetime(2026, 6, 9, 19, 5, 30, tzinfo=UTC)
SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "schema" / "alert.schema.json").read_text(encoding="utf-8")
)


def _faults(document: object) -> list[str]:
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(document)]


def test_published_schema_is_itself_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", AlertKind)
def test_document_of_every_kind_has_the_published_form(kind: AlertKind) -> None:
    assert _faults(json.loads(json.dumps(payload(sample(kind, NOW))))) == []


@pytest.mark.parametrize("alert", [KHMER, replace(ENGLISH, evidence=None), hostile("\u202e<!channel>\x00")])
def test_document_of_an_odd_alert_has_the_published_form(alert: Alert) -> None:
    assert _faults(json.loads(json.dumps(payload(alert)))) == []


def test_every_key_of_the_document_is_in_the_schema_and_the_other_way_round() -> None:
    assert payload(ENGLISH).keys() == SCHEMA["properties"].keys()
    assert set(SCHEMA["required"]) == SCHEMA["properties"].keys()


def test_every_kind_is_in_the_schema() -> None:
    assert SCHEMA["properties"]["kind"]["enum"] == [kind.value for kind in AlertKind]


@pytest.mark.parametrize("key", ["schema", "key", "kind", "quote", "evidence"])
def test_document_without_a_key_has_not_the_published_form(key: str) -> None:
    document = payload(ENGLISH)
    del document[key]
    assert _faults(document) == [f"'{key}' is a required property"]


def test_document_says_which_version_of_the_form_it_has() -> None:
    assert payload(ENGLISH)["schema"] == SCHEMA["properties"]["schema"]["const"]
