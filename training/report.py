"""``python -m training.report <job folder>``: all about a job as one page, made offline.

The page is a single file without scripts: it opens on a phone, in a mail, in ten years.
Nothing is read but the job's folder, and nothing of it is run.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from training.protocol.event_log import read_events
from training.protocol.events import (
    ArtifactSaved,
    DeviceMeasured,
    EpochEnded,
    Event,
    LearningRateSet,
    RunFailed,
    RunStarted,
    RunStopped,
    RunSucceeded,
    WarningRaised,
)
from training.protocol.folder import JobFolder, write_atomically
from training.protocol.made_with import DECISIVE, read_made_with
from training.protocol.spec import Spec, read_spec
from training.report_chart import chart

TAIL_LINES, TAIL_BYTES = 60, 64_000
STYLE = """
:root{color-scheme:light dark;--ink:#1b1f23;--paper:#fff;--faint:#6a737d;--line:#d9dee3}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--paper:#17212b;--faint:#9aa7b3;--line:#33424f}}
body{font:16px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:720px;
margin:0 auto;padding:16px}h1{font-size:1.4em}h2{font-size:1.1em;margin-top:1.6em}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}th,td{text-align:left;padding:4px 10px 4px 0;
border-bottom:1px solid var(--line);overflow-wrap:anywhere}th{font-weight:600;color:var(--faint)}
.wide td,.wide th{white-space:nowrap}
pre{overflow-x:auto;font-size:13px;border:1px solid var(--line);padding:8px}
figure{margin:12px 0}svg{width:100%;height:auto}.grid{stroke:var(--line)}
li{overflow-wrap:anywhere}
text{fill:var(--faint);font-size:20px}.y{text-anchor:end}.x{text-anchor:middle}
.curve{fill:none;stroke-width:2.5}.curve.c0{stroke:#d55e00}
.curve.c1{stroke:#0072b2;stroke-dasharray:6 4}
.dots.c0{fill:#d55e00}.dots.c1{fill:#0072b2}span.c0{color:#d55e00}span.c1{color:#0072b2}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the report; the exit code is 0 where there is one now."""
    parser = argparse.ArgumentParser(prog="python -m training.report", description=__doc__)
    parser.add_argument("folder", type=Path, help="the job folder, with spec.json in it")
    parser.add_argument("--output", type=Path, help="where to (default: report.html in the folder)")
    options = parser.parse_args(arguments)
    folder = JobFolder(options.folder.resolve())
    try:
        spec = read_spec(folder)
    except FileNotFoundError:
        print(f"There is no job in {folder.path}: spec.json is missing.", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:
        summary = str(error).splitlines()[0]
        print(f"What the job was asked to do cannot be read: {summary}", file=sys.stderr)
        return 1
    output = options.output or folder.report
    try:
        write_atomically(output, page(folder, spec).encode())
    except OSError as error:
        print(f"The report cannot be written: {error}", file=sys.stderr)
        return 1
    print(output)
    return 0


def page(folder: JobFolder, spec: Spec) -> str:
    """The whole page."""
    events = _events(folder.event_log)
    epochs = {event.epoch: event for event in events if isinstance(event, EpochEnded)}
    history = [epochs[epoch] for epoch in sorted(epochs)]
    title = f"Job {folder.path.name} · {spec.kind}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        _pairs("", _ending(events)),
        _curves(history),
        _pairs("Asked for", _asked(spec)),
        _pairs("Made with", _made_with(folder, events)),
        _history(history),
        _list("Warnings", _warnings(events)),
        _list("Files", _files(events)),
        _tail(folder.log),
        _packages(folder),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _events(log: Path) -> list[Event]:
    events: list[Event] = []
    offset = 0
    while (chunk := read_events(log, offset)).offset > offset:
        events += chunk.events
        offset = chunk.offset
    return events


def _ending(events: Sequence[Event]) -> dict[str, object]:
    began = next((event for event in events if isinstance(event, RunStarted)), None)
    last = events[-1] if events else None
    told: dict[str, object] = {}
    match last:
        case RunSucceeded(result=result, seconds=seconds):
            told = {"ended": "succeeded", "seconds in its last run": round(seconds, 1), **result}
            if "target_accuracy" in result and "target_epoch" not in result:
                told["target_epoch"] = "not reached"
        case RunFailed(code=code, details=details):
            told = {"ended": f"failed: {code.value}", **details}
        case RunStopped(mode=mode, result=result):
            told = {"ended": f"stopped ({mode.value})", **result}
        case _:
            told = {"ended": "not told: it runs, or its process is gone"}
    runs = sum(isinstance(event, RunStarted) for event in events)
    when = {"began": f"{began.at:%Y-%m-%d %H:%M:%S} UTC", "runs": runs} if began else {}
    return {**when, **told}


def _asked(spec: Spec) -> dict[str, object]:
    return spec.model_dump(mode="json", exclude={"v", "kind"}, exclude_none=True)


def _made_with(folder: JobFolder, events: Sequence[Event]) -> dict[str, object]:
    device = next((e for e in reversed(events) if isinstance(e, DeviceMeasured)), None)
    told: dict[str, object] = {"device": device.name} if device else {}
    made_with = read_made_with(folder)
    if made_with is not None:
        known = {name: made_with.packages.get(name) for name in DECISIVE}
        told |= {"python": made_with.python, **{n: v for n, v in known.items() if v}}
        rest = made_with.model_dump(include={"commit", "seed", "data", "fingerprint", "code"})
        told |= {name: value for name, value in rest.items() if value not in (None, ())}
    rates = [event for event in events if isinstance(event, LearningRateSet)]
    if rates:
        changes = (f"{rate.learning_rate:g} from epoch {rate.epoch}" for rate in rates)
        told["learning rate changed to"] = ", ".join(changes)
    return told


def _curves(history: Sequence[EpochEnded]) -> str:
    names = dict.fromkeys(name for event in history for name in event.metrics)
    plain = dict.fromkeys(name.removeprefix("val_") for name in names)
    return "\n".join(_curve(name, history) for name in plain)


def _curve(name: str, history: Sequence[EpochEnded]) -> str:
    curves = []
    for one in (f"val_{name}", name):
        points = [(e.epoch, e.metrics[one]) for e in history if one in e.metrics]
        curves += [(one, points)] if points else []
    return chart(name, curves)


def _history(history: Sequence[EpochEnded]) -> str:
    if not history:
        return ""
    names = list(dict.fromkeys(name for event in history for name in event.metrics))
    head = "".join(f"<th>{escape(name)}</th>" for name in ("epoch", "s", "rate", *names))
    rows = "".join(_row(event, names) for event in history)
    return f'<h2>Epochs</h2><div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _row(event: EpochEnded, names: Sequence[str]) -> str:
    rate = "" if event.learning_rate is None else f"{event.learning_rate:g}"
    figures = (f"{event.metrics[name]:.5g}" if name in event.metrics else "" for name in names)
    cells = (str(event.epoch), f"{event.seconds:.1f}", rate, *figures)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _warnings(events: Sequence[Event]) -> Iterable[str]:
    for event in events:
        if isinstance(event, WarningRaised):
            details = json.dumps(event.details, ensure_ascii=False)
            yield f"{event.code.value} {details}"


def _files(events: Sequence[Event]) -> Iterable[str]:
    saved = {event.name: event for event in events if isinstance(event, ArtifactSaved)}
    return (f"{e.name} · {e.size_bytes:,} bytes · SHA-256 {e.sha256}" for e in saved.values())


def _packages(folder: JobFolder) -> str:
    made_with = read_made_with(folder)
    if made_with is None or not made_with.packages:
        return ""
    lines = "\n".join(f"{name}=={version}" for name, version in made_with.packages.items())
    return f"<details><summary>All packages</summary><pre>{escape(lines)}</pre></details>"


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
    except OSError:
        return ""
    return f"<h2>The end of its log</h2><pre>{escape(chr(10).join(lines))}</pre>" if lines else ""


def _pairs(title: str, pairs: Mapping[str, object]) -> str:
    if not pairs:
        return ""
    rows = "".join(
        f"<tr><th>{escape(name.replace('_', ' '))}</th><td>{escape(_text(value))}</td></tr>"
        for name, value in pairs.items()
    )
    return f"{f'<h2>{escape(title)}</h2>' if title else ''}<table>{rows}</table>"


def _list(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(title)}</h2><ul>{items}</ul>" if items else ""


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


if __name__ == "__main__":
    sys.exit(main())
