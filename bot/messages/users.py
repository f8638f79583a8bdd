"""Words about users, invitations and the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo

from bot.button import Button
from bot.messages import figures
from bot.messages.clock import dated
from bot.messages.markup import bold, code, command, escaped, shortened
from bot.roles import Role
from bot.store.audit import Deed, Entry
from bot.store.users import User

ASK_REMOVE, REMOVE, BACK = "users_ask", "users_remove", "users_back"
NAME_LIMIT, LABEL_LIMIT, SHOWN_USERS = 40, 24, 50
ROLES = {
    Role.OWNER: "may do everything",
    Role.OPERATOR: "may start and stop jobs",
    Role.VIEWER: "may only look",
}
DEEDS = {
    Deed.STARTED: "started {job}",
    Deed.STOPPED: "stopped {job}",
    Deed.STOPPED_AT: "let {job} stop after epoch {detail}",
    Deed.RESUMED: "resumed {job}",
    Deed.CHANGED_EPOCHS: "changed {job} to {detail} epochs",
    Deed.CHANGED_RATE: "gave {job} the learning rate {detail}",
    Deed.SET_ALERT: "waits for {detail} in {job}",
    Deed.NOTED: "noted of {job}: {detail}",
    Deed.ACCEPTED_END: "let {job} run into the machine's end",
    Deed.RELEASED: "released the machine",
    Deed.INVITED: "invited one {detail}",
    Deed.JOINED: "joined as {detail}",
    Deed.REMOVED: "removed user {detail}",
    Deed.TOOK: "took the file {detail}",
    Deed.SENT: "sent the file {detail}",
}


def called(user: User) -> str:
    """A user's name, or number where no name was seen; plain text."""
    return shortened(user.name, NAME_LIMIT) if user.name else f"user {user.id}"


def invitation(link: str, role: Role, open_for: timedelta) -> str:
    """Under the QR code: what the link is good for."""
    minutes = figures.interval(open_for.total_seconds())
    return (
        f"Whoever opens this first becomes {_article(role)} {bold(role.name.lower())}, who"
        f" {ROLES[role]}:\n"
        f"{escaped(link)}\nIt works once, within {minutes}. {command('/users')} shows who is in."
    )


def _article(role: Role) -> str:
    return "a" if role is Role.VIEWER else "an"


def everybody(users: Sequence[User]) -> str:
    """The answer to /users."""
    lines = [f"{escaped(called(user))} · {user.role.name.lower()}" for user in users[:SHOWN_USERS]]
    if len(users) > SHOWN_USERS:
        lines.append(f"… and {len(users) - SHOWN_USERS} more")
    invite = f"{command('/invite operator')} or {command('/invite viewer')} lets somebody in."
    return "\n".join([bold("Users"), *lines, invite])


def removals(users: Sequence[User]) -> list[list[Button]]:
    """A button for each user who can be removed."""
    return [
        [Button(shortened(f"Remove {called(user)}", LABEL_LIMIT), ASK_REMOVE, {"u": user.id})]
        for user in users[:SHOWN_USERS]
        if user.role is not Role.OWNER
    ]


def sure(user: User) -> str:
    """Asked before somebody is removed."""
    return (
        f"Remove {bold(called(user))}, {user.role.name.lower()}? No more answers for them; jobs"
        " that they started go on."
    )


def sure_buttons(user: User) -> list[list[Button]]:
    """The way on and the way back."""
    return [[Button("Remove", REMOVE, {"u": user.id}), Button("Back", BACK)]]


def trail(entries: Sequence[Entry], names: Mapping[int, str], zone: tzinfo) -> str:
    """The answer to /audit: newest first."""
    if not entries:
        return f"Nobody has done anything yet. {command('/train')} would be the first line."
    lines = [
        f"{code(dated(entry.at, zone))} {_who(entry.user_id, names)} {_what(entry)}"
        for entry in entries
    ]
    return "\n".join([bold("Who did what"), *lines])


def _who(user_id: int, names: Mapping[int, str]) -> str:
    return escaped(names.get(user_id, f"user {user_id}"))


def _what(entry: Entry) -> str:
    detail = shortened(entry.detail, NAME_LIMIT)
    return escaped(DEEDS[entry.deed].format(detail=detail, job=f"job {entry.job_id}"))
