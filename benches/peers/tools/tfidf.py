"""scikit-learn: TF-IDF of words and characters, one logistic regression per label."""

from pathlib import Path
from typing import Any

from .base import Context, Predict, Tool


class Tfidf(Tool):
    name = "scikit-learn"
    title = "scikit-learn, TF-IDF + logistic regression"
    needs = ("scikit-learn",)

    def train(self, context: Context, model: Path) -> dict[str, Any]:
        import joblib
        import numpy
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.pipeline import make_pipeline, make_union

        from quality import mean_average_precision

        features = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=numpy.float32),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=numpy.float32),
        )
        found = features.fit_transform([row.text for row in context.train])
        held_out = features.transform([row.text for row in context.validation])
        truth = numpy.array([[bool(true) for true in row.truth] for row in context.train], dtype=int)
        tried, fitted = [], []
        for c in (10, 30, 100, 300, 1000):
            fit = OneVsRestClassifier(LogisticRegression(C=c, solver="liblinear", random_state=1)).fit(found, truth)
            fitted.append(fit)
            value = mean_average_precision(context.validation, fit.predict_proba(held_out))
            tried.append({"settings": f"C={c}", "validation": value})
        best = context.best(tried)
        joblib.dump(make_pipeline(features, fitted[best]), model / "model.joblib")
        return {"kept": tried[best]["settings"], "tried": tried}

    def load(self, model: Path, threads: int) -> Predict:
        import joblib

        return joblib.load(model / "model.joblib").predict_proba
