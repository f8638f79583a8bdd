"""Sentences about: what somebody wrote is no command, or not theirs, or has wrong words."""

from bot import errors
from bot.messages.errors.sentence import MOST_NAMES, SHOWN, quoted, sentence
from bot.messages.markup import code, command, escaped, shortened

EXAMPLE = '/unzip "My Drive/seg label.zip"'


@sentence.register
def _(error: errors.UnknownCommand) -> str:
    meant = f" Did you mean {command('/' + error.nearest)}?" if error.nearest else ""
    unknown = quoted("/" + error.name)
    return f"There is no command {unknown}.{meant} {command('/help')} lists them all."


@sentence.register
def _(error: errors.NotACommand) -> str:
    return (
        f"I act on commands only, such as {command('/train epochs=12')} or {command('/status')}."
        f" {command('/help')} lists them all."
    )


@sentence.register
def _(error: errors.NotAllowed) -> str:
    return (
        f"{command('/' + error.command)} is for users with the role {escaped(error.role)} and"
        f" above. {command('/help')} lists the commands."
    )


@sentence.register
def _(error: errors.UnreadableWords) -> str:
    return (
        "A quotation mark is opened and not closed. Put it around the whole name, as in"
        f" {code(EXAMPLE)}."
    )


@sentence.register
def _(error: errors.UnknownParameter) -> str:
    meant = f" Did you mean {code(error.nearest + '=')}?" if error.nearest else ""
    allowed = ", ".join(code(name) for name in error.allowed) or "none"
    return f"There is no parameter {quoted(error.name)}.{meant} Allowed are: {allowed}."


@sentence.register
def _(error: errors.WrongValue) -> str:
    return f"{code(error.name)} cannot be {quoted(error.value)}: it takes {escaped(error.allowed)}."


@sentence.register
def _(error: errors.RepeatedParameter) -> str:
    return f"{code(error.name)} stands there twice. Give it once."


@sentence.register
def _(error: errors.MissingWord) -> str:
    return f"Something is missing. Write it like this: {code(error.usage)}"


@sentence.register
def _(error: errors.ExtraWords) -> str:
    return (
        f"I do not know what to do with {quoted(' '.join(error.words))}."
        f" Write it like this: {code(error.usage)}"
    )


@sentence.register
def _(error: errors.UnknownZone) -> str:
    near = ", ".join(
        command(f"/timezone {shortened(name, SHOWN)}") for name in error.nearest[:MOST_NAMES]
    )
    meant = f" Did you mean {near}?" if near else ""
    return (
        f"I know no time zone {quoted(error.wanted)}.{meant} It takes a name such as"
        f" {code('Europe/Berlin')}, or {code('UTC+2')}."
    )
