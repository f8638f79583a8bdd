"""Words about users, invitations and the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo

from bot.button import Button
from bot.messages import figures, roles
from bot.messages.clock import dated
from bot.messages.markup import bold, code, command, escaped, shortened
from bot.messages.translation import marked, say
from bot.roles import Role
from bot.store.audit import Deed, Entry
from bot.store.users import User

ASK_REMOVE, REMOVE, BACK = "users_ask", "users_remove", "users_back"
NAME_LIMIT, LABEL_LIMIT, SHOWN_USERS = 40, 24, 50
BECOMES = {
    Role.OWNER: marked("Whoever opens this first becomes an <b>owner</b>, who may do everything:"),
    Role.OPERATOR: marked(
        "Whoever opens this first becomes an <b>operator</b>, who may start and stop jobs:"
    ),
    Role.VIEWER: marked("Whoever opens this first becomes a <b>viewer</b>, who may only look:"),
}
DEEDS = {
    Deed.STARTED: marked("started job {job}"),
    Deed.STOPPED: marked("stopped job {job}"),
    Deed.STOPPED_AT: marked("let job {job} stop after epoch {detail}"),
    Deed.RESUMED: marked("resumed job {job}"),
    Deed.CHANGED_EPOCHS: marked("changed job {job} to {detail} epochs"),
    Deed.CHANGED_RATE: marked("gave job {job} the learning rate {detail}"),
    Deed.SET_ALERT: marked("waits for {detail} in job {job}"),
    Deed.NOTED: marked("noted of job {job}: {detail}"),
    Deed.ACCEPTED_END: marked("let job {job} run into the machine's end"),
    Deed.RELEASED: marked("released the machine"),
    Deed.INVITED: marked("invited one {detail}"),
    Deed.JOINED: marked("joined as {detail}"),
    Deed.REMOVED: marked("removed user {detail}"),
    Deed.TOOK: marked("took the file {detail}"),
    Deed.SENT: marked("sent the file {detail}"),
}


def links_closed(tries: int) -> str:
    """Somebody has tried wrong codes."""
    return say(
        "⚠️ Somebody who is no user sent {tries} wrong codes, so all open invitations are closed."
        " {invite} makes a new link.",
        tries=tries,
        invite=command("/invite"),
    )


def called(user: User) -> str:
    """A user's name, or number where no name was seen; plain text."""
    return shortened(user.name, NAME_LIMIT) if user.name else _by_number(user.id)


def invitation(link: str, role: Role, open_for: timedelta) -> str:
    """Under the QR code: what the link is good for."""
    limits = say(
        "It works once, within {duration}. {users} shows who is in.",
        duration=figures.interval(open_for.total_seconds()),
        users=command("/users"),
    )
    return "\n".join([say(BECOMES[role]), escaped(link), limits])


def everybody(users: Sequence[User]) -> str:
    """The answer to /users."""
    lines = [
        f"{escaped(called(user))} · {roles.named(user.role.name.lower())}"
        for user in users[:SHOWN_USERS]
    ]
    if len(users) > SHOWN_USERS:
        lines.append(say("… and {count} more", count=len(users) - SHOWN_USERS))
    invite = say(
        "{operator} or {viewer} lets somebody in.",
        operator=command("/invite operator"),
        viewer=command("/invite viewer"),
    )
    return "\n".join([bold(say("Users")), *lines, invite])


def removals(users: Sequence[User]) -> list[list[Button]]:
    """A button for each user who can be removed."""
    return [
        [Button(shortened(_remove(user), LABEL_LIMIT), ASK_REMOVE, {"u": user.id})]
        for user in users[:SHOWN_USERS]
        if user.role is not Role.OWNER
    ]


def sure(user: User) -> str:
    """Asked before somebody is removed."""
    return say(
        "Remove {name}, {role}? No more answers for them; jobs that they started go on.",
        name=bold(called(user)),
        role=_role(user),
    )


def sure_buttons(user: User) -> list[list[Button]]:
    """The way on and the way back."""
    return [[Button(say("Remove"), REMOVE, {"u": user.id}), Button(say("Back"), BACK)]]


def trail(entries: Sequence[Entry], names: Mapping[int, str], zone: tzinfo) -> str:
    """The answer to /audit: newest first."""
    if not entries:
        train = command("/train")
        return say("Nobody has done anything yet. {train} would be the first line.", train=train)
    lines = [
        f"{code(dated(entry.at, zone))} {_who(entry.user_id, names)} {_what(entry)}"
        for entry in entries
    ]
    return "\n".join([bold(say("Who did what")), *lines])


def _who(user_id: int, names: Mapping[int, str]) -> str:
    return escaped(names.get(user_id, _by_number(user_id)))


def _by_number(user_id: int) -> str:
    return say("user {number}", number=user_id)


def _role(user: User) -> str:
    return roles.named(user.role.name.lower())


def _remove(user: User) -> str:
    return say("Remove {name}", name=called(user))


def _what(entry: Entry) -> str:
    detail = shortened(entry.detail, NAME_LIMIT)
    if entry.deed in (Deed.INVITED, Deed.JOINED) and detail in roles.NAMES:
        detail = roles.named(detail)
    return escaped(say(DEEDS[entry.deed], detail=detail, job=entry.job_id))
