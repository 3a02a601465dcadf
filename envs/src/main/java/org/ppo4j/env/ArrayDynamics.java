package org.ppo4j.env;

/**
 * {@link Dynamics} whose state is an array of numbers. A subclass implements {@code reset} and
 * {@code step}; it overrides {@code terminated} if an episode can end before its time limit, and
 * {@code observe} if an observation is anything other than the first numbers of the state.
 */
public abstract class ArrayDynamics implements Dynamics {

  /**
   * Every number that later steps and observations depend on, {@code [S]}; zeros before the first
   * reset.
   */
  protected final double[] state;

  private final Space observationSpace;
  private final Space actionSpace;
  private final int observationSize;
  private final boolean isFloat32;

  /** Creates a state with as many numbers as an observation has. */
  protected ArrayDynamics(Space observationSpace, Space actionSpace) {
    this(observationSpace, actionSpace, observationSpace.size());
  }

  /**
   * Creates a state of {@code stateSize} numbers, of which the first {@code
   * observationSpace.size()} are observed.
   */
  protected ArrayDynamics(Space observationSpace, Space actionSpace, int stateSize) {
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
    observationSize = observationSpace.size();
    isFloat32 = observationSpace instanceof Space.Box box && box.dtype() == DType.FLOAT32;
    state = new double[stateSize];
  }

  @Override
  public final Space observationSpace() {
    return observationSpace;
  }

  @Override
  public final Space actionSpace() {
    return actionSpace;
  }

  /**
   * {@inheritDoc}
   *
   * @implSpec The default implementation writes the first numbers of the state, rounded to float32
   *     if that is the element type of the observation space.
   */
  @Override
  public void observe(double[] out, int offset) {
    if (!isFloat32) {
      System.arraycopy(state, 0, out, offset, observationSize);
      return;
    }
    for (int i = 0; i < observationSize; i++) {
      out[offset + i] = (float) state[i];
    }
  }

  @Override
  public final double[] state() {
    return state.clone();
  }

  @Override
  public final void restore(double[] from) {
    System.arraycopy(from, 0, state, 0, state.length);
  }
}
