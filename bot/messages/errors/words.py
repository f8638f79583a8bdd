"""Sentences about: what somebody wrote is no command, or not theirs, or has wrong words."""

from bot import errors
from bot.messages import roles
from bot.messages.errors.sentence import MOST_NAMES, SHOWN, meant, quoted, sentence
from bot.messages.joining import list_of
from bot.messages.markup import code, command, escaped, shortened
from bot.messages.translation import say

COMMAND_LIMIT = 300
EXAMPLE = '/unzip "My Drive/seg label.zip"'


@sentence.register
def _(error: errors.UnknownCommand) -> str:
    return say(
        "There is no command {unknown}.{did_you_mean} {help} lists them all.",
        unknown=quoted("/" + error.name),
        did_you_mean=meant(command("/" + error.nearest) if error.nearest else ""),
        help=command("/help"),
    )


@sentence.register
def _(error: errors.SlashMissing) -> str:
    return say(
        "A command begins with a slash. Did you mean {command}?",
        command=command(shortened(error.meant, COMMAND_LIMIT)),
    )


@sentence.register
def _(error: errors.NotACommand) -> str:
    return say(
        "I act on commands only, such as {train} or {status}. {help} lists them all.",
        train=command("/train epochs=12"),
        status=command("/status"),
        help=command("/help"),
    )


@sentence.register
def _(error: errors.NotAllowed) -> str:
    if error.role == "owner":
        return say(
            "{command} is for the owner of this bot. {help} lists the commands.",
            command=command("/" + error.command),
            help=command("/help"),
        )
    return say(
        "{command} is for users with the role {role} and above. {help} lists the commands.",
        command=command("/" + error.command),
        role=escaped(roles.named(error.role)),
        help=command("/help"),
    )


@sentence.register
def _(error: errors.UnreadableWords) -> str:
    return say(
        "A quotation mark is opened and not closed. Put it around the whole name, as in {example}.",
        example=code(EXAMPLE),
    )


@sentence.register
def _(error: errors.UnknownParameter) -> str:
    unknown = quoted(error.name)
    if not error.allowed:
        return say("There is no parameter {name}. Allowed are: none.", name=unknown)
    return say(
        "There is no parameter {name}.{did_you_mean} Allowed are: {names}.",
        name=unknown,
        did_you_mean=meant(code(error.nearest + "=") if error.nearest else ""),
        names=list_of(code(name) for name in error.allowed),
    )


@sentence.register
def _(error: errors.WrongValue) -> str:
    return say(
        "{name} cannot be {value}: it takes {allowed}.",
        name=code(error.name),
        value=quoted(error.value),
        allowed=escaped(error.allowed),
    )


@sentence.register
def _(error: errors.RepeatedParameter) -> str:
    return say("{name} stands there twice. Give it once.", name=code(error.name))


@sentence.register
def _(error: errors.MissingWord) -> str:
    return say(
        "Something is missing. Write it like this: {example}",
        example=code(error.usage),
    )


@sentence.register
def _(error: errors.ExtraWords) -> str:
    return say(
        "I do not know what to do with {words}. Write it like this: {example}",
        words=quoted(" ".join(error.words)),
        example=code(error.usage),
    )


@sentence.register
def _(error: errors.Contradiction) -> str:
    return say(
        "{words} contradict each other; nothing was done. Write one of them: {example}",
        words=quoted(" ".join(error.words)),
        example=code(error.usage),
    )


@sentence.register
def _(error: errors.UnknownZone) -> str:
    near = list_of(
        command(f"/timezone {shortened(name, SHOWN)}") for name in error.nearest[:MOST_NAMES]
    )
    return say(
        "I know no time zone {wanted}.{did_you_mean} It takes a name such as"
        " <code>Europe/Berlin</code>, or <code>UTC+2</code>.",
        wanted=quoted(error.wanted),
        did_you_mean=meant(near),
    )
