"""Compares a training step and generation of a transformer with PyTorch's, in one run.

    python tokens_speed.py CLASSPATH_FILE [ROUNDS]

The model is GPT-2's layout with 384 hidden units, 6 layers, 6 heads, a vocabulary of 512 and a
context of 128 (10.9 million parameters), the batch 8 sequences. Rounds alternate between Java
(`org.ppo4j.benchmarks.TokensSpeed`, on the class path that the file holds) and transformers; a
number is the median of 5 repetitions. Needs torch and transformers.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel

BATCH, CONTEXT, PROMPT, VOCABULARY = 8, 128, 16, 512
REPETITIONS, WARMUPS = 5, 2


def median(work: Callable[[], None]) -> float:
    """Returns the median time of `work` in seconds."""
    times = []
    for i in range(-WARMUPS, REPETITIONS):
        start = time.perf_counter()
        work()
        if i >= 0:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def pytorch() -> tuple[float, float]:
    """Returns the seconds of a training step and of generation."""
    config = GPT2Config(
        vocab_size=VOCABULARY,
        n_positions=CONTEXT,
        n_embd=384,
        n_layer=6,
        n_head=6,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    model = GPT2LMHeadModel(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

    def train() -> None:
        tokens = torch.randint(1, VOCABULARY, (BATCH, CONTEXT))
        targets = torch.randint(1, VOCABULARY, (BATCH * CONTEXT,))
        logits = model(tokens).logits.view(-1, VOCABULARY)
        torch.nn.functional.cross_entropy(logits, targets).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        optimizer.zero_grad()

    @torch.no_grad()
    def generate() -> None:
        tokens = torch.randint(1, VOCABULARY, (BATCH, PROMPT))
        cache = None
        for _ in range(PROMPT, CONTEXT + 1):
            out = model(tokens, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            tokens = out.logits[:, -1:].argmax(-1)

    model.train()
    seconds = median(train)
    model.eval()
    return seconds, median(generate)


def java(class_path: str, threads: int) -> tuple[float, float]:
    """Returns the seconds of a training step and of generation."""
    home = os.environ.get("JAVA_HOME")
    command = [
        f"{home}/bin/java" if home else "java",
        "--add-modules=jdk.incubator.vector",
        "-cp",
        class_path,
        "org.ppo4j.benchmarks.TokensSpeed",
        str(threads),
        str(REPETITIONS),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    words = run.stdout.split()
    return float(words[1]), float(words[3])


def main() -> None:
    """Prints the times of each round and their ratios."""
    class_path = Path(sys.argv[1]).read_text().strip()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    threads = torch.get_num_threads()
    print(f"torch {torch.__version__}, {threads} threads")
    for _ in range(rounds):
        ours, theirs = java(class_path, threads), pytorch()
        for name, mine, other in zip(("train", "generate"), ours, theirs, strict=True):
            text = f"{name}: Java {mine:.3f} s, PyTorch {other:.3f} s, ratio {mine / other:.2f}"
            print(text, flush=True)


if __name__ == "__main__":
    main()
