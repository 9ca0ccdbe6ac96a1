"""The tools, one class each. Importing this imports none of their libraries."""

from .base import Tool
from .claimtag import Claimtag
from .fasttext import FastText
from .minilm import MiniLm, MiniLmInt8
from .model2vec import Model2Vec
from .spacy import Spacy
from .tfidf import Tfidf

TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        FastText(),
        Tfidf(),
        Model2Vec(),
        Spacy(),
        MiniLm(),
        MiniLmInt8(),
        *(Claimtag(tier, default) for default in (False, True) for tier in ("linear", "cascade", "encoder")),
    )
}
