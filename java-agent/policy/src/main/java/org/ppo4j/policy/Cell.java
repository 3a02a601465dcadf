package org.ppo4j.policy;

import java.util.Arrays;

/**
 * A recurrent layer, immutable, with the trainer's operations in the trainer's order. The numbers
 * that it remembers are the caller's.
 */
final class Cell {

  /** The equations, under the manifest's names in lower case; those of the trainer's layers. */
  enum Kind {
    LSTM(4, 2),
    GRU(3, 1);

    final int gates;
    final int states;

    Kind(int gates, int states) {
      this.gates = gates;
      this.states = states;
    }
  }

  final int units;
  private final Kind kind;
  private final Dense input;
  private final Dense recurrent;

  /** Takes the products with inputs and with states from {@code parameters}. */
  Cell(Kind kind, int in, int units, float[] parameters, int at) {
    this.kind = kind;
    this.units = units;
    input = new Dense(in, kind.gates * units, parameters, at);
    recurrent = new Dense(units, kind.gates * units, parameters, at + input.parameters());
  }

  /** Returns the number of parameters. */
  int parameters() {
    return input.parameters() + recurrent.parameters();
  }

  /** What a cell remembers and works with; confined to one thread. */
  static final class State {
    /** The outputs of the last step, {@code [units]}. */
    final float[] h;

    /** The cells of an LSTM, {@code [units]}. */
    final float[] c;

    final float[] nextH;
    final float[] nextC;
    final float[] inputGates;
    final float[] gates;
    final float[] scratch;

    private State(int units, int gates) {
      h = new float[units];
      c = new float[units];
      nextH = new float[units];
      nextC = new float[units];
      inputGates = new float[gates];
      this.gates = new float[gates];
      scratch = new float[units];
    }

    /** Makes the last step's results those to go by. */
    void advance() {
      System.arraycopy(nextH, 0, h, 0, h.length);
      System.arraycopy(nextC, 0, c, 0, c.length);
    }

    void clear() {
      Arrays.fill(h, 0);
      Arrays.fill(c, 0);
    }
  }

  State state() {
    return new State(units, kind.gates * units);
  }

  /** Computes a step: reads {@code h} and {@code c} of the state and writes those after it. */
  void forward(float[] x, State state) {
    input.forward(x, state.inputGates);
    recurrent.forward(state.h, state.gates);
    switch (kind) {
      case LSTM -> lstm(state);
      case GRU -> gru(state);
    }
  }

  private void lstm(State state) {
    float[] gates = state.gates;
    for (int i = 0; i < gates.length; i++) {
      float sum = gates[i] + state.inputGates[i];
      gates[i] = i / units == 2 ? sum : sum * 0.5f;
    }
    RationalTanh.tanh(gates.length, gates);
    for (int u = 0; u < units; u++) {
      float i = logistic(gates[u]);
      float f = logistic(gates[units + u]);
      float g = gates[2 * units + u];
      state.nextC[u] = Math.fma(f, state.c[u], i * g);
      state.scratch[u] = state.nextC[u];
    }
    RationalTanh.tanh(units, state.scratch);
    for (int u = 0; u < units; u++) {
      state.nextH[u] = logistic(gates[3 * units + u]) * state.scratch[u];
    }
  }

  private void gru(State state) {
    float[] gates = state.gates;
    System.arraycopy(gates, 2 * units, state.nextH, 0, units);
    for (int i = 0; i < 2 * units; i++) {
      gates[i] = 0.5f * (gates[i] + state.inputGates[i]);
    }
    RationalTanh.tanh(2 * units, gates);
    for (int u = 0; u < units; u++) {
      state.scratch[u] =
          Math.fma(logistic(gates[u]), state.nextH[u], state.inputGates[2 * units + u]);
    }
    RationalTanh.tanh(units, state.scratch);
    for (int u = 0; u < units; u++) {
      float candidate = state.scratch[u];
      state.nextH[u] = Math.fma(logistic(gates[units + u]), state.h[u] - candidate, candidate);
    }
  }

  private static float logistic(float tanhOfHalf) {
    return Math.fma(0.5f, tanhOfHalf, 0.5f);
  }
}
