"""Sentences about: files that are not there, cannot be read, kept, sent or taken."""

from bot import errors
from bot.messages.errors.sentence import NAME_LIMIT, listed, quoted, sentence
from bot.messages.markup import code, command, escaped, shortened

PATH_LIMIT = 700
TELEGRAM_SENDS, TELEGRAM_HANDS_ON = "50 MB at most", "20 MB"


@sentence.register
def _(error: errors.FileNotFound) -> str:
    near = listed(error.nearest)
    meant = f" Did you mean {near}?" if near else ""
    what = f"There is no {quoted(error.name)} in {listed(error.roots)}."
    return f"{what}{meant} {command('/files')} shows what there is."


@sentence.register
def _(error: errors.DataSilent) -> str:
    waited = f" after {error.waited_s:.0f} s" if error.waited_s else ""
    return (
        f"{listed(error.roots)} gave no answer{waited}. Drive does that at times: running jobs go"
        f" on, and nothing was started. Try again in a minute; {command('/status')} still answers."
    )


@sentence.register
def _(error: errors.DataUnreadable) -> str:
    return (
        f"{quoted(error.name)} cannot be read: {quoted(error.why)}. {command('/files')} shows"
        " what there is; where that fails as well, connect Drive again in the notebook."
    )


@sentence.register
def _(error: errors.OutsideDataFolders) -> str:
    places = listed(error.roots)
    return f"{quoted(error.name)} lies outside the folders that I may read: {places}."


@sentence.register
def _(error: errors.WrongFolderName) -> str:
    return (
        f"{code('into')} takes one plain folder name, such as {code('into=labels')},"
        f" not {quoted(error.name)}."
    )


@sentence.register
def _(error: errors.FolderExists) -> str:
    return (
        f"The folder {quoted(error.name)} is there already, and nothing is overwritten."
        f" Choose another name with {code('into=')}."
    )


@sentence.register
def _(error: errors.FolderClaimed) -> str:
    return (
        f"Job {error.job_id} unpacks into {quoted(error.name)} already."
        f" Choose another name with {code('into=')}."
    )


@sentence.register
def _(error: errors.FileNotSent) -> str:
    return (
        f"Telegram did not take {quoted(error.name)}: {quoted(error.why)}. If it does not come,"
        " ask for it again in a minute."
    )


@sentence.register
def _(error: errors.NoResults) -> str:
    return (
        f"Job {error.job_id} has no files to send: a training has them when it has finished."
        f" {command('/files')} shows all folders."
    )


@sentence.register
def _(error: errors.NoSuchResult) -> str:
    return (
        f"Job {error.job_id} has no {quoted(error.name)}. It has {listed(error.names)};"
        f" {command(f'/get {error.job_id}')} shows them to tap."
    )


@sentence.register
def _(error: errors.EmptyFile) -> str:
    return (
        f"{quoted(error.name)} is empty, and Telegram sends no empty files. {command('/files')}"
        " shows the others."
    )


@sentence.register
def _(error: errors.TooLargeToSend) -> str:
    large = (
        f"This file has {escaped(error.size)}, and Telegram takes {TELEGRAM_SENDS} from a bot. It"
        f" lies here: {code(shortened(error.path, PATH_LIMIT))}"
    )
    if error.home:
        return f"{large}\nThat folder is yours: open it there."
    return (
        f"{large}\nFetch it from there while this machine lives, or set"
        f" {code('COLTRAIN_HOME')} to a folder on Drive: then {command('/get')} puts such files"
        " there."
    )


@sentence.register
def _(error: errors.NotKeptInHome) -> str:
    return (
        f"It could not be copied to Drive: {escaped(shortened(error.why, NAME_LIMIT))}. It lies"
        f" here: {code(shortened(error.path, PATH_LIMIT))}\nAsk for it again when Drive is well;"
        f" {command('/status')} tells of this machine."
    )


@sentence.register
def _(error: errors.TooLargeToReceive) -> str:
    return (
        f"{quoted(error.name)} has {escaped(error.size)}, and Telegram hands a bot no more than"
        f" {TELEGRAM_HANDS_ON}. Put it into your Drive instead: {command('/files')} and"
        f" {command('/unzip')} find it there."
    )


@sentence.register
def _(error: errors.FileNotReceived) -> str:
    return (
        f"{quoted(error.name)} did not arrive whole ({quoted(error.why)}), and nothing of it was"
        " kept. Send it again, or put it into your Drive."
    )


@sentence.register
def _(error: errors.NotAFile) -> str:
    return (
        "Telegram changes pictures, videos and voices that are sent like that. Send it as a file"
        " (the paper clip, then File), and it is kept as it is."
    )


@sentence.register
def _(error: errors.FilesNotTaken) -> str:
    return (
        f"Files are taken from users with the role {escaped(error.role)} and above."
        f" {command('/help')} lists what you may do."
    )
