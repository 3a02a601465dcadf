package org.ppo4j.env;

/**
 * {@link Dynamics} whose state is an array of numbers, observed as it is. A subclass writes {@code
 * reset} and {@code step}, {@code terminated} where an episode has an end, and {@code observe}
 * where the observation is another.
 */
public abstract class ArrayDynamics implements Dynamics {

  /** All that later steps and observations depend on, {@code [S]}; zeros before the first reset. */
  protected final double[] state;

  private final Space observationSpace;
  private final Space actionSpace;

  /** Makes a state of as many numbers as an observation has. */
  protected ArrayDynamics(Space observationSpace, Space actionSpace) {
    this(observationSpace, actionSpace, observationSpace.size());
  }

  /** Makes a state of {@code stateSize} numbers, of which the first are observed. */
  protected ArrayDynamics(Space observationSpace, Space actionSpace, int stateSize) {
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
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

  @Override
  public void observe(double[] out, int offset) {
    System.arraycopy(state, 0, out, offset, observationSpace.size());
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
