"""The real product, played through the whole timeline."""

import json

import pytest

from monitor.demo.play import play


@pytest.mark.slow
def test_the_product_says_what_the_timeline_foretells(capsys: pytest.CaptureFixture[str]) -> None:
    as_foretold = play(as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [fault for step in told["steps"] for fault in step["faults"]] + told["faults"] == []
    assert as_foretold
    assert told["requests"]["not_modified"] > 0
