"""What is particular to the archive on disk."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import BlobMissingError, StorageError
from storage.blobs import FileBlobs

WORDS = [
    "draft", "law", "personal", "data", "ministry", "approved", "council", "digital", "policy", "consultation",
    "ច្បាប់", "ព្រាង", "ក្រសួង", "ទិន្នន័យ", "អនុម័ត", "គោលនយោបាយ",
]  # fmt: skip


def page(seed: int, *, nonce: str = "0") -> bytes:
    """Some 30 KB of markup with hardly repeated words, as a page's own text is."""
    chance = random.Random(seed)
    rows = (
        f'<p class="wp-block" id="p{number}">{" ".join(chance.choices(WORDS, k=12))} {chance.random()}</p>'
        for number in range(200)
    )
    return f"<html><meta name=nonce content={nonce}>{''.join(rows)}</html>".encode()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "blobs"


@pytest.fixture
def blobs(root: Path) -> FileBlobs:
    return FileBlobs(root)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def file_of(root: Path, digest: str) -> Path:
    return root / digest[:2] / digest[2:]


def size(root: Path, digest: str) -> int:
    return file_of(root, digest).stat().st_size


def test_directory_is_made_on_first_use_only(root: Path) -> None:
    blobs = FileBlobs(root)
    assert "0" * 64 not in blobs
    assert not root.exists()
    blobs.put(b"body")
    assert root.is_dir()


def test_putting_twice_keeps_one_file_untouched(blobs: FileBlobs, root: Path) -> None:
    digest = blobs.put(page(1))
    before = file_of(root, digest).stat()
    assert blobs.put(page(1), base=blobs.put(page(2))) == digest
    assert file_of(root, digest).stat() == before


def test_no_temporary_file_is_left(blobs: FileBlobs, root: Path) -> None:
    digest = blobs.put(page(1))
    assert files(root) == [file_of(root, digest)]


def test_changed_page_takes_a_fraction_of_the_page_before_it(blobs: FileBlobs, root: Path) -> None:
    first = blobs.put(page(1))
    assert size(root, blobs.put(page(1, nonce="1"), base=first)) * 20 < size(root, first)


def test_base_that_does_not_help_is_not_depended_on(blobs: FileBlobs, root: Path) -> None:
    other = blobs.put(os.urandom(5000))
    digest = blobs.put(page(1), base=other)
    file_of(root, other).unlink()
    assert blobs.get(digest) == page(1)


def test_long_history_stands_on_few_files(blobs: FileBlobs, root: Path) -> None:
    digests = [blobs.put(page(1))]
    for number in range(1, 12):
        digests.append(blobs.put(page(1, nonce=str(number)), base=digests[-1]))
    for digest in digests[2:-1]:
        file_of(root, digest).unlink()
    assert blobs.get(digests[-1]) == page(1, nonce="11")


def test_large_body_is_compressed_against_the_whole_of_its_base(blobs: FileBlobs, root: Path) -> None:
    large = random.Random(5).randbytes(1_000_000)
    first = blobs.put(large)
    second = blobs.put(large + b"one more line", base=first)
    assert size(root, second) < 10_000
    assert blobs.get(second) == large + b"one more line"


def test_base_that_is_gone_makes_its_deltas_missing(blobs: FileBlobs, root: Path) -> None:
    first = blobs.put(page(1))
    second = blobs.put(page(1, nonce="1"), base=first)
    file_of(root, first).unlink()
    with pytest.raises(BlobMissingError, match=first):
        blobs.get(second)


def flips(content: bytes) -> Iterator[bytes]:
    """`content` with one bit turned, at forty places over its length."""
    chance = random.Random(3)
    for _ in range(40):
        position = chance.randrange(len(content))
        damaged = bytes([content[position] ^ 1 << chance.randrange(8)])
        yield content[:position] + damaged + content[position + 1 :]


@pytest.mark.parametrize("based", [False, True])
def test_any_damage_is_noticed_and_never_returned(blobs: FileBlobs, root: Path, based: bool) -> None:
    base = blobs.put(page(1))
    digest = blobs.put(page(1, nonce="7"), base=base) if based else base
    good = file_of(root, digest).read_bytes()
    for damaged in [*flips(good), b"", good[:3], good[:20], good[:-1]]:
        file_of(root, digest).write_bytes(damaged)
        # A few bits (a frame's unused ones) say nothing; what must never happen is another body.
        try:
            assert blobs.get(digest) == page(1, nonce="7" if based else "0")
        except BlobMissingError:
            continue


def test_empty_file_is_missing_its_body(blobs: FileBlobs, root: Path) -> None:
    digest = blobs.put(page(1))
    file_of(root, digest).write_bytes(b"")
    with pytest.raises(BlobMissingError, match="damaged"):
        blobs.get(digest)


def test_file_of_another_body_is_noticed(blobs: FileBlobs, root: Path) -> None:
    first, second = blobs.put(page(1)), blobs.put(page(2))
    file_of(root, first).write_bytes(file_of(root, second).read_bytes())
    with pytest.raises(BlobMissingError, match="other bytes"):
        blobs.get(first)


def test_putting_a_damaged_body_again_mends_it(blobs: FileBlobs, root: Path) -> None:
    digest = blobs.put(page(1))
    file_of(root, digest).write_bytes(b"damaged")
    blobs.put(page(1))
    assert blobs.get(digest) == page(1)


def test_damaged_base_is_passed_over(blobs: FileBlobs, root: Path) -> None:
    base = blobs.put(page(1))
    file_of(root, base).write_bytes(b"damaged")
    assert blobs.get(blobs.put(page(1, nonce="1"), base=base)) == page(1, nonce="1")


def test_two_archives_on_one_directory_see_the_same_bodies(blobs: FileBlobs, root: Path) -> None:
    assert FileBlobs(root).get(blobs.put(page(1))) == page(1)


def test_file_and_directory_are_synced_before_put_returns(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc to see which files are synced")
    monkeypatch.setattr(os, "fsync", fsync)
    digest = blobs.put(page(1))
    assert [name.startswith(digest) for name in synced if name.endswith(".tmp")] == [True]
    assert synced[-1] == digest[:2]
    assert "blobs" in synced


def test_directory_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written: Not a directory"):
        FileBlobs(tmp_path / "file" / "blobs").put(b"body")


def test_full_disk_is_a_storage_error_and_leaves_nothing(
    blobs: FileBlobs, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = blobs.put(page(1))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left"):
            blobs.put(b"another")
    assert files(root) == [file_of(root, kept)]
    assert blobs.get(blobs.put(b"another")) == b"another"


def test_leftovers_of_killed_writers_are_swept_but_not_those_of_living_ones(root: Path) -> None:
    root.mkdir(parents=True)
    old, young = root / "old.1-1.tmp", root / "young.2-2.tmp"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    FileBlobs(root).put(b"body")
    assert (old.exists(), young.exists()) == (False, True)


def put_all(blobs: FileBlobs, *, end: Exception | None = None) -> list[str]:
    """Put six pages together, and raise `end` before the block ends."""
    with blobs.together() as many:
        digests = [many.put(page(number)) for number in range(6)]
        if end is not None:
            raise end
    return digests


def test_failed_block_leaves_no_file(blobs: FileBlobs, root: Path) -> None:
    with pytest.raises(RuntimeError):
        put_all(blobs, end=RuntimeError())
    assert not root.exists()


def test_files_and_directories_of_a_block_are_synced_before_it_ends(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc to see which files are synced")
    monkeypatch.setattr(os, "fsync", fsync)
    digests = put_all(blobs)
    assert {name.partition(".")[0] for name in synced if name.endswith(".tmp")} == set(digests)
    assert {digest[:2] for digest in digests} <= set(synced)


def test_full_disk_at_the_end_of_a_block_is_a_storage_error(
    blobs: FileBlobs, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        put_all(blobs)
    assert files(root) == []
