"""Content-addressed store on fsspec: what was made is kept under its fingerprint, whole or not at all."""

from castad_cli.storage.collect import Collected
from castad_cli.storage.layout import Blob, Made
from castad_cli.storage.objects import DamagedObjectError
from castad_cli.storage.store import MadeInfo, Store, open_store

__all__ = ["Blob", "Collected", "DamagedObjectError", "Made", "MadeInfo", "Store", "open_store"]
