"""Both archives."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import BlobMissingError
from monitor.ports import BlobStore
from storage.blobs import FileBlobs
from storage.memory import MemoryBlobs


@pytest.fixture(params=["memory", "files"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return MemoryBlobs() if request.param == "memory" else FileBlobs(tmp_path / "blobs")


@given(body=st.binary(max_size=5000), base=st.binary(max_size=5000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_body_comes_back_whatever_it_is_and_whatever_its_base(blobs: BlobStore, body: bytes, base: bytes) -> None:
    assert blobs.get(blobs.put(body, base=blobs.put(base))) == body


def test_digest_is_the_sha256_of_the_body(blobs: BlobStore) -> None:
    assert blobs.put("ច្បាប់".encode()) == hashlib.sha256("ច្បាប់".encode()).hexdigest()


def test_body_is_known_only_after_it_was_put(blobs: BlobStore) -> None:
    digest = hashlib.sha256(b"body").hexdigest()
    assert digest not in blobs
    blobs.put(b"body")
    assert digest in blobs


def test_body_may_be_its_own_base(blobs: BlobStore) -> None:
    digest = hashlib.sha256(b"body").hexdigest()
    assert blobs.get(blobs.put(b"body", base=digest)) == b"body"


def test_unknown_base_does_not_hinder(blobs: BlobStore) -> None:
    assert blobs.get(blobs.put(b"body", base="0" * 64)) == b"body"


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "A" * 64])
def test_unknown_digest_is_missing(blobs: BlobStore, digest: str) -> None:
    assert digest not in blobs
    with pytest.raises(BlobMissingError):
        blobs.get(digest)


def test_nothing_but_a_digest_is_in_an_archive(blobs: BlobStore) -> None:
    assert None not in blobs
    assert 5 not in blobs


def test_bodies_put_together_can_be_read_during_the_block_and_after_it(blobs: BlobStore) -> None:
    with blobs.together() as many:
        digests = [many.put(b"page %d" % number * 100) for number in range(20)]
        digests.append(many.put(b"page 3" * 100 + b"!", base=digests[3]))
        within = [many.get(digest) for digest in digests]
    assert [blobs.get(digest) for digest in digests] == within
    assert within[-1] == b"page 3" * 100 + b"!"


def test_bodies_put_together_may_stand_on_bodies_put_before(blobs: BlobStore) -> None:
    before = blobs.put(b"page" * 1000)
    with blobs.together() as many:
        after = many.put(b"page" * 1000 + b"!", base=before)
        assert before in many
    assert blobs.get(after) == b"page" * 1000 + b"!"


def test_block_within_a_block_ends_with_the_outer_one(blobs: BlobStore) -> None:
    with blobs.together() as many:
        with many.together() as inner:
            digest = inner.put(b"body")
        assert many.get(digest) == b"body"
    assert blobs.get(digest) == b"body"
