#!/usr/bin/env python3
"""claimtag beside other ways to tag sentences, step by step; see README.md here. Started by `run`.

Every step keeps what it made under --out and is left out the next time: training, predictions, each single timed run.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from measure import measure
from rows import CLAIMS, Data, read
from tools import TOOLS
from tools.base import HERE, Tool
from tools.claimtag import Claimtag, program

MOST_SENTENCES = 500_000
STARTS = 5


class Run:
    """One folder of kept work."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.out: Path = args.out
        self.models = self.folder("models")
        self.log = self.folder("logs") / "log.txt"
        self.timing = self.out / "timing.jsonl"
        self.plan = self.out / "plan.json"
        self.sets = {"test": CLAIMS / "test.jsonl"} | {path.stem: path for path in args.gold}
        self.tools = [tool for tool in TOOLS.values() if chosen(tool, args.only)]

    def folder(self, *parts: str) -> Path:
        folder = self.out.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def model(self, tool: Tool) -> Path:
        return self.models / tool.model_name

    def trained(self, tool: Tool) -> dict[str, Any] | None:
        """How the model that a tool uses was trained; nothing for the one built in."""
        path = self.out / "trained" / f"{tool.model_name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def build(self, tool: Tool) -> str:
        """Changes with the programs and the model of a tool, so that what was kept of others is not used."""
        digest = hashlib.sha256()
        for path in [*tool.programs(), *sorted(tool.ships(self.model(tool)))]:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:12]

    def predictions(self, tool: Tool, rows: Path) -> Path:
        """Where the probabilities of a tool for a file of rows are kept."""
        with rows.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:8]
        return self.folder("predictions", tool.name) / f"{rows.stem}-{digest}.txt"

    def sets_of(self, tool: Tool) -> list[Path]:
        """The rows that a tool says its probabilities of; claimtag has its thresholds already."""
        return [*([] if isinstance(tool, Claimtag) else [Data().validation]), *self.sets.values()]

    def current(self, tool: Tool) -> bool:
        """Whether the predictions that are kept are those of the present programs and models."""
        build = self.out / "predictions" / tool.name / "build"
        return build.exists() and build.read_text() == self.build(tool)

    def judged(self, tool: Tool) -> bool:
        return self.current(tool) and all(self.predictions(tool, path).exists() for path in self.sets_of(tool))

    def train(self) -> None:
        needed = {name for tool in self.tools for name in (tool.model_name, *tool.after)}
        fingerprint = Data().fingerprint(self.args.base / "model.safetensors")
        for name in [name for name in TOOLS if name in needed]:
            path = self.folder("trained") / f"{name}.json"
            again = any(chosen(TOOLS[each], self.args.retrain) for each in (name, *TOOLS[name].after)) if self.args.retrain else False
            if path.exists() and json.loads(path.read_text())["fingerprint"] == fingerprint and not again:
                continue
            say(f"training {name}")
            if again or path.exists() or not TOOLS[name].resumes:
                path.unlink(missing_ok=True)
                shutil.rmtree(self.models / name, ignore_errors=True)
            resumed = (self.models / name).exists()
            notes = self.out / f"notes-{name}.json"
            command = [sys.executable, str(HERE / "train.py"), name, str(self.args.base), str(self.models), str(notes)]
            usage = measure([command], 2, self.log)
            kept = {"fingerprint": fingerprint, "resumed": resumed} | usage | json.loads(notes.read_text())
            path.write_text(json.dumps(kept, indent=1))

    def predict(self) -> None:
        """Probabilities for the rows that tools are judged on, by the very commands that are timed."""
        for tool in self.tools:
            folder = self.folder("predictions", tool.name)
            current = self.current(tool)
            for path in self.sets_of(tool):
                kept = self.predictions(tool, path)
                if kept.exists() and current:
                    continue
                say(f"{tool.name} predicts {path.name}")
                if isinstance(tool, Claimtag):
                    kept.write_text(json.dumps(tool.eval(self.model(tool), path)))
                else:
                    sentences = tool.sentences((row.text for row in read(path)), folder / "sentences")
                    part = folder / "part"
                    measure([tool.command(self.model(tool), sentences, 2)], 2, self.log, part)
                    part.rename(kept)
            (folder / "build").write_text(self.build(tool))

    def sentences(self) -> Path:
        path = self.folder("sentences") / "all"
        if not path.exists():
            say("taking sentences of the articles")
            tag = [program(), "tag", "--all", "--quiet", "--tier", "linear", "--to", "jsonl", str(self.args.articles)]
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                rows = subprocess.Popen(tag, stdout=subprocess.PIPE)
                subprocess.run([sys.executable, str(HERE / "sample.py"), str(MOST_SENTENCES)], stdin=rows.stdout, stdout=file, check=True)
            part.rename(path)
        return path

    def first(self, tool: Tool, count: int, part: int = 0, parts: int = 1) -> Path:
        """Every `parts`-th of the first `count` sentences, as the tool takes them."""
        kind = "claimtag" if isinstance(tool, Claimtag) else "plain"
        stem = self.out / "sentences" / f"{kind}-{count}-{part}-{parts}"
        found = list(stem.parent.glob(f"{stem.name}.*"))
        if found:
            return found[0]
        with self.sentences().open(encoding="utf-8") as file:
            return tool.sentences((line.rstrip("\n") for line in islice(file, part, count, parts)), stem)

    def commands(self, tool: Tool, count: int, threads: int) -> list[list[str]]:
        """One process, or two on half of the sentences each, if the tool has no threads of its own."""
        processes = 1 if threads == 1 or tool.threads_itself else threads
        own = threads if processes == 1 else 1
        return [tool.command(self.model(tool), self.first(tool, count, i, processes), own) for i in range(processes)]

    def how_many(self, tool: Tool) -> int:
        """Sentences to time a tool on, so that it is busy for --seconds on one thread, or five times as long as it takes to start."""
        plan = json.loads(self.plan.read_text()) if self.plan.exists() else {}
        if tool.name not in plan:
            with self.sentences().open(encoding="utf-8") as file:
                most = sum(1 for _ in file)
            start = measure(self.commands(tool, 1, 1), 1, self.log)["seconds"]
            count, busy = 50, 0.0
            while busy < 1.5 and count < most:
                count = min(count * 6, most)
                output = self.out / "tried.txt"
                busy = measure(self.commands(tool, count, 1), 1, self.log, output)["seconds"] - start
                with output.open("rb") as file:
                    rows = sum(1 for _ in file)
                if abs(rows - count) > count / 100:
                    raise SystemExit(f"{tool.name} made {rows} of {count} sentences")
            digits = max(int(count / busy * max(self.args.seconds, 5 * start)), 100)
            step = 10 ** (len(str(digits)) - 2)
            plan[tool.name] = min(digits // step * step, most)
            self.plan.write_text(json.dumps(plan, indent=1))
        return plan[tool.name]

    def time(self) -> None:
        """Rounds in which each tool has its turn on one thread and on two, then starts, in turn as well."""
        if self.args.retime:
            for path in (self.timing, self.plan):
                path.unlink(missing_ok=True)
        counts = {tool.name: self.how_many(tool) for tool in self.tools} if self.args.rounds else {}
        turns = [(tool, counts[tool.name], threads, turn) for turn in range(self.args.rounds) for tool in self.tools for threads in (1, 2)]
        turns += [(tool, 1, 1, turn) for turn in range(STARTS if self.args.rounds else 0) for tool in self.tools]
        builds = {tool.name: self.build(tool) for tool in self.tools}
        done = {tuple(record[key] for key in KEY) for record in self.timings()}
        for tool, count, threads, turn in turns:
            key = (tool.name, builds[tool.name], count, threads, turn)
            if key in done:
                continue
            commands = self.commands(tool, count, threads)
            record = dict(zip(KEY, key)) | {"processes": len(commands)} | measure(commands, threads, self.log)
            with self.timing.open("a") as file:
                print(json.dumps(record), file=file)
            say(f"{tool.name} {count} sentences, {threads} threads, turn {turn}: {record['seconds']:.2f} s")

    def timings(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.timing.open()] if self.timing.exists() else []


KEY = ("tool", "build", "sentences", "threads", "turn")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def chosen(tool: Tool, only: list[str]) -> bool:
    return not only or any(tool.name == name or tool.name.startswith(name + "-") for name in only)


def names(text: str) -> list[str]:
    found = [name for name in text.split(",") if name]
    for name in found:
        if not any(chosen(tool, [name]) for tool in TOOLS.values()):
            raise argparse.ArgumentTypeError(f"no tool {name}; there are {', '.join(TOOLS)}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="run", description="claimtag beside other ways to tag sentences.")
    parser.add_argument("--base", type=Path, required=True, help="all-MiniLM-L6-v2 in the Hugging Face layout")
    parser.add_argument("--articles", type=Path, required=True, help="what claimtag reads, for real sentences to time on")
    parser.add_argument("--gold", type=Path, action="append", default=[], help="labelled rows to judge on besides data/claims/test.jsonl; the first is what the chart shows")
    parser.add_argument("--out", type=Path, default=HERE / ".out", help="models, predictions and timings are kept here")
    parser.add_argument("--results", type=Path, default=HERE, help="folder for results.md, results.json and results.svg")
    parser.add_argument("--only", type=names, default=[], metavar="NAME,…", help=f"of {', '.join(TOOLS)}; claimtag is all of its rows")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing; 0 for none")
    parser.add_argument("--seconds", type=float, default=10, help="how long a timed run should take on one thread, starting apart")
    parser.add_argument("--retime", action="store_true", help="forget the timings that are there")
    parser.add_argument("--retrain", type=names, default=[], metavar="NAME,…", help="train these again")
    args = parser.parse_args()
    # as on Ctrl-C, so that whatever runs is ended as well
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    run = Run(args)
    run.train()
    run.predict()
    run.time()
    # from here on nothing is measured, and memory does not matter
    from report import report

    report(run)


if __name__ == "__main__":
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    main()
