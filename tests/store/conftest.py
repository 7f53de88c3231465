"""An S3-compatible server of our own on this machine, and a desk that keeps its attachments there."""

import io
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from models.store import file_store
from tests.panel.conftest import desk

__all__ = ["desk"]
NOWHERE = "http://127.0.0.1:9"  # the port nothing listens on


@pytest.fixture(scope="session")
def endpoint():
    """Address of the server, with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.Session("key", "secret", region_name="us-east-1").client("s3", endpoint_url=address).create_bucket(Bucket="dudao-files")
    yield address
    server.stop()


@pytest.fixture
def keys(endpoint, monkeypatch):
    """The environment of the service."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)


class Shelf:
    """What lies in the store, and how to spoil it."""

    def __init__(self, monkeypatch):
        self.store, self.monkeypatch = file_store(), monkeypatch

    @property
    def names(self):
        """Names of the files, the store's own probe left out."""
        answer = self.store.client.list_objects_v2(Bucket=self.store.name, Prefix=self.store.prefix)
        return sorted(name for row in answer.get("Contents", ()) if len(name := row["Key"].rsplit("/", 1)[1]) == 32)

    def read(self, name):
        """A file's content."""
        return self.store.content(name).getvalue()

    def put(self, name, data):
        """Write past the desk."""
        self.store.put(name, io.BytesIO(data))

    def clear(self):
        """Everything gone."""
        for name in self.names:
            self.store.delete(name)

    def vanish(self):
        """The service does not answer any more."""
        self.monkeypatch.setenv("AWS_ENDPOINT_URL_S3", NOWHERE)


@pytest.fixture
def shelf(app, keys, request, monkeypatch):
    """The desk keeps its files in the bucket, under a prefix of this test's own."""
    monkeypatch.setitem(app.config, "FILE_STORE", f"s3://dudao-files/{abs(hash(request.node.nodeid)):x}")
    return Shelf(monkeypatch)


@pytest.fixture
def folder(app):
    """Files in the folder that is used without a store."""
    return lambda: [path for path in Path(app.config["UPLOAD_DIR"]).rglob("*") if path.is_file()]
