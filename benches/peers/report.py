"""What was measured, as a table, raw figures and a chart."""

import json
import os
import platform
import statistics
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy
from packaging.requirements import Requirement

import quality
from rows import LABELS, Data, Row, read
from tools import TOOLS
from tools.base import HERE, Tool
from tools.claimtag import Claimtag, program

if TYPE_CHECKING:
    from compare import Run

#: Parts of PyPI's PyTorch for Linux that only a GPU needs; whoever installs the build for CPUs has none of them.
GPU_ONLY = ("nvidia-", "cuda-", "triton")
MB = 1e6


def report(run: "Run") -> None:
    """Of all tools whose present model was judged, whichever were chosen this time."""
    found = {tool.name: figures(run, tool) for tool in TOOLS.values() if run.judged(tool)}
    results = {
        "machine": machine(),
        "versions": versions(),
        "train": str(Data().train.relative_to(Data().train.parents[2])),
        "sets": {name: len(read(path)) for name, path in run.sets.items()},
        "tools": found,
    }
    run.args.results.mkdir(parents=True, exist_ok=True)
    write(run.args.results / "results.json", json.dumps(results, indent=1) + "\n")
    from table import table

    write(run.args.results / "results.md", table(results))
    if any(tool["speed"] for tool in found.values()):
        from chart import chart

        chart(results, run.args.results / "results.svg")


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def figures(run: "Run", tool: Tool) -> dict[str, Any]:
    trained = run.trained(tool)
    for name in tool.after:
        before = run.trained(TOOLS[name])
        trained["seconds"] += before["seconds"]
        trained["cpu_seconds"] += before["cpu_seconds"]
    shipped = tool.ships(run.model(tool))
    return {
        "title": tool.title,
        "claimtag": isinstance(tool, Claimtag),
        "default": isinstance(tool, Claimtag) and tool.default,
        "trained": trained,
        **(of_claimtag(run, tool) if isinstance(tool, Claimtag) else of_probabilities(run, tool)),
        "speed": speed(run, tool),
        "model_bytes": sum(path.stat().st_size for path in shipped),
        "environment": environment(tool),
    }


def of_probabilities(run: "Run", tool: Tool) -> dict[str, Any]:
    def probabilities(path: Path, rows: list[Row]) -> numpy.ndarray:
        lines = run.predictions(tool, path).read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(rows), f"{tool.name} has {len(lines)} lines for {len(rows)} rows of {path.name}"
        return numpy.array([tool.parse(line) for line in lines])

    held_out = read(Data().validation)
    probs = probabilities(Data().validation, held_out)
    limits = quality.thresholds(held_out, probs)
    # a model that was not stored as it was trained would be judged for what it is not
    said = max((tried["validation"] for tried in run.trained(tool).get("tried", [])), default=None)
    found = quality.mean_average_precision(held_out, probs)
    if said is not None and abs(said - found) > 0.003:
        raise SystemExit(f"{tool.name}: mean average precision on the validation rows {said} in training, {found} as loaded")
    judged = {}
    for name, path in run.sets.items():
        rows = read(path)
        probs = probabilities(path, rows)
        judged[name] = quality.judge(rows, probs, probs >= numpy.array(limits))
    return {"thresholds": dict(zip(LABELS, limits)), "quality": judged}


def of_claimtag(run: "Run", tool: Claimtag) -> dict[str, Any]:
    """By `claimtag eval`; and counted here on the rows that `claimtag tag` takes as one sentence, to see that both count alike."""

    def plain(figures: dict[str, Any]) -> quality.Figures:
        return {name: figures[name]["value"] for name in quality.NAMES}

    judged, checks = {}, {}
    for name, path in run.sets.items():
        predictions = run.predictions(tool, path)
        said = json.loads(predictions.read_text(encoding="utf-8"))
        judged[name] = {label["label"]: plain(label) for label in said["labels"]} | {"macro": plain(said["macro_mean"])}
        judged[name]["macro"]["f1_interval"] = said["macro_mean"]["f1"]["interval"]
        kept = predictions.with_suffix(".check.json")
        if not kept.exists() or kept.stat().st_mtime < predictions.stat().st_mtime:
            kept.write_text(json.dumps(check(run, tool, path, predictions.parent)))
        checks[name] = json.loads(kept.read_text())
    return {"quality": judged, "counted_here_and_by_eval": checks}


def check(run: "Run", tool: Claimtag, path: Path, folder: Path) -> dict[str, Any]:
    """Macro-F1 of the labels that `claimtag tag` gives, counted here, which must be what `claimtag eval` says."""
    lines, rows = path.read_text(encoding="utf-8").splitlines(), read(path)
    records = folder / "records.jsonl"
    write(records, "".join(json.dumps({"id": str(i), "text": row.text}) + "\n" for i, row in enumerate(rows)))
    tagged = subprocess.run(tool.command(run.model(tool), records, 2), check=True, capture_output=True, encoding="utf-8")
    sentences: dict[int, list[dict[str, Any]]] = {}
    for sentence in map(json.loads, tagged.stdout.splitlines()):
        sentences.setdefault(int(sentence["article_id"]), []).append(sentence)
    whole = [i for i, row in enumerate(rows) if [s["text"] for s in sentences.get(i, [])] == [row.text]]
    given = numpy.array([[label in sentences[i][0]["labels"] for label in LABELS] for i in whole])
    probs = numpy.array([[sentences[i][0]["prob"][label] for label in LABELS] for i in whole])
    write(records, "".join(lines[i] + "\n" for i in whole))
    here = quality.judge([rows[i] for i in whole], probs, given)["macro"]["f1"]
    said = tool.eval(run.model(tool), records)["macro_mean"]["f1"]["value"]
    if abs(here - said) > 1e-9:
        raise SystemExit(f"{tool.name} on {path.name}: macro-F1 {here} counted here, {said} by claimtag eval")
    return {"rows": len(whole), "macro_f1": here}


def speed(run: "Run", tool: Tool) -> dict[str, Any]:
    build = run.build(tool)
    records = [record for record in run.timings() if record["tool"] == tool.name and record["build"] == build]
    starts = [record["seconds"] for record in records if record["sentences"] == 1]
    runs = [record for record in records if record["sentences"] > 1]
    if not starts or not runs:
        return {}
    start = statistics.median(starts)
    found: dict[str, Any] = {"start_seconds": start, "runs": records}
    for threads in (1, 2):
        those = [record for record in runs if record["threads"] == threads]
        seconds = statistics.median(record["seconds"] for record in those)
        count = those[0]["sentences"]
        found[f"threads_{threads}"] = {
            "sentences": count,
            "processes": those[0]["processes"],
            "per_second": count / seconds,
            "per_second_without_start": count / max(seconds - start, 1e-9),
            "per_cpu_second": count / statistics.median(record["cpu_seconds"] for record in those),
            "peak_bytes": statistics.median(record["peak_bytes"] for record in those),
        }
    return found


def environment(tool: Tool) -> dict[str, int]:
    """Bytes that must be installed to predict, Python itself apart: programs, or packages with all that they need."""
    sizes = {"bytes": sum(path.stat().st_size for path in tool.programs()), "gpu_only_bytes": 0}
    seen: set[str] = set()
    waiting = list(tool.needs)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        files = (Path(package.locate_file(file)) for file in package.files or [])
        gpu = name.startswith(GPU_ONLY)
        sizes["gpu_only_bytes" if gpu else "bytes"] += sum(file.stat().st_size for file in files if file.is_file())
        for line in package.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    return sizes


def machine() -> dict[str, Any]:
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    return {"cpu": cpu, "cores": os.cpu_count(), "system": platform.platform(), "load": os.getloadavg()}


def versions() -> dict[str, str]:
    pinned = (HERE / "requirements.txt").read_text().splitlines()
    names = [Requirement(line).name for line in pinned if line and not line.startswith("#")]
    claimtag = subprocess.run([program(), "--version"], check=True, capture_output=True, encoding="utf-8").stdout.splitlines()[0]
    return {"python": sys.version.split()[0], "claimtag": claimtag, "fasttext": "0.9.3"} | {name: metadata.version(name) for name in names}
