package org.ppo4j.env;

/** The counting environment of {@link ContractSubjects}; the time limit truncates it. */
final class CountingDynamics implements Dynamics {
  private final int terminateAt;
  private final int spread;
  private final int failAt;
  private int episode = -1;
  private int step;
  private double draw;

  CountingDynamics(Kwargs kwargs) {
    terminateAt = kwargs.integer("terminate_at", 0);
    spread = kwargs.integer("spread", 0);
    failAt = kwargs.integer("fail_at", 0);
  }

  @Override
  public Space observationSpace() {
    return Space.Box.of(0, Double.POSITIVE_INFINITY, 3, DType.FLOAT64);
  }

  @Override
  public Space actionSpace() {
    return new Space.Discrete(2);
  }

  @Override
  public void reset(NumpyRandom random) {
    episode++;
    step = 0;
    draw = random.nextDouble();
  }

  @Override
  public double step(double[] actions, int offset) {
    step++;
    if (step == failAt) {
      throw new IllegalStateException("the spring broke");
    }
    return step;
  }

  @Override
  public boolean terminated() {
    return terminateAt > 0 && step >= terminateAt + (int) (draw * spread);
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = episode;
    out[offset + 1] = step;
    out[offset + 2] = draw;
  }

  @Override
  public double[] state() {
    return new double[] {episode, step, draw};
  }

  @Override
  public void restore(double[] state) {
    episode = (int) state[0];
    step = (int) state[1];
    draw = state[2];
  }
}
