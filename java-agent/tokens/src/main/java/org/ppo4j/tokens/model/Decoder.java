package org.ppo4j.tokens.model;

import java.util.List;
import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;

/**
 * Continues several sequences of a transformer token by token. The keys and values of earlier
 * tokens are kept, so that a step computes one row for each sequence.
 */
public final class Decoder {
  private final Transformer model;
  private final Attention attention;
  private final int layers;
  private final int width;
  private final int capacity;

  /** Of each layer {@code [slots, width, capacity]}, so that a query meets all keys in rows. */
  private final float[][] keys;

  /** Of each layer {@code [slots, capacity, width]}. */
  private final float[][] values;

  private final float[] scores;
  private final int[] lengths;
  private final int[] positions;

  /**
   * Makes room for some sequences.
   *
   * @param slots the number of sequences
   * @param capacity the maximum number of tokens of each
   */
  public Decoder(Transformer model, int slots, int capacity) {
    ModelConfig config = model.config();
    this.model = model;
    this.capacity = capacity;
    attention = model.attention();
    layers = config.layers();
    width = config.keyWidth();
    int size = Math.multiplyExact(Math.multiplyExact(slots, capacity), width);
    keys = new float[layers][size];
    values = new float[layers][size];
    scores = new float[Math.multiplyExact(slots * config.heads(), capacity)];
    lengths = new int[slots];
    positions = new int[slots];
  }

  /**
   * Starts the sequences with prompts, one for each slot.
   *
   * @param outputs the outputs for each prompt's last token, {@code [slots, outputs]}, written by
   *     the callee
   */
  public void start(List<int[]> prompts, float[] outputs) {
    Sequences sequences = Sequences.of(prompts);
    model.forward(sequences);
    int[] last = new int[prompts.size()];
    for (int layer = 0; layer < layers; layer++) {
      float[] qkv = model.qkv(layer);
      for (int slot = 0; slot < prompts.size(); slot++) {
        for (int position = 0; position < sequences.length(slot); position++) {
          store(layer, slot, position, qkv, sequences.start(slot) + position);
        }
      }
    }
    for (int slot = 0; slot < last.length; slot++) {
      lengths[slot] = sequences.length(slot);
      last[slot] = sequences.start(slot + 1) - 1;
    }
    model.outputs(last, last.length, outputs);
  }

  private void store(int layer, int slot, int position, float[] qkv, int row) {
    int key = row * attention.width() + attention.keys();
    float[] of = keys[layer];
    int at = slot * width * capacity + position;
    for (int i = 0; i < width; i++, at += capacity) {
      of[at] = qkv[key + i];
    }
    int value = row * attention.width() + attention.values();
    int to = (slot * capacity + position) * width;
    System.arraycopy(qkv, value, values[layer], to, width);
  }

  /**
   * Appends one token to each of some sequences.
   *
   * @param slots the sequences, of which the first {@code n} count
   * @param tokens the token of each
   * @param outputs the outputs for each token, {@code [n, outputs]}, written by the callee
   */
  public void step(int n, int[] slots, int[] tokens, float[] outputs) {
    for (int row = 0; row < n; row++) {
      positions[row] = lengths[slots[row]]++;
    }
    model.step(
        n,
        tokens,
        positions,
        (layer, qkv, attended) -> attend(n, slots, layer, qkv, attended),
        outputs);
  }

  private void attend(int n, int[] slots, int layer, float[] qkv, float[] attended) {
    for (int row = 0; row < n; row++) {
      store(layer, slots[row], positions[row], qkv, row);
    }
    int heads = model.config().heads();
    model
        .team()
        .split(
            n * heads,
            1,
            (from, to) -> {
              for (int task = from; task < to; task++) {
                int row = task / heads;
                attend(layer, row, slots[row], task % heads, task * capacity, qkv, attended);
              }
            });
  }

  private void attend(
      int layer, int row, int slot, int head, int at, float[] qkv, float[] attended) {
    ModelConfig config = model.config();
    MatrixKernels kernels = model.kernels();
    int size = config.headSize();
    int offset = head / (config.heads() / config.keyValueHeads()) * size;
    int length = positions[row] + 1;
    Matrix query = Matrix.of(qkv, row * attention.width() + head * size, size);
    Matrix of = Matrix.of(keys[layer], (slot * width + offset) * capacity, capacity);
    Matrix weights = Matrix.of(scores, at, capacity);
    kernels.product(1, length, size, query, of, weights, false);
    Attention.softmax(kernels, length, (float) (1 / Math.sqrt(size)), scores, at);
    Matrix with = Matrix.of(values[layer], slot * capacity * width + offset, width);
    Matrix out = Matrix.of(attended, row * attention.keys() + head * size, size);
    kernels.product(1, size, length, weights, with, out, false);
  }
}
