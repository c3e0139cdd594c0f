"""Files in a directory, in memory or in a bucket, by the URL of a setting, through fsspec."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO, cast

import fsspec

from marketplace.domain.errors import NotFound, Unavailable

_CHUNK = 1 << 16
# A request waits for these.
_S3_OPTIONS = {
    "config_kwargs": {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 2}},
    "use_listings_cache": False,
}


class FsspecStorage:
    """Implements `application.ports.FileStorage`.

    `url` is a path, `file:///path`, `memory://prefix` or `s3://bucket/prefix`. Nothing is connected
    to before the first call, for connections do not outlive a fork.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def write(self, name: str, source: BinaryIO) -> None:
        """Store all of `source`, replacing what there was. Nobody sees half of it."""
        path = self._path(name)
        with _translated(name):
            if not self._is_local:
                with self._fs.open(path, "wb") as file:
                    copyfileobj(source, file, _CHUNK)
                return
            # Written beside its place and moved there, which is one step.
            part = f"{path}.{os.getpid()}.part"
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            try:
                with self._fs.open(part, "wb") as file:
                    copyfileobj(source, file, _CHUNK)
                Path(part).replace(path)
            finally:
                Path(part).unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """Raises `NotFound`."""
        with _translated(name):
            return cast(BinaryIO, self._fs.open(self._path(name), "rb"))

    def remove(self, names: Iterable[str]) -> None:
        """What does not exist is removed already."""
        for name in names:
            try:
                with _translated(name):
                    self._fs.rm_file(self._path(name))
                    self._remove_empty(self._path(name))
            except NotFound:
                continue

    def _remove_empty(self, path: str) -> None:
        if self._is_local:
            try:
                Path(path).parent.rmdir()
            except OSError:
                # There are others in it.
                return

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    @property
    def _fs(self) -> Any:
        return self._place[0]

    @property
    def _root(self) -> str:
        return self._place[1]

    @cached_property
    def _place(self) -> tuple[Any, str]:
        options = _S3_OPTIONS if self._url.startswith("s3://") else {}
        with _translated(self._url):
            found, root = fsspec.core.url_to_fs(self._url, **options)
        return found, str(root)

    @cached_property
    def _is_local(self) -> bool:
        protocol = self._fs.protocol
        return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound("file", name) from None
    except Exception as error:
        # Each backend has errors of its own, and all of them mean the same here.
        raise Unavailable(
            "storage_unavailable", "The storage of files does not answer now: try again."
        ) from error
