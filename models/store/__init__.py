"""Where attachments lie: a folder, or an S3-compatible store when FILE_STORE says so. The same verbs for both.

A file is written under a random name before its row is committed and never changed; a row that does not come to be takes its file with it.
"""

import os
from pathlib import Path

from flask import current_app

from models.store.bucket import ENVIRONMENT, Bucket, bucket
from models.store.errors import StoreDown
from models.store.folder import Folder

__all__ = ["Bucket", "Folder", "StoreDown", "file_store"]


def file_store() -> Folder | Bucket:
    """The store of this installation. Verbs: put, open, content, delete, names, check; FileNotFoundError for a name that is not there."""
    url = current_app.config["FILE_STORE"]
    if not url:
        return Folder(Path(current_app.config["UPLOAD_DIR"]))
    # A client belongs to one process: connections do not survive a fork.
    return bucket(url, tuple(os.environ.get(name, "") for name in ENVIRONMENT), os.getpid())
