package org.ppo4j.policy;

import org.jspecify.annotations.Nullable;

/** The actor of a network, immutable: hidden layers, recurrent layers if it remembers, a head. */
final class Network {
  /** The most parameters that a file may have, which bounds what loading allocates to 256 MB. */
  static final int MAX_PARAMETERS = 1 << 26;

  /** The non-linearity after each hidden layer, under the manifest's names in lower case. */
  enum Activation {
    TANH,
    RELU
  }

  /**
   * The recurrent layers between the hidden layers and the head.
   *
   * @param units the number of units of each
   * @param layers how many there are
   */
  record Recurrence(Cell.Kind kind, int units, int layers) {

    /** Returns the number of parameters, or that of {@link #MAX_PARAMETERS} and more. */
    long parameterCount(long in) {
      long count = 0;
      long below = in;
      for (int i = 0; i < layers && count <= MAX_PARAMETERS; i++) {
        count += (below + units + 2L) * kind.gates * units;
        below = units;
      }
      return count;
    }
  }

  /**
   * The shape of an actor and a critic.
   *
   * @param inputs the number of features, those of the critic
   * @param hidden the widths of the actor's hidden layers
   * @param criticHidden the widths of the critic's hidden layers, unless they are shared
   * @param outputs the number of the actor's outputs
   * @param logStdSize the number of log standard deviations
   * @param sharedTrunk whether actor and critic have their hidden layers in common
   * @param auxiliaryValue whether the critic is followed by a value head of the actor
   * @param recurrence the recurrent layers of either; null if there are none
   * @param criticOnly how many of the last features the actor does not take
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Shape(
      int inputs,
      int[] hidden,
      int[] criticHidden,
      Activation activation,
      int outputs,
      int logStdSize,
      boolean sharedTrunk,
      boolean auxiliaryValue,
      @Nullable Recurrence recurrence,
      int criticOnly) {

    /**
     * Returns the number of all parameters, the critic's included, or {@link Long#MAX_VALUE} if
     * there are more than {@link #MAX_PARAMETERS}.
     */
    long parameterCount() {
      long actor = count(inputs - criticOnly, hidden, outputs);
      int below = hidden.length == 0 ? inputs - criticOnly : hidden[hidden.length - 1];
      int last = recurrence == null ? below : recurrence.units;
      long critic = sharedTrunk ? last + 1L : count(inputs, criticHidden, 1);
      long auxiliary = auxiliaryValue ? last + 1L : 0;
      if (actor > MAX_PARAMETERS || critic > MAX_PARAMETERS) {
        return Long.MAX_VALUE;
      }
      long count = actor + logStdSize + critic + auxiliary;
      return count > MAX_PARAMETERS ? Long.MAX_VALUE : count;
    }

    private long count(int inputs, int[] hidden, int outputs) {
      long count = 0;
      long in = inputs;
      for (int i = 0; i < hidden.length && count <= MAX_PARAMETERS; i++) {
        count += in * hidden[i] + hidden[i];
        in = hidden[i];
      }
      if (recurrence != null && count <= MAX_PARAMETERS) {
        count += recurrence.parameterCount(in);
        in = recurrence.units;
      }
      return count <= MAX_PARAMETERS ? count + in * outputs + outputs : count;
    }
  }

  final int inputs;
  final int outputs;

  /** The most numbers between two layers. */
  final int width;

  private final Activation activation;
  private final Dense[] hidden;
  private final Cell[] cells;
  private final Dense head;

  /**
   * Takes the actor from the front of {@code parameters}: layer by layer its weights, then its
   * biases.
   */
  Network(Shape shape, float[] parameters) {
    inputs = shape.inputs - shape.criticOnly;
    outputs = shape.outputs;
    activation = shape.activation;
    hidden = new Dense[shape.hidden.length];
    int in = inputs;
    int at = 0;
    int widest = outputs;
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = new Dense(in, shape.hidden[i], parameters, at);
      at += hidden[i].parameters();
      in = shape.hidden[i];
      widest = Math.max(widest, in);
    }
    width = widest;
    Recurrence recurrence = shape.recurrence;
    cells = new Cell[recurrence == null ? 0 : recurrence.layers];
    for (int i = 0; i < cells.length && recurrence != null; i++) {
      cells[i] = new Cell(recurrence.kind, in, recurrence.units, parameters, at);
      at += cells[i].parameters();
      in = recurrence.units;
    }
    head = new Dense(in, outputs, parameters, at);
  }

  /** Returns whether the network remembers what it saw. */
  boolean remembers() {
    return cells.length > 0;
  }

  /** Returns what the network remembers before it saw anything; empty if it never does. */
  Cell.State[] states() {
    Cell.State[] states = new Cell.State[cells.length];
    for (int i = 0; i < states.length; i++) {
      states[i] = cells[i].state();
    }
    return states;
  }

  /**
   * Computes the outputs for one row.
   *
   * @param x the features, {@code [inputs]}
   * @param a room for one layer, {@code [width]}; overwritten
   * @param b likewise
   * @param states what the network remembers; their next values are written
   * @return {@code a} or {@code b}, whose first elements are the outputs, {@code [outputs]}
   */
  float[] forward(float[] x, float[] a, float[] b, Cell.State[] states) {
    float[] from = x;
    float[] to = a;
    for (int i = 0; i < hidden.length; i++) {
      hidden[i].forward(from, to);
      if (activation == Activation.TANH) {
        RationalTanh.tanh(hidden[i].out, to);
      } else {
        relu(hidden[i].out, to);
      }
      from = to;
      to = i % 2 == 0 ? b : a;
    }
    for (int i = 0; i < cells.length; i++) {
      cells[i].forward(from, states[i]);
      from = states[i].nextH;
    }
    head.forward(from, to);
    return to;
  }

  private static void relu(int n, float[] x) {
    for (int i = 0; i < n; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }
}
