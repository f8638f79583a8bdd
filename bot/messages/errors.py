"""A calm sentence for each UserError: what was wrong, and what to do."""

from functools import singledispatch

from bot import errors
from bot.messages.markup import code, command, escaped, shortened

SHOWN = 60
NAME_LIMIT, MOST_NAMES, MOST_JOBS = 255, 6, 20
MORE_EPOCHS = 20
PATH_LIMIT = 700
TELEGRAM_SENDS, TELEGRAM_HANDS_ON = "50 MB at most", "20 MB"
EXAMPLE = '/unzip "My Drive/seg label.zip"'


def _quoted(text: str) -> str:
    return code(shortened(text, SHOWN))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(code(shortened(name, NAME_LIMIT)) for name in names[:MOST_NAMES])


@singledispatch
def sentence(error: errors.UserError) -> str:
    """The sentence for the chat."""
    raise NotImplementedError(f"no sentence for {type(error).__name__}")


@sentence.register
def _(error: errors.UnknownCommand) -> str:
    meant = f" Did you mean {command('/' + error.nearest)}?" if error.nearest else ""
    unknown = _quoted("/" + error.name)
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
    return f"There is no parameter {_quoted(error.name)}.{meant} Allowed are: {allowed}."


@sentence.register
def _(error: errors.WrongValue) -> str:
    return (
        f"{code(error.name)} cannot be {_quoted(error.value)}: it takes {escaped(error.allowed)}."
    )


@sentence.register
def _(error: errors.RepeatedParameter) -> str:
    return f"{code(error.name)} stands there twice. Give it once."


@sentence.register
def _(error: errors.MissingWord) -> str:
    return f"Something is missing. Write it like this: {code(error.usage)}"


@sentence.register
def _(error: errors.ExtraWords) -> str:
    return (
        f"I do not know what to do with {_quoted(' '.join(error.words))}."
        f" Write it like this: {code(error.usage)}"
    )


@sentence.register
def _(error: errors.UnknownJob) -> str:
    if error.latest is None:
        return f"There are no jobs yet. {command('/train')} starts the first."
    return (
        f"There is no job {_quoted(error.wanted)}. The latest is {error.latest};"
        f" {command('/jobs')} lists them."
    )


@sentence.register
def _(error: errors.UnknownZone) -> str:
    near = ", ".join(
        command(f"/timezone {shortened(name, SHOWN)}") for name in error.nearest[:MOST_NAMES]
    )
    meant = f" Did you mean {near}?" if near else ""
    return (
        f"I know no time zone {_quoted(error.wanted)}.{meant} It takes a name such as"
        f" {code('Europe/Berlin')}, or {code('UTC+2')}."
    )


@sentence.register
def _(error: errors.NothingRuns) -> str:
    return f"Nothing runs or waits. {command('/train')} starts a training."


@sentence.register
def _(error: errors.WhichJob) -> str:
    choices = ", ".join(
        command(" ".join([f"/{error.command} {job_id}", *shortened(error.behind, SHOWN).split()]))
        for job_id in error.job_ids[:MOST_JOBS]
    )
    return f"Several jobs fit. Which one? {choices}"


@sentence.register
def _(error: errors.NotRunning) -> str:
    return f"Job {error.job_id} has ended already. {command(f'/job {error.job_id}')} shows how."


@sentence.register
def _(error: errors.StillOpen) -> str:
    return f"Job {error.job_id} has not ended. {command(f'/stop {error.job_id}')} would stop it."


@sentence.register
def _(error: errors.NothingToResume) -> str:
    if error.job_id is None:
        return f"No job has broken off. {command('/jobs')} lists them."
    again = command(f"/retry {error.job_id}")
    return f"Job {error.job_id} has finished. {again} does the same again as a new job."


@sentence.register
def _(error: errors.CannotChange) -> str:
    return (
        f"Only a training can be changed. {command(f'/retry {error.job_id}')} does job"
        f" {error.job_id} again as it was."
    )


@sentence.register
def _(error: errors.AlreadyStopping) -> str:
    return f"Job {error.job_id} is stopping already; its last message will say when it has."


@sentence.register
def _(error: errors.NoEpochs) -> str:
    return f"Job {error.job_id} has no epochs. {command(f'/stop {error.job_id}')} would stop it."


@sentence.register
def _(error: errors.EpochPassed) -> str:
    return (
        f"Job {error.job_id} cannot end with epoch {error.wanted:,}. It takes a number from"
        f" {error.first:,} to {error.last:,}."
    )


@sentence.register
def _(error: errors.AllEpochsDone) -> str:
    more = command(f"/epochs {error.job_id} {MORE_EPOCHS}")
    return (
        f"Job {error.job_id} has done all its epochs and is about to end. After that, {more} and"
        f" {command(f'/resume {error.job_id}')} take it further."
    )


@sentence.register
def _(error: errors.NoEpochLeft) -> str:
    more = command(f"/epochs {error.job_id} {MORE_EPOCHS}")
    if error.under_way:
        return (
            f"Job {error.job_id} is in its last epoch, and a learning rate counts from the next"
            f" one on. {more} gives it more epochs; then send that again."
        )
    resume = command(f"/resume {error.job_id}")
    return (
        f"Job {error.job_id} has done all its epochs. {more} gives it more; then send that again,"
        f" and {resume}."
    )


@sentence.register
def _(error: errors.SameRate) -> str:
    return (
        f"Job {error.job_id} has the learning rate {error.learning_rate:g} already; nothing is"
        f" changed. {command(f'/lr {error.job_id}')} offers others."
    )


@sentence.register
def _(error: errors.UnknownMetric) -> str:
    meant = f" Did you mean {code(shortened(error.nearest, SHOWN))}?" if error.nearest else ""
    return (
        f"Job {error.job_id} logs no {_quoted(error.metric)}.{meant} It logs:"
        f" {_listed(error.known)}."
    )


@sentence.register
def _(error: errors.AlreadySo) -> str:
    return (
        f"{_quoted(error.condition)} is so already, since epoch {error.epoch} of job"
        f" {error.job_id} or before; nothing was set. Choose a bound that is still ahead."
    )


@sentence.register
def _(error: errors.TooManyAlerts) -> str:
    return (
        f"This chat waits for {error.most} things already, which is the most."
        f" {command('/alert')} lists them with buttons to take one back."
    )


@sentence.register
def _(error: errors.NoteTooLong) -> str:
    return (
        f"The note has {error.length:,} characters, and at most {error.most:,} are kept."
        " Send a shorter one."
    )


@sentence.register
def _(error: errors.NotPassedOn) -> str:
    return (
        f"The disk takes nothing now, so job {error.job_id} was not told, and nothing is changed."
        f" {command('/status')} shows what is free; try again when there is room."
    )


@sentence.register
def _(error: errors.NoLog) -> str:
    return (
        f"Job {error.job_id} has printed nothing yet. {command(f'/job {error.job_id}')} shows where"
        " it stands."
    )


@sentence.register
def _(error: errors.NotFetched) -> str:
    return (
        f"The folder of job {error.job_id} is still on its way from Drive to this machine. Send"
        f" that again in a minute. {command(f'/job {error.job_id}')} shows what is known of it."
    )


@sentence.register
def _(error: errors.FileNotFound) -> str:
    near = _listed(error.nearest)
    meant = f" Did you mean {near}?" if near else ""
    what = f"There is no {_quoted(error.name)} in {_listed(error.roots)}."
    return f"{what}{meant} {command('/files')} shows what there is."


@sentence.register
def _(error: errors.DataSilent) -> str:
    waited = f" after {error.waited_s:.0f} s" if error.waited_s else ""
    return (
        f"{_listed(error.roots)} gave no answer{waited}. Drive does that at times: running jobs go"
        f" on, and nothing was started. Try again in a minute; {command('/status')} still answers."
    )


@sentence.register
def _(error: errors.DataUnreadable) -> str:
    return (
        f"{_quoted(error.name)} cannot be read: {_quoted(error.why)}. {command('/files')} shows"
        " what there is; where that fails as well, connect Drive again in the notebook."
    )


@sentence.register
def _(error: errors.OutsideDataFolders) -> str:
    places = _listed(error.roots)
    return f"{_quoted(error.name)} lies outside the folders that I may read: {places}."


@sentence.register
def _(error: errors.WrongFolderName) -> str:
    return (
        f"{code('into')} takes one plain folder name, such as {code('into=labels')},"
        f" not {_quoted(error.name)}."
    )


@sentence.register
def _(error: errors.FolderExists) -> str:
    return (
        f"The folder {_quoted(error.name)} is there already, and nothing is overwritten."
        f" Choose another name with {code('into=')}."
    )


@sentence.register
def _(error: errors.FolderClaimed) -> str:
    return (
        f"Job {error.job_id} unpacks into {_quoted(error.name)} already."
        f" Choose another name with {code('into=')}."
    )


@sentence.register
def _(error: errors.NothingToPlot) -> str:
    return (
        f"Job {error.job_id} has no curve: no epoch of it has ended."
        f" {command(f'/job {error.job_id}')} shows how far it is."
    )


@sentence.register
def _(error: errors.PlotFailed) -> str:
    return (
        f"The picture could not be made ({_quoted(error.why)}). Try again in a minute;"
        f" {command('/job')} has the figures."
    )


@sentence.register
def _(error: errors.PictureNotSent) -> str:
    return f"Telegram does not take the picture now ({_quoted(error.why)}). Try again in a minute."


@sentence.register
def _(error: errors.FileNotSent) -> str:
    return (
        f"Telegram did not take {_quoted(error.name)}: {_quoted(error.why)}. If it does not come,"
        " ask for it again in a minute."
    )


@sentence.register
def _(error: errors.TooManyJobs) -> str:
    return (
        f"That is more than can be told apart: {error.most} jobs at most. Name fewer, as in"
        f" {code(error.usage)}."
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
        f"Job {error.job_id} has no {_quoted(error.name)}. It has {_listed(error.names)};"
        f" {command(f'/get {error.job_id}')} shows them to tap."
    )


@sentence.register
def _(error: errors.EmptyFile) -> str:
    return (
        f"{_quoted(error.name)} is empty, and Telegram sends no empty files. {command('/files')}"
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
        f"{_quoted(error.name)} has {escaped(error.size)}, and Telegram hands a bot no more than"
        f" {TELEGRAM_HANDS_ON}. Put it into your Drive instead: {command('/files')} and"
        f" {command('/unzip')} find it there."
    )


@sentence.register
def _(error: errors.FileNotReceived) -> str:
    return (
        f"{_quoted(error.name)} did not arrive whole ({_quoted(error.why)}), and nothing of it was"
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
