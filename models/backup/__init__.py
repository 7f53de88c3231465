"""Backups: one file that holds the database, the attachments and the sealed heads of the trail, and the way back from it.

Issued letters and published reports lie in the database, so they are in it too. The keys of personal data and of
sessions are not, unless asked for: who finds a backup must not find its key beside it. GB/T 22239-2019 8.1.4.9 备份恢复
"""

from models.backup.archive import Broken, Manifest, check, read_manifest
from models.backup.keeping import back_up_scheduled, failure, folder, kept, newest_at, prune
from models.backup.making import make
from models.backup.restoring import Occupied, restore

__all__ = ["Broken", "Manifest", "Occupied", "back_up_scheduled", "check", "failure", "folder", "kept", "make", "newest_at", "prune",
           "read_manifest", "restore"]
