package org.ppo4j.tokens.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;
import org.ppo4j.agent.update.Optimizer;

/**
 * A causal transformer: forward and backward over one array of parameters, on sequences of any
 * lengths without padding. It knows nothing of losses: the caller turns outputs into gradients of
 * outputs. There is no dropout.
 *
 * <p>A call of {@link #forward} keeps what {@link #backward} needs, in arrays that grow with the
 * largest batch. Not for use by two threads at a time.
 */
public final class Transformer implements AutoCloseable {
  /** Ranges of parameters that threads step are multiples of this. */
  private static final int STRIDE = 1024;

  private final ModelConfig config;
  private final Layout layout;
  private final MatrixKernels kernels;
  private final Team team;
  private final float[] parameters;
  private float[] gradients = {};
  private final List<Block> blocks = new ArrayList<>();
  private final List<Block.State> states = new ArrayList<>();
  private final Block.Scratch scratch = new Block.Scratch();
  private final Norm finalNorm;
  private final Linear head;
  private final int tokenEmbeddings;
  private final int positionEmbeddings;
  private @Nullable Adapters adapters;

  // Of the last call.
  private Sequences sequences = Sequences.of(List.of());
  private int[] positions = {};
  private float[] x = {};
  private float[] branch = {};
  private float[] finalNormal = {};
  private float[] finalScale = {};
  private float[] hidden = {};
  private float[] hiddenGradients = {};
  private float[] headInputs = {};
  private float[] headGradients = {};

  /** Creates a transformer whose parameters are all zero, run on {@code threads} threads. */
  public Transformer(ModelConfig config, int threads) {
    this(config, threads, MatrixKernels.best());
  }

  Transformer(ModelConfig config, int threads, MatrixKernels kernels) {
    this.config = config;
    this.kernels = kernels;
    layout = Layout.of(config);
    team = new Team(threads);
    parameters = new float[layout.size()];
    boolean gpt2 = config.architecture() == Architecture.GPT2;
    Rotary rotary =
        gpt2 ? null : new Rotary(config.headSize(), config.context(), config.ropeTheta());
    for (int layer = 0; layer < config.layers(); layer++) {
      blocks.add(new Block(config, layout, layer, rotary, kernels, team));
      states.add(new Block.State());
    }
    String norm = gpt2 ? "transformer.ln_f" : "model.norm";
    finalNorm =
        new Norm(
            layout.tensor(norm + ".weight"),
            gpt2 ? layout.tensor(norm + ".bias") : null,
            config.normEps(),
            kernels,
            team);
    String tokens = gpt2 ? "transformer.wte.weight" : "model.embed_tokens.weight";
    tokenEmbeddings = layout.tensor(tokens).offset();
    positionEmbeddings = gpt2 ? layout.tensor("transformer.wpe.weight").offset() : -1;
    String top = config.head() == Head.SCORE ? "score.weight" : "lm_head.weight";
    head = new Linear(layout.tensor(layout.has(top) ? top : tokens), null, false, kernels, team);
  }

  /** Returns the shape. */
  public ModelConfig config() {
    return config;
  }

  /** Returns where each tensor lies in {@link #parameters}. */
  public Layout layout() {
    return layout;
  }

  /** Returns all parameters, live; after writing, call {@link #parametersChanged}. */
  public float[] parameters() {
    return parameters;
  }

  /** Prepares the parameters for {@link #forward}; to be called after each change. */
  public void parametersChanged() {
    blocks.forEach(block -> block.load(parameters));
    head.load(parameters);
  }

  /**
   * Adds adapters to the linear layers whose names end with one of {@code targets}, and makes them
   * the only parameters that learn.
   */
  public Adapters adapt(AdapterConfig settings) {
    Map<String, Linear> linears = new LinkedHashMap<>();
    blocks.forEach(block -> linears.putAll(block.linears()));
    Adapters made = new Adapters(settings, linears, kernels, team);
    adapters = made;
    gradients = new float[0];
    return made;
  }

  /** Returns the adapters; null if there are none. */
  public @Nullable Adapters adapters() {
    return adapters;
  }

  /** Returns a copy of all parameters, with the adapters merged into the weights. */
  public float[] merged() {
    float[] merged = parameters.clone();
    if (adapters != null) {
      boolean inputsFirst = config.architecture() == Architecture.GPT2;
      adapters.merge(layout, inputsFirst, merged, kernels);
    }
    return merged;
  }

  /** Returns the parameters that learn: the adapters' if there are any, or else all. */
  public float[] learned() {
    return adapters == null ? parameters : adapters.parameters();
  }

  /** Returns the gradients of {@link #learned}, live, to which {@link #backward} adds. */
  public float[] gradients() {
    if (adapters != null) {
      return adapters.gradients();
    }
    if (gradients.length == 0) {
      gradients = new float[parameters.length];
    }
    return gradients;
  }

  /**
   * Applies the step that an optimiser of {@link #learned} has begun with {@link #gradients}, and
   * sets these to 0.
   */
  public void learn(Optimizer optimizer) {
    float[] learned = learned();
    float[] from = gradients();
    team.split(
        learned.length,
        STRIDE,
        (first, end) -> {
          optimizer.step(learned, from, first, end);
          Arrays.fill(from, first, end, 0);
        });
    if (adapters == null) {
      parametersChanged();
    }
  }

  /**
   * Computes the hidden states of all tokens of some sequences.
   *
   * @throws IllegalArgumentException if a sequence is empty or longer than the context
   */
  public void forward(Sequences sequences) {
    int rows = sequences.total();
    reserve(sequences);
    this.sequences = sequences;
    for (int i = 0; i < sequences.count(); i++) {
      requireLength(sequences.length(i));
      for (int position = 0; position < sequences.length(i); position++) {
        positions[sequences.start(i) + position] = position;
      }
    }
    for (int row = 0; row < rows; row++) {
      embed(sequences.token(row), positions[row], row);
    }
    for (int layer = 0; layer < blocks.size(); layer++) {
      blocks.get(layer).forward(sequences, positions, x, parameters, states.get(layer), branch, x);
    }
    finalNorm.forward(rows, x, finalNormal, finalScale, parameters, hidden);
  }

  private void requireLength(int length) {
    if (length < 1 || length > config.context()) {
      throw new IllegalArgumentException(
          "a sequence has %d tokens, but the model takes 1 to %d"
              .formatted(length, config.context()));
    }
  }

  private void embed(int token, int position, int row) {
    int size = config.hiddenSize();
    System.arraycopy(parameters, tokenEmbeddings + token * size, x, row * size, size);
    if (positionEmbeddings >= 0) {
      int from = positionEmbeddings + position * size;
      for (int j = 0; j < size; j++) {
        x[row * size + j] += parameters[from + j];
      }
    }
  }

  private void reserve(Sequences sequences) {
    int rows = sequences.total();
    int weights = blocks.getFirst().attention().weights(sequences);
    reserveRows(rows);
    for (int layer = 0; layer < blocks.size(); layer++) {
      blocks.get(layer).reserve(rows, weights, states.get(layer));
    }
  }

  private void reserveRows(int rows) {
    int size = Math.multiplyExact(rows, config.hiddenSize());
    if (x.length < size) {
      positions = new int[rows];
      x = new float[size];
      branch = new float[size];
      finalNormal = new float[size];
      finalScale = new float[rows];
      hidden = new float[size];
    }
  }

  /**
   * Computes the outputs of some rows of the last {@link #forward}.
   *
   * @param rows the rows, of which the first {@code n} count
   * @param outputs {@code [n, config.outputs()]}, written by the callee
   */
  public void outputs(int[] rows, int n, float[] outputs) {
    int size = config.hiddenSize();
    if (headInputs.length < n * size) {
      headInputs = new float[n * size];
    }
    for (int i = 0; i < n; i++) {
      System.arraycopy(hidden, rows[i] * size, headInputs, i * size, size);
    }
    Matrix inputs = Matrix.of(headInputs, 0, size);
    head.forward(n, inputs, parameters, Matrix.of(outputs, 0, config.outputs()));
  }

  /**
   * Adds the gradients of the parameters to {@link #gradients}. To be called once after {@link
   * #forward} and {@link #outputs} with the same rows.
   *
   * @param rows distinct rows, of which the first {@code n} count
   * @param outputGradients the loss's gradients for the outputs, {@code [n, config.outputs()]}
   */
  public void backward(int[] rows, int n, float[] outputGradients) {
    int size = config.hiddenSize();
    int total = sequences.total();
    blocks.forEach(block -> block.reserve(total, blockWeights(), scratch));
    if (hiddenGradients.length < total * size) {
      hiddenGradients = new float[total * size];
    }
    if (headGradients.length < n * size) {
      headGradients = new float[n * size];
    }
    float[] all = gradients();
    float[] whole = adapters == null ? all : new float[0];
    head.backward(
        n,
        Matrix.of(headInputs, 0, size),
        parameters,
        Matrix.of(outputGradients, 0, config.outputs()),
        Matrix.of(headGradients, 0, size),
        false,
        whole);
    Arrays.fill(hiddenGradients, 0, total * size, 0);
    for (int i = 0; i < n; i++) {
      System.arraycopy(headGradients, i * size, hiddenGradients, rows[i] * size, size);
    }
    float[] dx = branch;
    Arrays.fill(dx, 0, total * size, 0);
    finalNorm.backward(total, finalNormal, finalScale, parameters, hiddenGradients, dx, whole);
    for (int layer = blocks.size() - 1; layer >= 0; layer--) {
      blocks
          .get(layer)
          .backward(sequences, positions, parameters, states.get(layer), scratch, dx, whole);
    }
    if (whole.length > 0) {
      addEmbeddings(dx, whole);
    }
  }

  private int blockWeights() {
    return blocks.getFirst().attention().weights(sequences);
  }

  private void addEmbeddings(float[] dx, float[] gradients) {
    int size = config.hiddenSize();
    for (int row = 0; row < sequences.total(); row++) {
      add(dx, row * size, gradients, tokenEmbeddings + sequences.token(row) * size, size);
      if (positionEmbeddings >= 0) {
        add(dx, row * size, gradients, positionEmbeddings + positions[row] * size, size);
      }
    }
  }

  private static void add(float[] from, int at, float[] to, int offset, int n) {
    for (int j = 0; j < n; j++) {
      to[offset + j] += from[at + j];
    }
  }

  /** Returns the attention's arithmetic, for decoding. */
  Attention attention() {
    return blocks.getFirst().attention();
  }

  MatrixKernels kernels() {
    return kernels;
  }

  Team team() {
    return team;
  }

  /** Returns queries, keys and values that a layer computed in the last call. */
  float[] qkv(int layer) {
    return blocks.get(layer).qkv(states.get(layer));
  }

  /** Attends for one layer: reads its queries, keys and values and fills the result. */
  @FunctionalInterface
  interface Attending {
    void attend(int layer, float[] qkv, float[] attended);
  }

  /**
   * Computes the outputs of single tokens, each in its sequence at its position.
   *
   * @param outputs {@code [n, config.outputs()]}, written by the callee
   */
  void step(int n, int[] tokens, int[] tokenPositions, Attending attending, float[] outputs) {
    reserveRows(n);
    for (int row = 0; row < n; row++) {
      positions[row] = tokenPositions[row];
      embed(tokens[row], positions[row], row);
    }
    for (int layer = 0; layer < blocks.size(); layer++) {
      Block block = blocks.get(layer);
      Block.State state = states.get(layer);
      block.reserve(n, 0, state);
      block.project(n, positions, x, parameters, state);
      attending.attend(layer, block.qkv(state), block.attended(state));
      block.finish(n, x, parameters, state, branch, x);
    }
    finalNorm.forward(n, x, finalNormal, finalScale, parameters, hidden);
    int size = config.hiddenSize();
    head.forward(
        n, Matrix.of(hidden, 0, size), parameters, Matrix.of(outputs, 0, config.outputs()));
  }

  /** Stops the threads. */
  @Override
  public void close() {
    team.close();
  }
}
