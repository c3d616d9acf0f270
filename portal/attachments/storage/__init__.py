"""Where the bytes of files lie: in a folder, or in object storage (docs/attachments.md)."""

from pathlib import Path

from flask import Flask
from werkzeug.utils import import_string

from portal.attachments.kinds import set_up_kinds
from portal.attachments.storage.disk import DiskStorage
from portal.attachments.storage.place import Storage, StorageFailed
from portal.foundation.config import CONFIG, Config
from portal.foundation.errors import SettingError
from portal.foundation.files.disk import WARNS_BELOW
from portal.foundation.web.here import OnePerApp

STORAGE = OnePerApp[Storage]("storage")
_OBJECTS = "portal.attachments.storage.objects:ObjectStorage"


def set_up_attachments(app: Flask) -> None:
    """Keep files where UPLOADS says; needs `CONFIG`.

    SettingError when UPLOAD_TYPES is wrong, the folder is not there, or the package for object storage is missing.
    """
    set_up_kinds(app)
    STORAGE.put(app, _place(CONFIG.of(app)))


def has_roomy_disks() -> bool:
    """Whether nobody need be warned yet of the disks of data and files (DR-15)."""
    return WARNS_BELOW.is_left_at(CONFIG.here().data) and STORAGE.here().is_roomy()


def _place(config: Config) -> Storage:
    if config.uploads is None:
        return DiskStorage(config.data / "uploads")
    if isinstance(config.uploads, Path):
        if not config.uploads.is_dir():
            # Made by us, it would hide that the disk of all machines is not mounted.
            raise SettingError(
                f"UPLOADS={config.uploads} cannot be used: there is no such folder. Mount it or make it."
            )
        return DiskStorage(config.uploads, is_shared=True)
    try:
        # By name: whoever keeps files on a disk needs neither the package nor its memory.
        made: Storage = import_string(_OBJECTS)(config.uploads, config.uploads_key, config.uploads_region)
    except ImportError as error:
        raise SettingError(
            "UPLOADS names object storage, which needs a package more: "
            "pip install --require-hashes -r requirements-objects.txt."
        ) from error
    return made
