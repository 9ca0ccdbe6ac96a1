"""Quality against speed, one point per tool."""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402

#: All readable on white and on black.
OURS, THEIRS, INK = "#e8743b", "#4f8fd0", "#808890"
#: Where a label may stand beside its point, in points: the first place that is free is taken.
PLACES = [(9, 0, "left"), (-9, 0, "right")] + [
    (x, y, side) for y in (11, -11, 22, -22, 33, -33) for x, side in ((5, "left"), (-5, "right"), (0, "center"))
]


def chart(results: dict[str, Any], path: Path) -> None:
    # the first set of --gold, real sentences, if there is one
    name = list(results["sets"])[:2][-1]
    matplotlib.rcParams |= {"svg.hashsalt": "claimtag", "svg.fonttype": "path", "font.size": 9.5}
    matplotlib.rcParams |= {key: INK for key in ("axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color", "text.color")}
    figure, axes = pyplot.subplots(figsize=(9, 5.2), layout="constrained")
    points = []
    for tool in results["tools"].values():
        if tool["speed"]:
            x, y = tool["speed"]["threads_1"]["per_second"], tool["quality"][name]["macro"]["f1"]
            colour = OURS if tool["claimtag"] else THEIRS
            axes.plot(x, y, "o", markersize=8, color=colour, fillstyle="none" if tool["default"] else "full", markeredgewidth=1.8)
            points.append((x, y, tool["title"].split(" (")[0].replace(" fine-tuned", ""), colour))
    axes.set_xscale("log")
    axes.margins(x=0.12, y=0.12)
    axes.set_xlabel("sentences per second on one thread, whole process (logarithmic)")
    axes.set_ylabel(f"macro-F1 on {results['sets'][name]:,} sentences ({name})")
    axes.grid(True, which="major", color=INK, alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    kinds = {"claimtag, trained on the same rows": (OURS, "full"), "claimtag, default model": (OURS, "none"), "others": (THEIRS, "full")}
    for title, (colour, fill) in kinds.items():
        axes.plot([], [], "o", markersize=8, color=colour, fillstyle=fill, markeredgewidth=1.8, label=title)
    figure.legend(loc="outside upper left", ncols=3, frameon=False)
    place(figure, axes, points)
    figure.savefig(path, transparent=True, metadata={"Date": None, "Creator": None})


def place(figure: Any, axes: Any, points: list[tuple[float, float, str, str]]) -> None:
    """Labels beside their points, each where it covers no point and no other label."""
    figure.canvas.draw()
    frame = axes.get_window_extent()
    taken = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in (axes.transData.transform(point[:2]) for point in points)]
    for x, y, title, colour in points:
        for dx, dy, side in PLACES:
            label = axes.annotate(title, (x, y), (dx, dy), textcoords="offset points", ha=side, va="center", color=colour)
            label.set_in_layout(False)
            box = label.get_window_extent().padded(4)
            if not any(box.overlaps(other) for other in taken) and frame.contains(box.x0, box.y0) and frame.contains(box.x1, box.y1):
                break
            if (dx, dy, side) != PLACES[-1]:
                label.remove()
        taken.append(box)
