package org.ppo4j.tokens.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;

/** A block: {@code x += attention(norm(x))}, then {@code x += feedForward(norm(x))}. */
final class Block {
  /** A linear layer and the column of {@code qkv} at which its outputs start. */
  private record Projection(Linear layer, int column) {}

  private final Team team;
  private final int hidden;
  private final Norm norm1;
  private final List<Projection> projections = new ArrayList<>();
  private final Attention attention;
  private final Linear output;
  private final Norm norm2;
  private final FeedForward feedForward;
  private final @Nullable Rotary rotary;
  private final int rotatedHeads;
  private final int headSize;
  private final Map<String, Linear> adaptable = new LinkedHashMap<>();

  Block(
      ModelConfig config,
      Layout layout,
      int layer,
      @Nullable Rotary rotary,
      MatrixKernels kernels,
      Team team) {
    this.team = team;
    this.rotary = rotary;
    hidden = config.hiddenSize();
    headSize = config.headSize();
    rotatedHeads = config.heads() + config.keyValueHeads();
    attention = new Attention(config, kernels, team);
    String prefix = Layout.prefix(config, layer);
    Parts parts = new Parts(layout, prefix, config, kernels, team);
    switch (config.architecture()) {
      case GPT2 -> {
        norm1 = parts.norm("ln_1");
        projections.add(new Projection(parts.linear("attn.c_attn"), 0));
        output = parts.linear("attn.c_proj");
        norm2 = parts.norm("ln_2");
        Linear up = parts.linear("mlp.c_fc");
        feedForward = new FeedForward(up, null, parts.linear("mlp.c_proj"), kernels, team);
      }
      case LLAMA -> {
        norm1 = parts.norm("input_layernorm");
        projections.add(new Projection(parts.linear("self_attn.q_proj"), 0));
        projections.add(new Projection(parts.linear("self_attn.k_proj"), attention.keys()));
        projections.add(new Projection(parts.linear("self_attn.v_proj"), attention.values()));
        output = parts.linear("self_attn.o_proj");
        norm2 = parts.norm("post_attention_layernorm");
        Linear gate = parts.linear("mlp.gate_proj");
        Linear up = parts.linear("mlp.up_proj");
        feedForward = new FeedForward(up, gate, parts.linear("mlp.down_proj"), kernels, team);
      }
      default -> throw new AssertionError(config.architecture());
    }
  }

  /** Makes layers from the tensors of this block. */
  private final class Parts {
    private final Layout layout;
    private final String prefix;
    private final ModelConfig config;
    private final MatrixKernels kernels;
    private final Team team;

    private Parts(
        Layout layout, String prefix, ModelConfig config, MatrixKernels kernels, Team team) {
      this.layout = layout;
      this.prefix = prefix;
      this.config = config;
      this.kernels = kernels;
      this.team = team;
    }

    private Layout.@Nullable Tensor bias(String name) {
      String bias = prefix + name + ".bias";
      return layout.has(bias) ? layout.tensor(bias) : null;
    }

    private Norm norm(String name) {
      Layout.Tensor weight = layout.tensor(prefix + name + ".weight");
      return new Norm(weight, bias(name), config.normEps(), kernels, team);
    }

    private Linear linear(String name) {
      Layout.Tensor weight = layout.tensor(prefix + name + ".weight");
      boolean inputsFirst = config.architecture() == Architecture.GPT2;
      Linear linear = new Linear(weight, bias(name), inputsFirst, kernels, team);
      adaptable.put(prefix + name, linear);
      return linear;
    }
  }

  /** The arrays of one call, kept for the backward pass. */
  static final class State {
    private float[] normal1 = {};
    private float[] scale1 = {};
    private float[] normed1 = {};
    private float[] qkv = {};
    private float[] weights = {};
    private float[] attended = {};
    private float[] normal2 = {};
    private float[] scale2 = {};
    private float[] normed2 = {};
    private final FeedForward.State feedForward = new FeedForward.State();
    private int rows;
  }

  /** Makes room for {@code rows} rows and as many attention weights. */
  void reserve(int rows, int weights, State state) {
    if (state.rows < rows) {
      state.rows = rows;
      int size = Math.multiplyExact(rows, hidden);
      state.normal1 = new float[size];
      state.scale1 = new float[rows];
      state.normed1 = new float[size];
      state.qkv = new float[Math.multiplyExact(rows, attention.width())];
      state.attended = new float[rows * attention.keys()];
      state.normal2 = new float[size];
      state.scale2 = new float[rows];
      state.normed2 = new float[size];
      feedForward.reserve(rows, state.feedForward);
    }
    if (state.weights.length < weights) {
      state.weights = new float[weights];
    }
  }

  /** Returns the linear layers by the names of their tensors, without {@code .weight}. */
  Map<String, Linear> linears() {
    return adaptable;
  }

  Attention attention() {
    return attention;
  }

  /** Returns queries, keys and values of the last call with {@code state}. */
  float[] qkv(State state) {
    return state.qkv;
  }

  /** Returns the array that {@link #finish} takes what was attended to from. */
  float[] attended(State state) {
    return state.attended;
  }

  void load(float[] parameters) {
    adaptable.values().forEach(linear -> linear.load(parameters));
  }

  void forward(
      Sequences sequences,
      int[] positions,
      float[] x,
      float[] parameters,
      State state,
      float[] branch,
      float[] y) {
    int rows = sequences.total();
    project(rows, positions, x, parameters, state);
    attention.forward(sequences, state.qkv, state.weights, state.attended);
    finish(rows, x, parameters, state, branch, y);
  }

  /** Computes queries, keys and values. */
  void project(int rows, int[] positions, float[] x, float[] parameters, State state) {
    norm1.forward(rows, x, state.normal1, state.scale1, parameters, state.normed1);
    Matrix normed = Matrix.of(state.normed1, 0, hidden);
    Matrix qkv = Matrix.of(state.qkv, 0, attention.width());
    for (Projection projection : projections) {
      projection.layer.forward(rows, normed, parameters, qkv.from(0, projection.column));
    }
    rotate(rows, positions, state.qkv, 1);
  }

  private void rotate(int rows, int[] positions, float[] qkv, int sign) {
    Rotary turned = rotary;
    if (turned == null) {
      return;
    }
    team.split(
        rows,
        1,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            for (int head = 0; head < rotatedHeads; head++) {
              int at = row * attention.width() + head * headSize;
              turned.turn(qkv, at, positions[row], sign);
            }
          }
        });
  }

  /**
   * Computes the block's outputs y from its inputs x and what was attended to.
   *
   * @param branch scratch, {@code [rows, hidden]}
   */
  void finish(int rows, float[] x, float[] parameters, State state, float[] branch, float[] y) {
    Matrix attended = Matrix.of(state.attended, 0, attention.keys());
    Matrix out = Matrix.of(branch, 0, hidden);
    output.forward(rows, attended, parameters, out);
    for (int i = 0; i < rows * hidden; i++) {
      y[i] = x[i] + branch[i];
    }
    norm2.forward(rows, y, state.normal2, state.scale2, parameters, state.normed2);
    Matrix normed = Matrix.of(state.normed2, 0, hidden);
    feedForward.forward(rows, normed, parameters, state.feedForward, out);
    for (int i = 0; i < rows * hidden; i++) {
      y[i] += branch[i];
    }
  }

  /** The arrays of backward passes, which all blocks share. */
  static final class Scratch {
    private float[] branch = {};
    private float[] qkv = {};
    private float[] weights = {};
    private float[] attended = {};
    private final FeedForward.State feedForward = new FeedForward.State();
  }

  /** Makes room for the backward passes of {@code rows} rows and as many attention weights. */
  void reserve(int rows, int weights, Scratch scratch) {
    int size = rows * hidden;
    if (scratch.branch.length < size) {
      scratch.branch = new float[size];
      scratch.qkv = new float[rows * attention.width()];
      scratch.attended = new float[rows * attention.keys()];
    }
    if (scratch.weights.length < weights) {
      scratch.weights = new float[weights];
    }
    feedForward.reserve(rows, scratch.feedForward);
  }

  /**
   * Turns the gradients of the outputs into those of the inputs, and adds those of the weights.
   *
   * @param dx {@code [rows, hidden]}, overwritten
   * @param gradients of all parameters; empty if only adapters learn
   */
  void backward(
      Sequences sequences,
      int[] positions,
      float[] parameters,
      State state,
      Scratch scratch,
      float[] dx,
      float[] gradients) {
    int rows = sequences.total();
    Matrix dy = Matrix.of(dx, 0, hidden);
    Matrix branch = Matrix.of(scratch.branch, 0, hidden);
    Matrix normed2 = Matrix.of(state.normed2, 0, hidden);
    feedForward.backward(
        rows, normed2, parameters, state.feedForward, dy, scratch.feedForward, branch, gradients);
    norm2.backward(rows, state.normal2, state.scale2, parameters, scratch.branch, dx, gradients);
    Matrix attended = Matrix.of(state.attended, 0, attention.keys());
    Matrix dattended = Matrix.of(scratch.attended, 0, attention.keys());
    output.backward(rows, attended, parameters, dy, dattended, false, gradients);
    attention.backward(
        sequences, state.qkv, state.weights, scratch.attended, scratch.weights, scratch.qkv);
    rotate(rows, positions, scratch.qkv, -1);
    Matrix normed1 = Matrix.of(state.normed1, 0, hidden);
    Matrix dqkv = Matrix.of(scratch.qkv, 0, attention.width());
    boolean add = false;
    for (Projection projection : projections) {
      Matrix d = dqkv.from(0, projection.column);
      projection.layer.backward(rows, normed1, parameters, d, branch, add, gradients);
      add = true;
    }
    norm1.backward(rows, state.normal1, state.scale1, parameters, scratch.branch, dx, gradients);
  }
}
