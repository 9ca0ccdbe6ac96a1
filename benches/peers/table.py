"""The Markdown of results.json."""

from collections.abc import Callable
from typing import Any

from rows import LABELS

Results = dict[str, Any]


def table(results: Results) -> str:
    tools: Results = results["tools"]
    sets = list(results["sets"])
    versions = results["versions"]
    machine = results["machine"]
    parts = [
        "# claimtag beside others\n",
        "Made by `benches/peers/run`; how each was trained and measured stands in [README.md](README.md), all figures in "
        "[results.json](results.json).\n",
        f"{machine['cores']} cores of {machine['cpu']}; {versions['claimtag']}, fastText {versions['fasttext']}, "
        + ", ".join(f"{name} {versions[name]}" for name in ("scikit-learn", "model2vec", "spacy", "torch", "onnxruntime"))
        + f", Python {versions['python']}.\n",
        "**Quality**: macro over the labels, F1 with its 95% interval over documents.\n",
        grid(tools, ["trained on"] + [f"{kind}, {name}" for name in sets for kind in ("F1", "average precision")], quality(sets)),
    ]
    timed = {name: tool for name, tool in tools.items() if tool["speed"]}
    if timed:
        parts += [
            "**Speed and size**: whole processes from a file of real sentences to probabilities, medians of rounds in turn.\n",
            grid(
                timed,
                ["sentences/s, one thread", "two threads", "start, s", "peak memory, MB", "model, MB", "program or packages, MB", "training, CPU s"],
                cost,
            ),
            "² two processes on half of the sentences each. Training is in seconds of processor time, as the machine may do other work meanwhile "
            "(`results.json` has wall time and load); it includes the choice of settings, and ONNX Runtime's that of the model in "
            "PyTorch. Packages are without Python, and without the parts of PyTorch for GPUs.\n",
        ]
    for name in sets:
        parts += [f"**F1 of each label**, {name}, {results['sets'][name]} rows:\n", grid(tools, list(LABELS), per_label(name))]
    return "\n".join(parts)


def grid(tools: Results, columns: list[str], cells: Callable[[Results], list[str]]) -> str:
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {name(tool)} | " + " | ".join(cells(tool)) + " |" for tool in tools.values()]
    return "\n".join(lines) + "\n"


def name(tool: Results) -> str:
    return f"**{tool['title']}**" if tool["claimtag"] else tool["title"]


def quality(sets: list[str]) -> Callable[[Results], list[str]]:
    def cells(tool: Results) -> list[str]:
        found = ["the rows, and distilled from unlabelled articles" if tool["default"] else "the rows"]
        for name in sets:
            macro = tool["quality"][name]["macro"]
            low, high = macro["f1_interval"]
            found += [f"{macro['f1']:.3f} [{low:.2f} {high:.2f}]", f"{macro['average_precision']:.3f}"]
        return found

    return cells


def cost(tool: Results) -> list[str]:
    speed, trained = tool["speed"], tool["trained"]
    two = speed["threads_2"]
    return [
        rounded(speed["threads_1"]["per_second"]),
        rounded(two["per_second"]) + ("²" if two["processes"] == 2 else ""),
        f"{speed['start_seconds']:.2f}",
        f"{speed['threads_1']['peak_bytes'] / 1e6:.0f}",
        f"{tool['model_bytes'] / 1e6:.1f}" if tool["model_bytes"] else "in the program",
        f"{tool['environment']['bytes'] / 1e6:.{0 if tool['environment']['bytes'] > 1e6 else 1}f}",
(">" if trained.get("resumed") else "") + f"{trained['cpu_seconds']:,.0f}" if trained else "—",
    ]


def per_label(set_name: str) -> Callable[[Results], list[str]]:
    return lambda tool: [f"{tool['quality'][set_name][label]['f1']:.3f}" for label in LABELS]


def rounded(value: float) -> str:
    """Three digits: more would be noise."""
    digits = max(len(str(int(value))) - 3, 0)
    return f"{round(value, -digits):,.0f}"
