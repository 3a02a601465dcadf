"""Trains a small byte-level BPE tokenizer and records how Hugging Face's library encodes texts.

python record_tokenizer.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "core" / "src" / "test" / "python"))
import golden  # noqa: E402

golden.FOLDER = HERE.parent / "resources" / "golden"
TEXTS = [
    "The policy follows the reward.",
    "  two spaces, 12+30=42",
    "Grüße, 日本語 \U0001f600",
    "don't\nstop",
]


def main() -> None:
    """Writes the tokenizer and the tokens of the texts."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([__doc__ or "", Path(__file__).read_text()], trainer)
    folder = HERE.parent / "resources" / "tokenizer"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    arrays = {
        f"text {i}": np.array(tokenizer.encode(text).ids, dtype=np.float64)
        for i, text in enumerate(TEXTS)
    }
    golden.write("tokenizer/texts.golden", Path(__file__).name, 0, {"texts": TEXTS}, arrays)


if __name__ == "__main__":
    main()
