package org.ppo4j.tokens.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;

/**
 * The feed-forward layer of a block: {@code down(f(up(x)))} with GPT-2's GELU, or {@code
 * down(f(gate(x)) * up(x))} with Llama's SiLU.
 *
 * <p>Both activations are {@code x sigmoid(z)}: of SiLU z is x, of GELU in the tanh form z is
 * {@code 2 sqrt(2 / pi) (x + 0.044715 x^3)}, since {@code (1 + tanh(u)) / 2 = sigmoid(2 u)}.
 */
final class FeedForward {
  private static final float SLOPE = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBE = 0.044715f;

  private final MatrixKernels kernels;
  private final Team team;
  private final Linear up;
  private final @Nullable Linear gate;
  private final Linear down;
  private final int inner;

  FeedForward(Linear up, @Nullable Linear gate, Linear down, MatrixKernels kernels, Team team) {
    this.kernels = kernels;
    this.team = team;
    this.up = up;
    this.gate = gate;
    this.down = down;
    inner = up.outputs();
  }

  List<Linear> layers() {
    return gate == null ? List.of(up, down) : List.of(up, gate, down);
  }

  /** The arrays of one call, each {@code [rows, inner]}. */
  static final class State {
    private float[] up = {};
    private float[] gate = {};
    private float[] active = {};

    void reserve(int length, boolean gated) {
      if (up.length < length) {
        up = new float[length];
        gate = new float[gated ? length : 0];
        active = new float[length];
      }
    }
  }

  void reserve(int rows, State state) {
    state.reserve(Math.multiplyExact(rows, inner), gate != null);
  }

  /**
   * Computes the outputs.
   *
   * @param x {@code [rows, hidden]}
   * @param y {@code [rows, hidden]}, written by the callee
   */
  void forward(int rows, Matrix x, float[] parameters, State state, Matrix y) {
    up.forward(rows, x, parameters, Matrix.of(state.up, 0, inner));
    if (gate != null) {
      gate.forward(rows, x, parameters, Matrix.of(state.gate, 0, inner));
    }
    team.split(rows, 1, (from, to) -> activate(from * inner, to * inner, state));
    down.forward(rows, Matrix.of(state.active, 0, inner), parameters, y);
  }

  private void activate(int from, int to, State state) {
    float[] x = gate == null ? state.up : state.gate;
    float[] active = state.active;
    exponentials(from, to, x, active);
    for (int i = from; i < to; i++) {
      active[i] = x[i] / (1 + active[i]);
    }
    if (gate != null) {
      for (int i = from; i < to; i++) {
        active[i] *= state.up[i];
      }
    }
  }

  /** Sets {@code out} to e^-z. */
  private void exponentials(int from, int to, float[] x, float[] out) {
    if (gate == null) {
      for (int i = from; i < to; i++) {
        out[i] = -SLOPE * x[i] * (1 + CUBE * x[i] * x[i]);
      }
    } else {
      for (int i = from; i < to; i++) {
        out[i] = -x[i];
      }
    }
    kernels.exp(from, to, out);
  }

  /**
   * Adds the gradients of the weights to {@code gradients}, and sets {@code dx} to those of x.
   *
   * @param dy the gradients of the outputs, {@code [rows, hidden]}
   * @param scratch overwritten
   */
  void backward(
      int rows,
      Matrix x,
      float[] parameters,
      State state,
      Matrix dy,
      State scratch,
      Matrix dx,
      float[] gradients) {
    Matrix active = Matrix.of(state.active, 0, inner);
    Matrix activeGradients = Matrix.of(scratch.active, 0, inner);
    down.backward(rows, active, parameters, dy, activeGradients, false, gradients);
    team.split(rows, 1, (from, to) -> differentiate(from * inner, to * inner, state, scratch));
    up.backward(rows, x, parameters, Matrix.of(scratch.up, 0, inner), dx, false, gradients);
    if (gate != null) {
      gate.backward(rows, x, parameters, Matrix.of(scratch.gate, 0, inner), dx, true, gradients);
    }
  }

  /** Computes the gradients of the layers' outputs from those of the activations. */
  private void differentiate(int from, int to, State state, State scratch) {
    float[] d = scratch.active;
    if (gate == null) {
      float[] x = state.up;
      float[] dx = scratch.up;
      exponentials(from, to, x, dx);
      for (int i = from; i < to; i++) {
        float sigmoid = 1 / (1 + dx[i]);
        float slope = SLOPE * (1 + 3 * CUBE * x[i] * x[i]);
        dx[i] = d[i] * sigmoid * (1 + x[i] * (1 - sigmoid) * slope);
      }
      return;
    }
    float[] x = state.gate;
    float[] dx = scratch.gate;
    exponentials(from, to, x, dx);
    for (int i = from; i < to; i++) {
      float sigmoid = 1 / (1 + dx[i]);
      scratch.up[i] = d[i] * x[i] * sigmoid;
      dx[i] = d[i] * state.up[i] * sigmoid * (1 + x[i] * (1 - sigmoid));
    }
  }
}
