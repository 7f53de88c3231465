"""Attachments in an S3-compatible store: `FILE_STORE=s3://bucket/prefix`, address and keys by the names every such tool uses."""

import base64
import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache, wraps
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, ParamSpec, TypeVar
from urllib.parse import parse_qs, urlsplit

from models.store.errors import StoreDown
from models.store.folder import NAME

P, R = ParamSpec("P"), TypeVar("R")
CHUNK = 1 << 20
IN_MEMORY = 1 << 20
PROBE = "probe"
ENVIRONMENT = ("AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE")
REFUSED = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"})


def _plainly(verb: Callable[P, R]) -> Callable[P, R]:
    """Whatever the library raises becomes FileNotFoundError or a sentence. The library is slow to load and not everybody has it."""

    @wraps(verb)
    def run(*given: P.args, **named: P.kwargs) -> R:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return verb(*given, **named)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in ("NoSuchKey", "404"):
                raise FileNotFoundError(given[1] if len(given) > 1 else PROBE) from None
            if code == "NoSuchBucket":
                raise StoreDown(f"附件存储 {given[0]} 里没有这个桶；请先建桶，或改正 FILE_STORE") from error
            if code in REFUSED:
                raise StoreDown(f"附件存储 {given[0]} 不认这对密钥，或没有读写的权限；请检查 AWS_ACCESS_KEY_ID") from error
            raise StoreDown(f"附件存储 {given[0]} 没有办成（{code}）") from error
        except BotoCoreError as error:
            raise StoreDown(f"附件存储 {given[0]} 连不上（{type(error).__name__}）；请检查网络和存储服务") from error

    return run


class Bucket:
    """`<prefix>/<ab>/<ab…>` in a bucket: the layout of the folder, so that one is copied into the other as it is."""

    def __init__(self, client: Any, name: str, prefix: str) -> None:
        self.client, self.name, self.prefix = client, name, prefix

    def __str__(self) -> str:
        return f"s3://{self.name}/{self.prefix}（{self.client.meta.endpoint_url}）"

    def _where(self, name: str) -> dict[str, str]:
        return {"Bucket": self.name, "Key": f"{self.prefix}{name[:2]}/{name}"}

    @_plainly
    def put(self, name: str, stream: BinaryIO) -> None:
        """Write a file; the store has compared what came with its digest when this returns."""
        digest, start = hashlib.md5(usedforsecurity=False), stream.tell()
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
        size = stream.tell() - start
        stream.seek(start)
        self.client.put_object(Body=stream, ContentLength=size, ContentMD5=base64.b64encode(digest.digest()).decode(), **self._where(name))

    @_plainly
    def open(self, name: str) -> BinaryIO:
        """The whole file, fetched before anything is done with it; a seekable stream."""
        answer = self.client.get_object(**self._where(name))
        with ExitStack() as until_whole:
            file = until_whole.enter_context(SpooledTemporaryFile(IN_MEMORY))
            for chunk in answer["Body"].iter_chunks(CHUNK):
                file.write(chunk)
            until_whole.pop_all()
        file.seek(0)
        return file

    def content(self, name: str) -> BytesIO:
        """What a web answer is made from: the content."""
        with self.open(name) as file:
            return BytesIO(file.read())

    def replace(self, name: str, stream: BinaryIO) -> bytes | None:
        """Make the file this content; returns what other content stood there, None when nothing or the same did."""
        try:
            there = self.content(name).getvalue()
        except FileNotFoundError:
            there = None
        if there is not None and there == stream.read():
            return None
        stream.seek(0)
        self.put(name, stream)
        return there

    @_plainly
    def delete(self, name: str) -> None:
        """Gone, whether or not it was there."""
        self.client.delete_object(**self._where(name))

    @_plainly
    def names(self) -> list[tuple[str, float]]:
        """Every file of ours with the moment it was written (seconds since 1970)."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix)
        found = [(row["Key"], row["LastModified"].timestamp()) for page in pages for row in page.get("Contents", ())]
        return [(name, at) for key, at in found if NAME.fullmatch(name := key[-32:]) and key == self._where(name)["Key"]]

    def check(self, *, writing: bool = False) -> None:
        """StoreDown when it does not answer, or (`writing`) does not take and hand out a file."""
        try:
            if writing:
                self.put(PROBE, BytesIO(b"probe"))
            self.open(PROBE).close()
        except FileNotFoundError:
            if writing:
                raise StoreDown(f"附件存储 {self} 里刚写入的文件读不到") from None


@lru_cache(maxsize=8)
def bucket(url: str, environment: tuple[str, ...], _process: int) -> Bucket:
    """The bucket of `s3://name/prefix`; `?style=virtual` for stores that want the bucket's name in the host. StoreDown when a setting is missing."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise StoreDown("FILE_STORE 应写成 s3://桶名/前缀")
    given = dict(zip(ENVIRONMENT, environment, strict=True))
    if absent := [name for name in ENVIRONMENT[:3] if not given[name]]:
        raise StoreDown(f"FILE_STORE 已设，还缺环境变量 {'、'.join(absent)}")
    prefix = parts.path.strip("/")
    style = parse_qs(parts.query).get("style", ["path"])[0]
    return Bucket(_client(given, style), parts.netloc, f"{prefix}/" if prefix else "")


def _client(given: dict[str, str], style: str) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise StoreDown("FILE_STORE 已设，但没有装 boto3；请带着 FILE_STORE 执行 make setup") from None
    # Straight to the address given and nowhere else; only what every compatible store understands.
    how = Config(signature_version="s3v4", s3={"addressing_style": style}, connect_timeout=5, read_timeout=30, proxies={},
                 retries={"mode": "standard", "total_max_attempts": 3},
                 request_checksum_calculation="when_required", response_checksum_validation="when_required")
    session = boto3.Session(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], region_name=given["AWS_DEFAULT_REGION"] or "us-east-1")
    try:
        return session.client("s3", endpoint_url=given["AWS_ENDPOINT_URL_S3"], verify=given["AWS_CA_BUNDLE"] or None, config=how)
    except ValueError as error:
        raise StoreDown(f"AWS_ENDPOINT_URL_S3 不是一个地址：{given['AWS_ENDPOINT_URL_S3']}") from error
