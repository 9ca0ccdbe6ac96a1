"""model2vec: a static model distilled from the base, with the library's own classifier."""

from pathlib import Path
from typing import Any

from .base import Context, Predict, Tool


class Model2Vec(Tool):
    name = "model2vec"
    title = "model2vec, distilled from MiniLM"
    needs = ("model2vec", "scikit-learn", "skops")

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        from model2vec.distill import distill
        from model2vec.train import StaticModelForClassification

        from quality import mean_average_precision

        def parts(rows):
            return [row.text for row in rows], [row.labels for row in rows]

        texts, labels = parts(context.train)
        held_out, held_out_labels = parts(context.validation)
        static = distill(str(context.base), device="cpu", quantize_to="float32")
        classifier = StaticModelForClassification.from_static_model(model=static)
        # the library's own settings, which stop when the validation rows get no better
        classifier.fit(texts, labels, X_val=held_out, y_val=held_out_labels, device="cpu", random_seed=1)
        pipeline = classifier.to_pipeline()
        pipeline.save_pretrained(str(model))
        value = mean_average_precision(context.validation, ordered(pipeline)(held_out))
        kept = "StaticModelForClassification as it is"
        return {"kept": kept, "tried": [{"settings": kept, "validation": value}]}

    def load(self, model: Path, threads: int) -> Predict:
        from model2vec.inference import StaticModelPipeline

        return ordered(StaticModelPipeline.from_pretrained(str(model)))


def ordered(pipeline: Any) -> Predict:
    """The pipeline has its labels in alphabetical order."""
    from rows import LABELS

    names = [str(name) for name in pipeline.classes_]
    order = [names.index(label) for label in LABELS]
    return lambda texts: pipeline.predict_proba(texts, use_multiprocessing=False)[:, order]
