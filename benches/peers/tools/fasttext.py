"""fastText, supervised, one independent logistic loss per label."""

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from .base import Context, Tool

#: The tokenizer of fastText's tutorial: marks apart, ASCII in lower case.
NORMALIZE = ["sed", "-e", r"s/\([.!?,'/()]\)/ \1 /g", "-e", "y/ABCDEFGHIJKLMNOPQRSTUVWXYZ/abcdefghijklmnopqrstuvwxyz/"]
#: A label of its own for rows without one, which fastText would leave out.
NONE = "none"


class FastText(Tool):
    name = "fasttext"
    title = "fastText"

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        import numpy

        from quality import mean_average_precision

        plain = self.sentences([row.text for row in context.train], model / "texts")
        normal = subprocess.run([*NORMALIZE, plain], check=True, capture_output=True, encoding="utf-8").stdout
        rows = model / "rows.txt"
        with rows.open("w", encoding="utf-8") as file:
            for row, text in zip(context.train, normal.splitlines()):
                print(*(f"__label__{label}" for label in row.labels or [NONE]), text, file=file)
        held_out = self.sentences([row.text for row in context.validation], model / "validation")
        # 200,000 buckets are more than ten thousand rows have n-grams to tell apart, and a tenth of the default's size
        common = "-loss ova -wordNgrams 2 -dim 50 -bucket 200000 -thread 1 -seed 1".split()
        tried = []
        for i, settings in enumerate(
            ("-epoch 25 -lr 0.5", "-epoch 50 -lr 0.5", "-epoch 25 -lr 1.0", "-epoch 25 -lr 0.5 -minn 3 -maxn 5")
        ):
            command = [program(), "supervised", "-input", rows, "-output", model / f"try{i}", *common, *settings.split()]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            said = subprocess.run(self.command(model, held_out, 1, f"try{i}"), check=True, capture_output=True, text=True)
            probs = [self.parse(line) for line in said.stdout.splitlines()]
            tried.append({"settings": settings, "validation": mean_average_precision(context.validation, numpy.array(probs))})
        best = context.best(tried)
        (model / f"try{best}.bin").rename(model / "model.bin")
        for path in model.iterdir():
            if path.name != "model.bin":
                path.unlink()
        return {"kept": tried[best]["settings"], "tried": tried, "threads": 1, "common": " ".join(common)}

    def command(self, model: Path, sentences: Path, threads: int, name: str = "model") -> list[str]:
        predict = [program(), "predict-prob", str(model / f"{name}.bin"), "-", "-1"]
        return ["sh", "-c", f"LC_ALL=C {shlex.join([*NORMALIZE, str(sentences)])} | {shlex.join(predict)}"]

    def parse(self, line: str) -> list[float]:
        from rows import LABELS

        words = line.split()
        probs = {label.removeprefix("__label__"): float(prob) for label, prob in zip(words[::2], words[1::2])}
        return [probs.get(label, 0.0) for label in LABELS]

    def programs(self) -> list[Path]:
        return [Path(program())]


def program() -> str:
    return os.environ["FASTTEXT"]
