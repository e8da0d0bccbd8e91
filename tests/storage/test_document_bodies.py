"""Documents as they are archived."""

import json

import pytest

from monitor.errors import StorageError
from monitor.text.normal import fingerprint
from storage.mapping import archived_document, document_body
from tests.storage.samples import document

NEWS = document("The law was approved.", "ច្បាប់ត្រូវបានអនុម័ត")


def test_an_archived_document_comes_back_as_it_was() -> None:
    assert archived_document(document_body(NEWS)) == NEWS


def test_fingerprints_are_not_archived() -> None:
    assert all(block.fingerprint.encode() not in document_body(NEWS) for block in NEWS.blocks)


def test_fingerprints_of_an_earlier_version_are_made_anew() -> None:
    stale = json.loads(document_body(NEWS))
    for block in stale["blocks"]:
        block["fingerprint"] = "0" * 16
    read = archived_document(json.dumps(stale).encode())
    assert [block.fingerprint for block in read.blocks] == [fingerprint(block.text) for block in NEWS.blocks]


@pytest.mark.parametrize("body", [b"{}", b"[]", b"7", b'{"blocks": [{"text": 5}]}', b'{"blocks": 3}', b"{"])
def test_what_is_no_document_is_a_storage_error(body: bytes) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        archived_document(body)
