"""How good probabilities are, counted as `claimtag eval` counts."""

from typing import Any

import numpy
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from rows import LABELS, Row

Figures = dict[str, float]
NAMES = ("precision", "recall", "f1", "average_precision")


def known(rows: list[Row], label: int) -> tuple[list[int], numpy.ndarray]:
    """The rows of which it is known whether the label applies, and whether it does."""
    at = [i for i, row in enumerate(rows) if row.truth[label] is not None]
    return at, numpy.array([rows[i].truth[label] for i in at], dtype=bool)


def mean_average_precision(rows: list[Row], probs: numpy.ndarray) -> float:
    """By which every tool chooses its settings on the validation rows: it needs no thresholds."""
    values = []
    for label in range(len(LABELS)):
        at, truth = known(rows, label)
        values.append(average_precision_score(truth, probs[at, label]))
    return float(numpy.mean(values))


def thresholds(rows: list[Row], probs: numpy.ndarray) -> list[float]:
    """The threshold of each label with the best F1 on the validation rows.

    By the rule that claimtag has for its own (`src/calibrate/threshold.rs`), on log-odds: the best F1 of a hundred positives
    is partly luck, so the curve is smoothed before its top is taken, and of equals the middle one is.
    """
    log_odds = numpy.arange(-6, 6.001, 0.05)
    candidates = 1 / (1 + numpy.exp(-log_odds))
    half = 8
    found = []
    for label in range(len(LABELS)):
        at, truth = known(rows, label)
        said = probs[at, label][None, :] >= candidates[:, None]
        f1 = 2 * (said & truth).sum(1) / (said.sum(1) + truth.sum())
        smooth = [f1[max(i - half, 0) : i + half + 1].mean() for i in range(len(f1))]
        top = numpy.flatnonzero(numpy.isclose(smooth, max(smooth), rtol=0, atol=1e-12))
        found.append(float(candidates[top[len(top) // 2]]))
    return found


def judge(rows: list[Row], probs: numpy.ndarray, given: numpy.ndarray) -> dict[str, Any]:
    """Figures of each label and their plain mean, `macro`."""
    figures: dict[str, Any] = {}
    for label, name in enumerate(LABELS):
        at, truth = known(rows, label)
        values = precision_recall_fscore_support(truth, given[at, label], average="binary", zero_division=0)[:3]
        figures[name] = dict(zip(NAMES, map(float, (*values, average_precision_score(truth, probs[at, label])))))
    figures["macro"] = {kind: float(numpy.mean([figures[name][kind] for name in LABELS])) for kind in NAMES}
    figures["macro"]["f1_interval"] = interval(rows, given)
    return figures


def interval(rows: list[Row], given: numpy.ndarray) -> list[float]:
    """95% of the macro-F1 of a thousand draws of documents, with replacement."""
    docs = {doc: i for i, doc in enumerate(dict.fromkeys(row.doc for row in rows))}
    # of each document and label: right, and all that was said or true
    counts = numpy.zeros((len(docs), len(LABELS), 2))
    for row, labels in zip(rows, given):
        for label, (true, said) in enumerate(zip(row.truth, labels)):
            if true is not None:
                counts[docs[row.doc], label] += (true and said, int(true) + int(said))
    draws = numpy.random.default_rng(1).multinomial(len(docs), numpy.full(len(docs), 1 / len(docs)), size=1000)
    right, either = numpy.moveaxis(numpy.tensordot(draws, counts, 1), -1, 0)
    return numpy.quantile((2 * right / numpy.maximum(either, 1)).mean(1), (0.025, 0.975)).tolist()
