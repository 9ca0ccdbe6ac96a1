"""What every tool can do. Libraries are imported in the methods that need them, so that a timed process loads its own only."""

import sys
from abc import ABC
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy

HERE = Path(__file__).resolve().parents[1]
#: texts in, a row of probabilities for each out
Predict = Callable[[list[str]], "numpy.ndarray"]


class Tool(ABC):
    name: str
    title: str
    #: distributions that must be installed to predict; for the size of the environment
    needs: tuple[str, ...] = ()
    #: whether it predicts with PyTorch; from the others it is hidden
    torch: bool = False
    #: whether it uses two threads by itself; otherwise two processes take half of the sentences each
    threads_itself: bool = False
    #: whose model it uses, if another's
    model_of: str | None = None
    #: whether training goes on from what a stopped one left in the folder of the model
    resumes: bool = False
    #: whose model has to be there before it is trained
    after: tuple[str, ...] = ()

    @property
    def model_name(self) -> str:
        return self.model_of or self.name

    def train(self, context: "Context", model: Path) -> dict[str, Any]:
        """Writes a model to the folder, and says which settings were tried and kept."""
        raise NotImplementedError

    def load(self, model: Path, threads: int) -> Predict:
        """Runs in `predict.py`."""
        raise NotImplementedError

    def command(self, model: Path, sentences: Path, threads: int) -> list[str]:
        """A whole process from a file of sentences to probabilities on standard output."""
        return [sys.executable, str(HERE / "predict.py"), self.name, str(model), str(sentences), str(threads)]

    def sentences(self, lines: Iterable[str], path: Path) -> Path:
        """Writes sentences to a file as `command` takes them: one a line."""
        path = path.with_suffix(".txt")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
        return path

    def parse(self, line: str) -> list[float]:
        """Probabilities of the labels from a line that `command` wrote."""
        return [float(value) for value in line.split("\t")]

    def ships(self, model: Path) -> list[Path]:
        """The files that prediction needs, besides the environment."""
        return [path for path in model.rglob("*") if path.is_file()]

    def programs(self) -> list[Path]:
        """Programs that must be there, besides Python packages."""
        return []


class Context:
    """What training needs to know."""

    def __init__(self, base: Path, models: Path) -> None:
        from rows import Data, read

        data = Data()
        self.base, self.models, self.data = base, models, data
        self.train, self.validation = read(data.train), read(data.validation)

    def best(self, tried: list[dict[str, Any]]) -> int:
        """The first of the settings with the highest mean average precision on the validation rows."""
        return max(range(len(tried)), key=lambda i: (tried[i]["validation"], -i))
