"""Labelled rows, and what a run works on. Standard library only: whatever is timed must not pay for more."""

import dataclasses
import hashlib
import json
from pathlib import Path

LABELS = ("exclusivity", "investment", "competition", "infrastructure")
REPOSITORY = Path(__file__).resolve().parents[2]
CLAIMS = REPOSITORY / "data" / "claims"


@dataclasses.dataclass(frozen=True)
class Row:
    text: str
    doc: str
    #: one per label; None where it is not known, which neither teaches nor counts
    truth: tuple[bool | None, ...]

    @property
    def labels(self) -> list[str]:
        return [label for label, true in zip(LABELS, self.truth) if true]


def read(path: Path) -> list[Row]:
    """Rows of a JSON-lines file; each text on one line, as the tools get it from a file of sentences."""
    rows = []
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        unknown = row.get("unknown", ())
        truth = tuple(None if label in unknown else label in row["labels"] for label in LABELS)
        rows.append(Row(" ".join(row["text"].split()), str(row.get("doc", f"row {at}")), truth))
    return rows


@dataclasses.dataclass(frozen=True)
class Data:
    """What tools learn from, and choose their settings and thresholds on."""

    train: Path = CLAIMS / "train.jsonl"
    validation: Path = CLAIMS / "validation.jsonl"

    def fingerprint(self, *others: Path) -> str:
        digest = hashlib.sha256()
        for path in (self.train, self.validation, *others):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]
