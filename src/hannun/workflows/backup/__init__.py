"""Backups of a home: made while others write to it, taken apart by content, restored whole or not at all."""

from hannun.workflows.backup.filling import check
from hannun.workflows.backup.folder import BackupFolder, Kept, Manifest
from hannun.workflows.backup.last import last_backup
from hannun.workflows.backup.restore import Restored, restore
from hannun.workflows.backup.save import backup

__all__ = ["BackupFolder", "Kept", "Manifest", "Restored", "backup", "check", "last_backup", "restore"]
