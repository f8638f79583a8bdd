"""Sentences about: files that are not there, cannot be read, kept, sent or taken."""

from bot import errors
from bot.messages import parameters, roles
from bot.messages.errors.sentence import NAME_LIMIT, listed, meant, quoted, sentence
from bot.messages.markup import code, command, escaped, shortened
from bot.messages.translation import marked, say
from training.protocol.spec import PROGRAMS

PATH_LIMIT = 700
TELEGRAM_SENDS, TELEGRAM_HANDS_ON = "50 MB", "20 MB"
# Reasons that are found elsewhere.
GROUP_MOVED = marked("the group has another number now")
PART_MISSING = marked("a part is missing")


@sentence.register
def _(error: errors.FileNotFound) -> str:
    return say(
        "There is no {name} in {folders}.{did_you_mean} {files} shows what there is.",
        name=quoted(error.name),
        folders=listed(error.roots),
        did_you_mean=meant(listed(error.nearest)),
        files=command("/files"),
    )


@sentence.register
def _(error: errors.NoProgram) -> str:
    if error.is_folder:
        return say(
            "{name} is a folder. Name a program in it, as in {usage}; {run} lists what there is.",
            name=quoted(error.name),
            usage=code("/run folder/train.py"),
            run=command("/run"),
        )
    return say(
        "{name} is nothing that I run: I take {endings}. {run} lists what there is.",
        name=quoted(error.name),
        endings=escaped(parameters.choice(*PROGRAMS)),
        run=command("/run"),
    )


@sentence.register
def _(error: errors.DataSilent) -> str:
    folders, waited_s = listed(error.roots), error.waited_s
    no_answer = (
        say("{folders} gave no answer after {seconds:.0f} s.", folders=folders, seconds=waited_s)
        if waited_s
        else say("{folders} gave no answer.", folders=folders)
    )
    return say(
        "{no_answer} Drive does that at times: running jobs go on, and nothing was started."
        " Try again in a minute; {status} still answers.",
        no_answer=no_answer,
        status=command("/status"),
    )


@sentence.register
def _(error: errors.DataUnreadable) -> str:
    return say(
        "{name} cannot be read: {why}. {files} shows what there is; where that fails as well,"
        " connect Drive again in the notebook.",
        name=quoted(error.name),
        why=quoted(error.why),
        files=command("/files"),
    )


@sentence.register
def _(error: errors.OutsideDataFolders) -> str:
    return say(
        "{name} lies outside the folders that I may read: {folders}.",
        name=quoted(error.name),
        folders=listed(error.roots),
    )


@sentence.register
def _(error: errors.WrongFolderName) -> str:
    return say(
        "{into} takes one plain folder name, such as {example}, not {name}.",
        into=code("into"),
        example=code("into=labels"),
        name=quoted(error.name),
    )


@sentence.register
def _(error: errors.FolderExists) -> str:
    return say(
        "The folder {name} is there already, and nothing is overwritten."
        " Choose another name with {into}.",
        name=quoted(error.name),
        into=code("into="),
    )


@sentence.register
def _(error: errors.FolderClaimed) -> str:
    return say(
        "Job {job} unpacks into {name} already. Choose another name with {into}.",
        job=error.job_id,
        name=quoted(error.name),
        into=code("into="),
    )


@sentence.register
def _(error: errors.FileNotSent) -> str:
    return say(
        "Telegram did not take {name}: {why}. If it does not come, ask for it again in a minute.",
        name=quoted(error.name),
        why=quoted(error.why),
    )


@sentence.register
def _(error: errors.NoResults) -> str:
    return say(
        "Job {job} has no files to send: a training has them when it has finished."
        " {files} shows all folders.",
        job=error.job_id,
        files=command("/files"),
    )


@sentence.register
def _(error: errors.NoSuchResult) -> str:
    return say(
        "Job {job} has no {name}. It has {names}; {get} shows them to tap.",
        job=error.job_id,
        name=quoted(error.name),
        names=listed(error.names),
        get=command(f"/get {error.job_id}"),
    )


@sentence.register
def _(error: errors.EmptyFile) -> str:
    return say(
        "{name} is empty, and Telegram sends no empty files. {files} shows the others.",
        name=quoted(error.name),
        files=command("/files"),
    )


@sentence.register
def _(error: errors.TooLargeToSend) -> str:
    large = say(
        "This file has {size}, and Telegram takes {most} at most from a bot. It lies here: {path}",
        size=escaped(error.size),
        most=TELEGRAM_SENDS,
        path=code(shortened(error.path, PATH_LIMIT)),
    )
    if error.home:
        return f"{large}\n{say('That folder is yours: open it there.')}"
    fetch = say(
        "Fetch it from there while this machine lives, or set {home} to a folder on Drive:"
        " then {get} puts such files there.",
        home=code("COLTRAIN_HOME"),
        get=command("/get"),
    )
    return f"{large}\n{fetch}"


@sentence.register
def _(error: errors.NotKeptInHome) -> str:
    return say(
        "It could not be copied to Drive: {why}. It lies here: {path}\n"
        "Ask for it again when Drive is well; {status} tells of this machine.",
        why=escaped(shortened(error.why, NAME_LIMIT)),
        path=code(shortened(error.path, PATH_LIMIT)),
        status=command("/status"),
    )


@sentence.register
def _(error: errors.TooLargeToReceive) -> str:
    return say(
        "{name} has {size}, and Telegram hands a bot no more than {most}. Put it into your Drive"
        " instead: {files} and {unzip} find it there.",
        name=quoted(error.name),
        size=escaped(error.size),
        most=TELEGRAM_HANDS_ON,
        files=command("/files"),
        unzip=command("/unzip"),
    )


@sentence.register
def _(error: errors.FileNotReceived) -> str:
    return say(
        "{name} did not arrive whole ({why}), and nothing of it was kept. Send it again, or put"
        " it into your Drive.",
        name=quoted(error.name),
        why=quoted(error.why),
    )


@sentence.register
def _(error: errors.NotAFile) -> str:
    return say(
        "Telegram changes pictures, videos and voices that are sent like that. Send it as a file"
        " (the paper clip, then File), and it is kept as it is."
    )


@sentence.register
def _(error: errors.FilesNotTaken) -> str:
    return say(
        "Files are taken from users with the role {role} and above. {help} lists what you may do.",
        role=escaped(roles.named(error.role)),
        help=command("/help"),
    )
