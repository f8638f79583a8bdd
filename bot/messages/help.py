"""What each command does: feeds /help and Telegram's menu."""

from dataclasses import dataclass

from bot.messages.markup import bold, code, command, escaped
from bot.messages.translation import marked, say


@dataclass(frozen=True, slots=True)
class Help:
    """What is said about a command.

    Attributes:
        summary: one line, for the menu and the list.
        usage: forms it takes.
        details: plain sentences for /help COMMAND.
    """

    summary: str
    usage: tuple[str, ...]
    details: str = ""


HELP: dict[str, Help] = {
    "start": Help(marked("Say hello"), ("/start",)),
    "help": Help(marked("List the commands, or explain one"), ("/help", "/help train")),
    "train": Help(
        marked("Train the Keras MNIST convnet"),
        ("/train", "/train preset=quick target=99.3", '/train data="My Drive/flowers.npz"'),
        marked(
            "Alone it opens a form to tap. The card shows every epoch; at the end come test loss"
            " and test accuracy. The same seed gives the same numbers again. preset=quick"
            " takes a leaner network and one cycle of the learning rate, and gets as far in a small"
            " part of the time; it has epochs, batch_size and learning_rate of its own where you"
            " name none. target=99.25 ends with the first epoch that gets there. A model of your"
            " own (model=mine.py) takes what its file declares as well, such as width=32; a wrong"
            " name is answered with those that there are."
        ),
    ),
    "run": Help(
        marked("Run a script or a notebook of your own"),
        ("/run", "/run train.py lr=0.1", '/run "My Drive/code/work.ipynb" epochs=3'),
        marked(
            "As it is: what it trains with Keras is followed epoch by epoch, and what it writes is"
            " kept. Parameters reach it as --lr 0.1 and as PARAM_LR in its environment, but for"
            " tensorboard=on, which writes its epochs down as TensorBoard reads them. Takes .py,"
            " .ipynb and .sh. Without a name it lists what it finds, to tap."
        ),
    ),
    "check": Help(
        marked("What a training would take"),
        (
            "/check",
            "/check epochs=30",
            "/check data=labels batch_size=64",
            "/check train.py lr=0.1",
        ),
        marked(
            "Takes what /train and /run take, and does some seconds of it: how long the whole would"
            " take, memory, disk, and whether this machine lives that long. A script runs until its"
            " first training has told its pace; what it does before that, it does. Then a button"
            " starts the whole."
        ),
    ),
    "status": Help(
        marked("What runs, what waits, how the machine is"),
        ("/status",),
        marked("GPU, RAM, disk and uptime."),
    ),
    "jobs": Help(
        marked("The latest jobs"),
        ("/jobs", "/jobs failed"),
        marked(
            "A page at a time, with buttons to turn. Of one sort: open, finished, stopped, failed,"
            " train, run, unzip, install."
        ),
    ),
    "job": Help(
        marked("All about one job"),
        ("/job", "/job 7"),
        marked("Without a number, the latest one."),
    ),
    "stop": Help(
        marked("Stop a job"),
        ("/stop", "/stop 7", "/stop 7 after", "/stop 7 at 35"),
        marked(
            "At once, with “after” when its epoch ends, or with “at” after a later epoch. Without a"
            " number, the one that runs."
        ),
    ),
    "epochs": Help(
        marked("More or fewer epochs for a training"),
        ("/epochs 20", "/epochs 7 20"),
        marked(
            "How many it does in all, while it runs or later: one that has ended goes on to them"
            " with /resume, to the very numbers it would have had. One number alone is for the job"
            " that runs."
        ),
    ),
    "lr": Help(
        marked("Another learning rate for a training"),
        ("/lr", "/lr 7", "/lr 0.1", "/lr 7 0.1", "/lr 7 x0.5"),
        marked(
            "It counts from the next epoch on and holds until it is changed again: the cycle of"
            " preset=quick ends there. A message confirms when its process has taken it. Without a"
            " rate it offers buttons; a whole number alone is a job's. One that was stopped goes on"
            " with it by /resume, and a resumed training still comes to the very numbers it would"
            " have had."
        ),
    ),
    "note": Help(
        marked("Keep a note with a job"),
        ("/note 7 tried a smaller batch", "/note 7"),
        marked(
            "Up to 500 characters, as you write them; /job and /jobs show it. Without a text it"
            " shows the note, with a button to remove it."
        ),
    ),
    "alert": Help(
        marked("Be told when a metric gets somewhere"),
        ("/alert", "/alert 7 val_accuracy>0.99", "/alert val_loss <= 0.03"),
        marked(
            "After the first epoch of which it is so, once, in this chat. It takes > >= < <= and"
            " any metric that the job logs; a share may be written as 99%. Without a condition it"
            " lists what this chat waits for, with buttons to take it back."
        ),
    ),
    "resume": Help(
        marked("Go on with a job that broke off"),
        ("/resume", "/resume 7"),
        marked(
            "From its last checkpoint, to the very numbers it would have had. Without a number, the"
            " one that was stopped, failed or lost; of several you tap one."
        ),
    ),
    "retry": Help(
        marked("Do a job again as a new one"),
        ("/retry", "/retry 7", "/retry 7 epochs=20 seed=1"),
        marked(
            "With changed parameters where you name some. Code of your own is read anew; /again"
            " takes it as it was. Without a number, the latest."
        ),
    ),
    "again": Help(
        marked("Do a job again with the code it had, and hear what is not as it was"),
        ("/again", "/again 7", "/again 7 lr=0.5"),
        marked(
            "A training, script or notebook as a new job, with changed parameters where you name"
            " some, those of your own code too. Where your file has changed since, or is gone, what"
            " the job kept of it runs (/retry takes it as it is now). A message says so, and where"
            " the data or the versions are others. Without a number, the latest."
        ),
    ),
    "fork": Help(
        marked("Go on from an epoch of a training another way"),
        ("/fork 7", "/fork 7@8 lr=0.05", "/fork 7@8 epochs=30"),
        marked(
            "A new job that begins where the other stood after that epoch, the latest unless told:"
            " weights, optimizer and all, with other parameters where you name some. A training"
            " keeps its latest two checkpoints, with keep=all that of each epoch. From the end of a"
            " training it does as many epochs more, unless epochs= says how many in all."
        ),
    ),
    "logs": Help(
        marked("The last lines that a job printed"),
        ("/logs", "/logs 7", "/logs 7 100"),
        marked(
            "Without a number, the latest job; 30 lines unless told. More than a message holds come"
            " as a file."
        ),
    ),
    "plot": Help(
        marked("The curves of a training as a picture"),
        ("/plot", "/plot 7", "/plot 7 8", "/plot dark"),
        marked(
            "Without a number, the latest job; with several, all in one picture. dark and light are"
            " remembered."
        ),
    ),
    "compare": Help(
        marked("Trainings side by side"),
        ("/compare 7 8", "/compare 7 8 9"),
        marked("Two or three: the parameters that differ, accuracy, loss, best epoch and pace."),
    ),
    "best": Help(
        marked("The best trainings"),
        ("/best", "/best 10"),
        marked("By their accuracy on the test set."),
    ),
    "predict": Help(
        marked("What a picture shows, by a trained model"),
        ("/predict", "/predict 7", '/predict 7 "My Drive/digit.png"'),
        marked(
            "Send a photo with it as the caption, or answer one with it. The three likeliest"
            " classes come with bars, by the latest model or that of a job. For a model of MNIST a"
            " digit on paper is found and prepared as MNIST's were. It runs beside a training, on"
            " the CPU."
        ),
    ),
    "mistakes": Help(
        marked("Where a model errs, as a picture"),
        ("/mistakes", "/mistakes 7"),
        marked(
            "Its test set is asked: a table of which class was taken for which, and the wrong"
            " answers of which the model was surest. Without a number, the latest model. It takes"
            " up to a minute on a busy machine."
        ),
    ),
    "files": Help(
        marked("Look into the folders, and take files"),
        ("/files", '/files "My Drive/photos"'),
        marked(
            "Tap through data, Drive and jobs. A file that you send here is saved in data, up to 20"
            " MB; larger ones go through your Drive. Data lives as long as the machine does."
        ),
    ),
    "data": Help(
        marked("What there is to learn from, and what is in it"),
        ("/data", '/data "My Drive/flowers"'),
        marked(
            "Counts, sizes and classes, some samples as a picture, and what is worth knowing:"
            " damaged pictures, few samples of a class, samples of the test that are learned too."
        ),
    ),
    "get": Help(
        marked("Have a file sent"),
        ("/get", "/get 7", "/get 7 model.keras", '/get "My Drive/notes.txt"'),
        marked(
            "Without a name it lists the files of the latest job, or of one, to tap. Over 50 MB a"
            " file is copied to your Drive instead."
        ),
    ),
    "unzip": Help(
        marked("Unpack an archive into the work folder"),
        ("/unzip", '/unzip "My Drive/seg label.zip" into=labels'),
        marked(
            "Takes .zip, .tar, .tar.gz, .tar.bz2 and .tar.xz; all or nothing. Without a name it"
            " lists the archives it finds, to tap."
        ),
    ),
    "install": Help(
        marked("Install Python packages"),
        ("/install pandas", "/install 'scikit-learn>=1.5' pillow", "/install numpy force=yes"),
        marked(
            "Names with versions and extras, no options, URLs or paths. What Coltrain or the"
            " machine relies on is not changed unless force=yes."
        ),
    ),
    "keepalive": Help(
        marked("How often a sign of life comes while a job runs"),
        ("/keepalive", "/keepalive 10m", "/keepalive off"),
        marked("A ping tells you that the bot is alive. It does not keep a Colab machine."),
    ),
    "language": Help(
        marked("The language of this chat"),
        ("/language", "/language zh", "/language en", "/language auto"),
        marked(
            "English or Simplified Chinese. By itself it follows the language of your Telegram"
            " (auto); in a group, that of whoever wrote there first."
        ),
    ),
    "timezone": Help(
        marked("The time zone of clock times in this chat"),
        ("/timezone", marked("/timezone Europe/Berlin"), marked("/timezone UTC+2")),
        marked("A name in any case, or hours east (+) or west (-) of UTC. UTC unless told."),
    ),
    "release": Help(
        marked("Give the machine back when everything is saved"),
        ("/release",),
        marked(
            "Asks first where jobs have not ended. On a machine of your own it only stops the bot."
        ),
    ),
    "after": Help(
        marked("What happens when the queue runs empty"),
        ("/after", "/after release", "/after keep", "/after ask"),
        marked(
            "On a lent machine: announce it and release ten minutes later (ask, unless told),"
            " release a minute later, or keep it."
        ),
    ),
    "notify": Help(
        marked("What is told here, and what of it rings"),
        ("/notify", "/notify epochs silent", "/notify finished off"),
        marked(
            "With a sound (on), without one (silent), or not at all (off): started, epochs, saved,"
            " finished, failed, alerts, machine, pings. Alone it shows them all, to tap. Answers to"
            " commands always come."
        ),
    ),
    "quiet": Help(
        marked("Hours in which nothing rings"),
        ("/quiet 23:00-07:30", "/quiet", "/quiet off"),
        marked(
            "By the clock of /timezone. All messages come without a sound then, failures too; at"
            " the end one message sums up what would have rung."
        ),
    ),
    "mute": Help(
        marked("No sound for a while"),
        ("/mute 2h", "/mute 30m", "/mute", "/mute off"),
        marked(
            "Up to seven days (7d). All messages come without a sound, failures too; then one"
            " message sums up what would have rung."
        ),
    ),
    "invite": Help(
        marked("Let somebody in"),
        ("/invite operator", "/invite viewer"),
        marked(
            "Makes a link, and a QR code of it, that works once within ten minutes. Operators start"
            " and stop jobs, viewers look only."
        ),
    ),
    "users": Help(marked("Who may do what; remove somebody"), ("/users",)),
    "audit": Help(marked("Who did what"), ("/audit", "/audit 7")),
}


def overview(names: list[str]) -> str:
    """The answer to /help: the commands that the user may use."""
    lines = [f"{command('/' + name)} {escaped(say(HELP[name].summary))}" for name in names]
    more = say("{help} says more about one command.", help=command(f"/help {names[0]}"))
    return "\n".join([*lines, "", more])


def explanation(name: str, parameters: list[tuple[str, str, str]]) -> str:
    """The answer to /help COMMAND.

    Args:
        parameters: name, what it takes, what it is for.
    """
    help_ = HELP[name]
    lines = [
        f"{bold('/' + name)} · {escaped(say(help_.summary))}",
        *(code(say(form)) for form in help_.usage),
    ]
    if help_.details:
        lines.append(escaped(say(help_.details)))
    lines += [
        say(
            "{parameter} {meaning} ({allowed})",
            parameter=code(parameter),
            meaning=escaped(meaning),
            allowed=escaped(allowed),
        )
        for parameter, allowed, meaning in parameters
    ]
    return "\n".join(lines)
