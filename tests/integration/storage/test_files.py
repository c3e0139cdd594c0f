"""Files are kept the same in a directory, in memory and in a bucket."""

import io
import uuid
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from marketplace.domain.errors import NotFound, Unavailable
from marketplace.infrastructure.storage.files import FsspecStorage

NAME = "0198/abc/small.webp"
BUCKET = "pictures"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a stand-in for S3, with a bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", url)
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        bucket = fsspec.filesystem("s3")
        bucket.mkdir(BUCKET)
        yield url
        fsspec.filesystem("s3").clear_instance_cache()
    server.stop()


@pytest.fixture(params=["path", "file", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> FsspecStorage:
    if request.param == "s3":
        request.getfixturevalue("s3")
    urls = {
        "path": str(tmp_path / "media"),
        "file": f"file://{tmp_path}/media",
        "memory": f"memory://{uuid.uuid4().hex}",
        "s3": f"s3://{BUCKET}/{uuid.uuid4().hex}",
    }
    return FsspecStorage(urls[request.param])


def read(storage: FsspecStorage, name: str) -> bytes:
    with storage.open(name) as file:
        return file.read()


def test_what_is_written_can_be_read(storage: FsspecStorage) -> None:
    storage.write(NAME, io.BytesIO(b"picture"))

    assert read(storage, NAME) == b"picture"


def test_a_large_file(storage: FsspecStorage) -> None:
    data = bytes(range(256)) * 50_000
    storage.write("large", io.BytesIO(data))

    assert read(storage, "large") == data


def test_writing_again_replaces(storage: FsspecStorage) -> None:
    for data in (b"first, and longer", b"second"):
        storage.write(NAME, io.BytesIO(data))

    assert read(storage, NAME) == b"second"


def test_what_is_removed_is_gone_and_may_be_removed_again(storage: FsspecStorage) -> None:
    storage.write(NAME, io.BytesIO(b"picture"))
    storage.write("0198/abc/large.webp", io.BytesIO(b"another"))

    for _ in range(2):
        storage.remove([NAME, "0198/never/was.webp"])

    with pytest.raises(NotFound):
        storage.open(NAME)
    assert read(storage, "0198/abc/large.webp") == b"another"


def test_what_was_never_written_is_not_found(storage: FsspecStorage) -> None:
    with pytest.raises(NotFound):
        read(storage, "0198/none.webp")


def test_a_directory_keeps_nothing_half_written(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    storage = FsspecStorage(str(tmp_path))
    storage.write(NAME, io.BytesIO(b"picture"))

    with pytest.raises(Unavailable):
        storage.write(NAME, Broken())

    assert read(storage, NAME) == b"picture"
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["small.webp"]


def test_empty_folders_do_not_stay(tmp_path: Path) -> None:
    storage = FsspecStorage(str(tmp_path))
    storage.write(NAME, io.BytesIO(b"picture"))

    storage.remove([NAME])

    assert list(tmp_path.rglob("abc")) == []


def test_a_storage_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory", encoding="ascii")
    storage = FsspecStorage(str(tmp_path / "file"))

    with pytest.raises(Unavailable) as refused:
        storage.write(NAME, io.BytesIO(b"picture"))

    assert refused.value.code == "storage_unavailable"


def test_a_bucket_that_does_not_exist(s3: str) -> None:
    with pytest.raises((Unavailable, NotFound)):
        FsspecStorage("s3://nowhere/prefix").write(NAME, io.BytesIO(b"picture"))
