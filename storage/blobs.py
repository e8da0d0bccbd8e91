"""The archive of bodies: one file per body, named by its SHA-256, written once and kept for ever.

A file is a small header and one zstd frame. A body that resembles an earlier one (the next capture of a page, the
text of a page beside its markup) is compressed with that earlier body as prefix, which makes it ten to fifty times
smaller. Such a file needs its base to be read, so chains are short: at most `_MAX_DEPTH` files behind any one.

Durable means: the bytes and the directory entries that lead to them were fsynced before `put` returns (for bodies
put `together`: before that block ends), so a row written afterwards never names a body that a power cut could take
away.
"""

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from monitor.errors import BlobMissingError, StorageError

_MAGIC = b"LMB1"
_DIGEST = re.compile("[0-9a-f]{64}")
_DIGEST_BYTES = 32
_LEVEL = 3
_MAX_DEPTH = 2
# The decoder's own limit: a base further back than this could not be referred to when reading.
_MAX_WINDOW_LOG = 27
# A delta is kept when it is at most two thirds of the frame that needs no base: below that, independence is worth more.
_PAYS_NUMERATOR, _PAYS_DENOMINATOR = 2, 3
# Text alone hardly ever compresses this well, so the plain frame need not be made to see that the delta pays.
_SURELY_PAYS = 12
_STALE_SECONDS = 3600
_BLOCK = 512
"""Bytes in a unit of `st_blocks`, on every system."""
# Disks sync several files in little more time than one.
_WRITERS = 8


@dataclass(frozen=True, slots=True)
class _Frame:
    """A file taken apart: how many files stand behind it, the digest of its base (empty: none), the zstd frame."""

    depth: int
    base: str
    data: bytes

    def pack(self) -> bytes:
        """The file's bytes."""
        return _MAGIC + bytes([self.depth]) + bytes.fromhex(self.base) + self.data

    @classmethod
    def unpack(cls, content: bytes) -> "_Frame":
        """Raises ValueError for anything `pack` did not make."""
        start = len(_MAGIC) + 1
        if content[: len(_MAGIC)] != _MAGIC or len(content) <= start:
            raise ValueError("not a file of the archive")
        depth = content[start - 1]
        if depth > _MAX_DEPTH:
            raise ValueError("chained too deep")
        end = start + (_DIGEST_BYTES if depth else 0)
        return cls(depth, content[start:end].hex(), content[end:])


class FileBlobs:
    """A `BlobStore` in the directory `path`, which is made on first use. Safe for many processes at once."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._root = Path(path)
        self._swept = False
        self._durable: set[Path] = set()
        # A page's body is the base of its text, which is put right after it.
        self._last: tuple[str, bytes] | None = None

    def put(self, body: bytes, *, base: str | None = None) -> str:
        """Keep `body` durably and return its SHA-256 (see `BlobStore.put`).

        A `base` that is missing or damaged is passed over. A damaged file of the same digest is written anew.
        """
        digest = hashlib.sha256(body).hexdigest()
        if not self._is_intact(digest):
            self._keep(digest, self._compressed(body, base).pack())
        self._last = digest, body
        return digest

    @contextmanager
    def together(self) -> Iterator["FileBlobs"]:
        """See `BlobStore.together`. Files are held in memory, compressed, and written side by side at the end."""
        gathering = _Gathering(self._root)
        yield gathering
        self._write_all(gathering.held)

    def get(self, sha256: str) -> bytes:
        """The body with this digest. Raises BlobMissingError when it, or what it was compressed against, is gone or
        has other bytes, StorageError when the file cannot be read at all."""
        return self._body(sha256, self._frame(sha256))

    def __contains__(self, sha256: object) -> bool:
        return isinstance(sha256, str) and _DIGEST.fullmatch(sha256) is not None and self._file(sha256).is_file()

    def is_empty(self) -> bool:
        """Whether nothing was ever kept here. Raises StorageError when that cannot be seen."""
        try:
            return not self._root.is_dir() or next(self._root.iterdir(), None) is None
        except OSError as error:
            raise StorageError(f"The archive {self._root} cannot be read: {error.strerror}.") from error

    def packed(self, sha256: str) -> tuple[bytes, str]:
        """The file of a body as it lies here, and the digest of the body it was compressed against (or empty).

        Raises BlobMissingError when the body cannot be had from it, StorageError when it cannot be read at all.
        """
        self.get(sha256)
        frame = self._frame(sha256)
        return frame.pack(), frame.base

    def digests(self) -> Iterator[str]:
        """The digest of every body that is kept here, in no order. Raises StorageError when that cannot be seen."""
        return (path.parent.name + path.name for path in self._files())

    def usage(self) -> Iterator[tuple[datetime, int]]:
        """When each body was written (UTC) and the bytes it takes on the disk. Raises StorageError."""
        for path in self._files():
            with suppress(FileNotFoundError):
                found = path.stat()
                yield datetime.fromtimestamp(found.st_mtime, UTC), found.st_blocks * _BLOCK

    def base(self, sha256: str) -> str:
        """The digest of what a body was compressed against, empty if that is nothing; the body itself is not read.

        Raises BlobMissingError when there is no such body, or a file that no body can be had from.
        """
        return self._frame(sha256).base

    def weight(self, sha256: str) -> int:
        """The bytes a body takes on the disk; 0 if it is not there."""
        with suppress(FileNotFoundError):
            return self._file(sha256).stat().st_blocks * _BLOCK
        return 0

    def discard(self, sha256: str) -> None:
        """Delete a body that no row names and nothing is compressed against.

        Nobody may be writing bodies meanwhile. Raises StorageError when it cannot be deleted.
        """
        try:
            self._file(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"The archive {self._root} cannot be thinned: {error.strerror}.") from error

    def _files(self) -> Iterator[Path]:
        try:
            for folder in sorted(self._root.iterdir()) if self._root.is_dir() else ():
                if folder.is_dir():
                    yield from (path for path in folder.iterdir() if _DIGEST.fullmatch(folder.name + path.name))
        except OSError as error:
            raise StorageError(f"The archive {self._root} cannot be read: {error.strerror}.") from error

    def adopt(self, sha256: str, packed: bytes) -> None:
        """Keep a file of another archive under the digest it had there, unless an intact one is here already.

        What it was compressed against must be adopted too. Raises StorageError when it cannot be written.
        """
        if not self._is_intact(sha256):
            self._write(sha256, packed)

    def _file(self, digest: str) -> Path:
        return self._root / digest[:2] / digest[2:]

    def _content(self, digest: str) -> bytes:
        return self._file(digest).read_bytes()

    def _keep(self, digest: str, content: bytes) -> None:
        self._write(digest, content)

    def _write_all(self, contents: Mapping[str, bytes]) -> None:
        if len(contents) < 2:
            for digest, content in contents.items():
                self._write(digest, content)
            return
        with ThreadPoolExecutor(min(_WRITERS, len(contents))) as writers:
            for _ in writers.map(self._write, contents.keys(), contents.values()):
                pass  # the first that could not write raises here

    def _frame(self, digest: str) -> _Frame:
        if _DIGEST.fullmatch(digest) is None:
            raise BlobMissingError(f"{digest!r} is no digest of an archived body.")
        try:
            return _Frame.unpack(self._content(digest))
        except FileNotFoundError as error:
            raise BlobMissingError(f"The archived body {digest} is not in {self._root}.") from error
        except OSError as error:
            raise StorageError(f"The archive {self._root} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise BlobMissingError(f"The archived body {digest} is damaged: {error}.") from error

    def _body(self, digest: str, frame: _Frame) -> bytes:
        prefix = None
        if frame.depth:
            behind = self._frame(frame.base)
            if behind.depth >= frame.depth:
                raise BlobMissingError(f"The archived body {digest} is damaged: its base stands behind itself.")
            prefix = self._body(frame.base, behind)
        try:
            body = _decompress(frame.data, prefix)
        except (zstandard.ZstdError, MemoryError) as error:
            raise BlobMissingError(f"The archived body {digest} is damaged: {error}.") from error
        if hashlib.sha256(body).hexdigest() != digest:
            raise BlobMissingError(f"The archived body {digest} is damaged: it has other bytes than were stored.")
        return body

    def _is_intact(self, digest: str) -> bool:
        if digest not in self:
            return False
        try:
            self.get(digest)
        except BlobMissingError:
            return False
        return True

    def _compressed(self, body: bytes, base: str | None) -> _Frame:
        delta = None if base is None else self._delta(body, base)
        if delta is not None and len(delta.data) * _SURELY_PAYS <= len(body):
            return delta
        alone = _Frame(0, "", _compress(body, None))
        if delta is not None and len(delta.pack()) * _PAYS_DENOMINATOR <= len(alone.pack()) * _PAYS_NUMERATOR:
            return delta
        return alone

    def _delta(self, body: bytes, base: str) -> _Frame | None:
        """`body` against `base`, or against what `base` itself stands on when that would be a file too many."""
        try:
            frame = self._frame(base)
            while frame.depth >= _MAX_DEPTH:
                base, frame = frame.base, self._frame(frame.base)
            last = self._last
            prefix = last[1] if last is not None and last[0] == base else self._body(base, frame)
        except BlobMissingError:
            return None
        if not prefix or (len(prefix) + len(body)).bit_length() > _MAX_WINDOW_LOG:
            return None
        return _Frame(frame.depth + 1, base, _compress(body, prefix))

    def _write(self, digest: str, content: bytes) -> None:
        target = self._file(digest)
        temporary = self._root / f"{digest}.{os.getpid()}-{threading.get_ident()}.tmp"
        try:
            self._require_directory(target.parent)
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._sweep(temporary)
            temporary.replace(target)
            _sync_directory(target.parent)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise StorageError(
                f"The archive {self._root} cannot be written: {error.strerror}. "
                "Free space or mend the permissions; nothing that was stored before is affected."
            ) from error

    def _require_directory(self, path: Path) -> None:
        """Make a directory of the archive if need be, and the entries that lead to it durable.

        One that is there already may have been made by a writer that was killed before it got that far, so each is
        seen to once in a process.
        """
        if path in self._durable:
            return
        path.mkdir(parents=True, exist_ok=True)
        _sync_directory(self._root)
        if self._root not in self._durable:
            _sync_directory(self._root.parent)
        self._durable |= {path, self._root}

    def _sweep(self, fresh: Path) -> None:
        """Once per process, remove what writers that were killed left; ages are told by the file system's clock."""
        if self._swept:
            return
        self._swept = True
        limit = fresh.stat().st_mtime - _STALE_SECONDS
        for leftover in self._root.glob("*.tmp"):
            with suppress(OSError):
                if leftover.stat().st_mtime < limit:
                    leftover.unlink()


class _Gathering(FileBlobs):
    """The archive as one `together` block sees it: what it puts is in `held`, by digest, and nowhere else yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.held: dict[str, bytes] = {}

    def __contains__(self, sha256: object) -> bool:
        return sha256 in self.held or super().__contains__(sha256)

    @contextmanager
    def together(self) -> Iterator["FileBlobs"]:
        """A block inside the block: it ends with the outer one."""
        yield self

    def _content(self, digest: str) -> bytes:
        return self.held[digest] if digest in self.held else super()._content(digest)

    def _keep(self, digest: str, content: bytes) -> None:
        self.held[digest] = content


def _prefix(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _compress(body: bytes, base: bytes | None) -> bytes:
    if base is None:
        return zstandard.ZstdCompressor(level=_LEVEL).compress(body)
    # The window must reach back over the whole body into the whole base.
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL,
        source_size=len(body),
        dict_size=len(base),
        window_log=max(zstandard.WINDOWLOG_MIN, (len(body) + len(base)).bit_length()),
    )
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=_prefix(base)).compress(body)


def _decompress(frame: bytes, base: bytes | None) -> bytes:
    return zstandard.ZstdDecompressor(dict_data=None if base is None else _prefix(base)).decompress(frame)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
