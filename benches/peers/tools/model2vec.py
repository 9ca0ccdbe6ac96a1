"""model2vec: a static model distilled from the base, with the library's own classifier."""

from pathlib import Path
from typing import Any

from .base import Context, Predict, Tool


class Model2Vec(Tool):
    name = "model2vec"
    title = "model2vec, distilled from MiniLM"
    needs = ("model2vec", "scikit-learn", "skops")

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        import numpy
        from model2vec.distill import distill
        from model2vec.train import StaticModelForClassification

        from quality import mean_average_precision

        def parts(rows):
            return [row.text for row in rows], [row.labels for row in rows]

        texts, labels = parts(context.train)
        held_out, held_out_labels = parts(context.validation)
        static = distill(str(context.base), device="cpu", quantize_to="float32")
        # the table comes column by column, and would be stored so and read row by row: another model after loading
        static.embedding = numpy.ascontiguousarray(static.embedding)
        # MiniLM's tokenizer fills every sentence up to 128 pieces, which only costs time here
        static.tokenizer.no_padding()
        tried, pipelines = [], []
        for rate in (1e-3, 3e-4):
            classifier = StaticModelForClassification.from_static_model(model=static)
            classifier.fit(
                texts, labels, X_val=held_out, y_val=held_out_labels, learning_rate=rate, device="cpu", random_seed=1
            )
            pipelines.append(classifier.to_pipeline())
            value = mean_average_precision(context.validation, ordered(pipelines[-1])(held_out))
            tried.append({"settings": f"learning rate {rate}", "validation": value})
        best = context.best(tried)
        pipelines[best].save_pretrained(str(model))
        return {"kept": tried[best]["settings"], "tried": tried, "common": "StaticModelForClassification"}

    def load(self, model: Path, threads: int) -> Predict:
        from model2vec.inference import StaticModelPipeline

        return ordered(StaticModelPipeline.from_pretrained(str(model)))


def ordered(pipeline: Any) -> Predict:
    """The pipeline has its labels in alphabetical order."""
    from rows import LABELS

    names = [str(name) for name in pipeline.classes_]
    order = [names.index(label) for label in LABELS]
    return lambda texts: pipeline.predict_proba(texts, use_multiprocessing=False)[:, order]
