package org.ppo4j.env;

import java.util.Arrays;
import java.util.List;

/** The echo environment of {@link ContractSubjects}. */
final class EchoDynamics implements Dynamics {
  private static final List<String> SPACES =
      List.of("box", "discrete", "multi_discrete", "multi_binary");

  private final Space actionSpace;
  private final double[] last;

  EchoDynamics(Kwargs kwargs) {
    actionSpace =
        switch (kwargs.choice("space", "box", SPACES)) {
          case "discrete" -> new Space.Discrete(3, -1);
          case "multi_discrete" -> new Space.MultiDiscrete(new int[] {3, 2}, new int[] {0, 5});
          case "multi_binary" -> new Space.MultiBinary(3);
          default -> Space.Box.of(-1, 1, 2, DType.FLOAT32);
        };
    last = new double[actionSpace.size()];
  }

  @Override
  public Space observationSpace() {
    double inf = Double.POSITIVE_INFINITY;
    return Space.Box.of(-inf, inf, last.length, DType.FLOAT64);
  }

  @Override
  public Space actionSpace() {
    return actionSpace;
  }

  @Override
  public void reset(NumpyRandom random) {
    Arrays.fill(last, 0);
  }

  @Override
  public double step(double[] actions, int offset) {
    System.arraycopy(actions, offset, last, 0, last.length);
    return Arrays.stream(last).sum();
  }

  @Override
  public boolean terminated() {
    return false;
  }

  @Override
  public void observe(double[] out, int offset) {
    System.arraycopy(last, 0, out, offset, last.length);
  }

  @Override
  public double[] state() {
    return last.clone();
  }

  @Override
  public void restore(double[] state) {
    System.arraycopy(state, 0, last, 0, last.length);
  }
}
