"""Mounting a Drive whose content lies in a folder of this machine."""

from pathlib import Path

from google.colab import colab


def mount(mountpoint: str, force_remount: bool = False, timeout_ms: int = 120000) -> None:
    """Make ``My Drive`` appear, or fail as Colab does."""
    if error := colab().get("drive_error"):
        raise ValueError(error)
    my_drive = Path(mountpoint) / "My Drive"
    if force_remount:
        my_drive.unlink(missing_ok=True)
    elif my_drive.is_symlink() or my_drive.exists():
        raise ValueError("Mountpoint must not already contain files")
    my_drive.parent.mkdir(exist_ok=True)
    my_drive.symlink_to(colab()["cloud"])
    print(f"Mounted at {mountpoint}")
