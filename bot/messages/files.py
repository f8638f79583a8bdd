"""Words and buttons about files: folders to browse, files to take, files that were sent."""

import os
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from bot.button import Button
from bot.data_folders import ARCHIVE_ENDINGS
from bot.folder_view import Entry, FileView, FolderView
from bot.job import Job
from bot.messages import figures, titles
from bot.messages.clock import dated
from bot.messages.joining import list_of, paragraph
from bot.messages.markup import bold, code, command, escaped, shortened, units
from bot.messages.translation import marked, say, say_many
from bot.received_files import Kept

LOOK, GET, UNZIP, RESULT, ROOTS = "files_look", "files_get", "files_unzip", "result", "files_roots"
AT, FROM = "at", "from"  # a place as it stands in a button: see ``packed``
LABEL_LIMIT, PATH_LIMIT, NAME_LIMIT = 34, 700, 200
PAGE = 8
CHOOSE = marked("Tap a file to have it sent.")


def packed(path: Path) -> str:
    """A path as a button keeps it: names may hold bytes that are no text."""
    return quote_from_bytes(os.fsencode(path))


def unpacked(text: object) -> Path | None:
    """The path that was packed."""
    return Path(os.fsdecode(unquote_to_bytes(text))) if isinstance(text, str) else None


def shown(path: Path, roots: Sequence[Path]) -> str:
    """A path as people know it: from the name of its data folder on."""
    for root in roots:
        if path.is_relative_to(root):
            return str(Path(root.name) / path.relative_to(root))
    return str(path)


def root_list() -> str:
    """The answer to /files: where to look."""
    return "\n".join(
        [
            bold(say("Folders")),
            say("Tap one to look into it. A file that you send me lands in data."),
        ]
    )


def root_buttons(roots: Sequence[Path]) -> list[list[Button]]:
    """A button a folder."""
    return [[_look(f"📁 {label(root.name)}", root)] for root in roots]


def folder(view: FolderView, roots: Sequence[Path]) -> str:
    """Above the buttons of a folder."""
    title = f"📂 {bold(_path(view.path, roots))}"
    if not view.total:
        return "\n".join([title, say("Nothing in here.")])
    counts = [say_many("{count} folder", "{count:,} folders", view.folders)] if view.folders else []
    counts += [_count(view.files)] if view.files else []
    lines = [title, list_of(counts)]
    if view.total > len(view.entries):
        lines[1] += f" · {_range(view, view.start)}"
    if not view.whole:
        lines.append(say("This folder is too large to list to its end. Name a file: /get path"))
    return "\n".join(lines)


def folder_buttons(view: FolderView, roots: Sequence[Path]) -> list[list[Button]]:
    """A row an entry, then the way on and the way up."""
    rows = [[_entry_button(entry, view)] for entry in view.entries]
    turns, before, after = [], view.start - PAGE, view.start + PAGE
    if view.start > 0:
        turns.append(_look(f"◀️ {_range(view, max(0, before))}", view.path, max(0, before)))
    if after < view.total:
        turns.append(_look(f"{_range(view, after)} ▶️", view.path, after))
    below_a_root = any(view.path.is_relative_to(root) and view.path != root for root in roots)
    top = Button(say("⬆️ Folders"), ROOTS)
    up = _look(say("⬆️ Up"), view.path.parent) if below_a_root else top
    return [*rows, *([turns] if turns else []), [up]]


def file(view: FileView, roots: Sequence[Path], zone: tzinfo) -> str:
    """Above the buttons of a file."""
    return "\n".join(
        [
            f"📄 {bold(shortened(view.path.name, NAME_LIMIT))}",
            " · ".join([figures.size(view.size_bytes), *_dates(view, zone)]),
            code(_path(view.path.parent, roots)),
        ]
    )


def _dates(view: FileView, zone: tzinfo) -> list[str]:
    return [] if view.modified_at is None else [dated(view.modified_at, zone)]


def file_buttons(view: FileView, came_from: int, *, may_unzip: bool) -> list[list[Button]]:
    """What can be done with a file, and the way back to its folder's page."""
    acts = [Button(say("⬇️ Get"), GET, {AT: packed(view.path)})]
    if may_unzip and is_archive(view.path.name):
        acts.append(unzip_button(view.path))
    return [acts, [_look(say("⬅️ Back"), view.path.parent, start=came_from)]]


def unpacking(path: Path, into: str) -> str:
    """Takes the place of what was pressed."""
    name = bold(shortened(path.name, NAME_LIMIT))
    return say("📦 {name} is unpacked into {folder}.", name=name, folder=code(into))


def unzip_button(path: Path) -> Button:
    """Unpacks an archive."""
    return Button(say("📦 Unzip"), UNZIP, {AT: packed(path)})


def archive_buttons(found: Sequence[tuple[str, int]]) -> list[list[Button]]:
    """A button an archive, with its name as the command takes it."""
    return [
        [Button(f"📦 {label(name)} · {figures.size(size)}", UNZIP, {AT: packed(Path(name))})]
        for name, size in found[:PAGE]
    ]


def is_archive(name: str) -> bool:
    """Whether /unzip takes a file of this name."""
    return name.lower().endswith(ARCHIVE_ENDINGS)


def results(job: Job, found: Sequence[tuple[str, int]]) -> str:
    """The answer to /get 7: what there is of a job."""
    return f"{bold(titles.title(job))} · {_count(len(found))}\n{say(CHOOSE)}"


def result_buttons(job: Job, folder: Path, found: Sequence[tuple[str, int]]) -> list[list[Button]]:
    """A button a file of a job, the largest first: that is the model."""
    largest = sorted(found, key=lambda file: -file[1])[: 2 * PAGE]
    rows = [
        [Button(_sized(name, size), GET, {AT: packed(folder / name), "job": job.id})]
        for name, size in largest
    ]
    return [*rows, [_look(say("📂 All of it"), folder.parent)]]


def result_button(label: str, job_id: int, name: str | None = None) -> Button:
    """A button for other messages: a file of a job, or all of them to choose from."""
    return Button(label, RESULT, {"job": job_id} | ({"name": name} if name else {}))


def caption(job: Job | None) -> str:
    """Under a file that is sent: Telegram shows its name and size itself."""
    return escaped(titles.title(job)) if job is not None else ""


def sending(name: str) -> str:
    """The toast after a tap that sends a file; plain text."""
    shown_name = shortened(name.encode(errors="replace").decode(), LABEL_LIMIT)
    return say("Sending {name} …", name=shown_name)


def copying_to_drive(name: str, size_bytes: int) -> str:
    """Said before a large file is copied."""
    return say(
        "{name} has {size}, more than the 50 MB that Telegram takes from a bot. It is being copied"
        " to your Drive; the path follows.",
        name=bold(shortened(name, NAME_LIMIT)),
        size=figures.size(size_bytes),
    )


def on_drive(path: Path) -> str:
    """Where the copy of a large file lies."""
    where = code(shortened(str(path), PATH_LIMIT))
    return "\n".join([say("It lies on your Drive now, whole:"), where])


def kept(wanted: str, found: Kept, size_bytes: int) -> str:
    """The answer to a file that was sent."""
    name = bold(shortened(found.path.name, NAME_LIMIT))
    if found.was_there:
        return say("💾 {name} is in data already, with the same content.", name=name)
    line = say("💾 {name} · {size} is saved in data.", name=name, size=figures.size(size_bytes))
    if found.path.name == wanted:
        return line
    sent_as = say("It was sent as {name}.", name=code(shortened(wanted, NAME_LIMIT)))
    return paragraph(line, sent_as)


def kept_hint() -> str:
    """What can be done with a file that has no button of its own."""
    return say("{files} shows what there is.", files=command("/files"))


def too_large_anyhow() -> str:
    """The size of a file of which nothing else is known; plain text."""
    return say("more than 20 MB")


def _count(files: int) -> str:
    return say_many("{count} file", "{count:,} files", files)


def _range(view: FolderView, start: int) -> str:
    """The page that begins there, as people count."""
    return f"{start + 1:,}–{min(start + PAGE, view.total):,}"


def _entry_button(entry: Entry, view: FolderView) -> Button:
    """A folder opens at its beginning, and a file knows the page to come back to."""
    if entry.is_folder:
        return _look(f"📁 {label(entry.path.name)}", entry.path)
    return _look(_sized(entry.path.name, entry.size_bytes), entry.path, start=view.start)


def _sized(name: str, size_bytes: int | None) -> str:
    size = "" if size_bytes is None else f" · {figures.size(size_bytes)}"
    return f"📄 {label(name)}{size}"


def _look(label: str, path: Path, start: int = 0) -> Button:
    return Button(label, LOOK, {AT: packed(path), FROM: start})


def label(name: str) -> str:
    """A name that fits a button, with its ending: that says most of what it is."""
    name = name.encode(errors="replace").decode()
    if units(name) <= LABEL_LIMIT:
        return name
    return f"{shortened(name, LABEL_LIMIT - 10)}{name[-10:]}"


def _path(path: Path, roots: Sequence[Path]) -> str:
    return shortened(shown(path, roots).encode(errors="replace").decode(), PATH_LIMIT)
