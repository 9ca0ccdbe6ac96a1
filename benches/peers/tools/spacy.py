"""spaCy's `textcat_multilabel` in a blank English pipeline, its default architecture (an ensemble of a small CNN and words)."""

import random
from pathlib import Path
from typing import Any

from .base import Context, Predict, Tool

EPOCHS = 20


class Spacy(Tool):
    name = "spacy"
    title = "spaCy, textcat_multilabel"
    needs = ("spacy",)

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        import spacy
        from spacy.training import Example
        from spacy.util import fix_random_seed, minibatch

        from quality import mean_average_precision
        from rows import LABELS

        fix_random_seed(1)
        shuffle = random.Random(1).shuffle
        nlp = spacy.blank("en")
        nlp.add_pipe("textcat_multilabel")
        examples = [
            Example.from_dict(nlp.make_doc(row.text), {"cats": {k: float(bool(t)) for k, t in zip(LABELS, row.truth)}})
            for row in context.train
        ]
        optimizer = nlp.initialize(lambda: examples)
        held_out = [row.text for row in context.validation]
        tried = []
        for epoch in range(1, EPOCHS + 1):
            shuffle(examples)
            for batch in minibatch(examples, 32):
                nlp.update(batch, sgd=optimizer, drop=0.2)
            with nlp.use_params(optimizer.averages):
                value = mean_average_precision(context.validation, probabilities(nlp)(held_out))
                tried.append({"settings": f"{epoch} epochs", "validation": value})
                if context.best(tried) == epoch - 1:
                    nlp.to_disk(model)
        return {"kept": tried[context.best(tried)]["settings"], "tried": tried, "common": "batch 32, dropout 0.2, averages"}

    def load(self, model: Path, threads: int) -> Predict:
        import spacy

        return probabilities(spacy.load(model))


def probabilities(nlp: Any) -> Predict:
    import numpy

    from rows import LABELS

    return lambda texts: numpy.array([[doc.cats[label] for label in LABELS] for doc in nlp.pipe(texts, batch_size=256)])
