"""claimtag's tiers, of a model trained on the same rows and of the one built in."""

import json
import os
import subprocess
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from .base import Context, Tool

#: Sentences to a text. claimtag reads articles and spreads them over its threads, so sentences come in pieces as long as one.
SENTENCES = 100


class Claimtag(Tool):
    resumes = True
    threads_itself = True

    def __init__(self, tier: str, default: bool) -> None:
        self.tier, self.default = tier, default
        self.name = f"claimtag-{'default-' if default else ''}{tier}"
        self.title = f"claimtag, {tier}" + (" (default model)" if default else "")
        if default:
            self.model_of = "claimtag-default"
        elif tier == "cascade":
            self.model_of = "claimtag-encoder"

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        command = [program(), "train", str(context.data.train), "--out", str(model), "--threads", "2"]
        if self.tier != "linear":
            command += ["--encoder", "finetune", "--base", str(context.base)]
        subprocess.run(command, check=True)
        return {"kept": "defaults of claimtag train" + ("" if self.tier == "linear" else " --encoder finetune --base MINILM")}

    def command(self, model: Path, sentences: Path, threads: int) -> list[str]:
        own = [] if self.default else ["--model", str(model)]
        options = ["--all", "--quiet", "--any-language", "--tier", self.tier, "--threads", str(threads), "--to", "jsonl"]
        return [program(), "tag", *own, *options, str(sentences)]

    def sentences(self, lines: Iterable[str], path: Path) -> Path:
        path = path.with_suffix(".jsonl")
        lines = iter(lines)
        with path.open("w", encoding="utf-8") as file:
            while text := "\n".join(islice(lines, SENTENCES)):
                print(json.dumps({"text": text}), file=file)
        return path

    def ships(self, model: Path) -> list[Path]:
        return [] if self.default else super().ships(model)

    def programs(self) -> list[Path]:
        return [Path(program())]

    def eval(self, model: Path, gold: Path) -> dict[str, Any]:
        """What `claimtag eval` says of the tier."""
        own = [] if self.default else ["--model", str(model)]
        command = [program(), "eval", *own, "--tier", self.tier, "--json", str(gold)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["tiers"][0]


def program() -> str:
    return os.environ["CLAIMTAG"]
