package org.ppo4j.env;

import java.util.List;
import java.util.Map;

/**
 * {@link Dynamics} of which an agent observes some numbers only, so that it has to remember to know
 * the rest: with the velocities left out, they follow from several observations.
 *
 * <pre>
 * Envs.register("my/CartPoleNoVelocity-v0", 500, kwargs -&gt; new PartialDynamics(new MyCartPole(), 0, 2));
 * </pre>
 */
public final class PartialDynamics implements Dynamics {
  private final Dynamics whole;
  private final int[] observed;
  private final Space.Box observationSpace;
  private final double[] observation;
  private final int criticOnly;

  /**
   * Hides what is not named.
   *
   * @param whole the dynamics, whose observations are a Box
   * @param observed the indices of the numbers that are observed, in their new order
   * @throws IllegalArgumentException if the observations are not a Box, an index is not one of
   *     theirs, or one that is for critics only comes before another
   */
  public PartialDynamics(Dynamics whole, int... observed) {
    this.whole = whole;
    this.observed = observed.clone();
    if (!(whole.observationSpace() instanceof Space.Box box)) {
      throw new IllegalArgumentException(
          "numbers can be hidden of observations that are a Box, but they are %s"
              .formatted(whole.observationSpace()));
    }
    double[] low = new double[observed.length];
    double[] high = new double[observed.length];
    for (int i = 0; i < observed.length; i++) {
      if (observed[i] < 0 || observed[i] >= box.size()) {
        throw new IllegalArgumentException(
            "observations have the indices 0 to %d, but got %d"
                .formatted(box.size() - 1, observed[i]));
      }
      low[i] = box.low()[observed[i]];
      high[i] = box.high()[observed[i]];
    }
    observationSpace = new Space.Box(low, high, new int[] {observed.length}, box.dtype());
    observation = new double[box.size()];
    criticOnly = criticOnly(box.size() - whole.criticOnly());
  }

  /** Returns how many of the observed numbers are for critics only: those from an index on. */
  private int criticOnly(int from) {
    int seen = 0;
    while (seen < observed.length && observed[seen] < from) {
      seen++;
    }
    for (int i = seen; i < observed.length; i++) {
      if (observed[i] < from) {
        throw new IllegalArgumentException(
            "numbers that are for critics only, those from index %d on, must come last, but %d follows %d"
                .formatted(from, observed[i], observed[seen]));
      }
    }
    return observed.length - seen;
  }

  /** Returns a factory of ensembles whose members are those of {@code whole}, partly observed. */
  public static EnsembleFactory of(EnsembleFactory whole, int... observed) {
    return new EnsembleFactory() {
      @Override
      public Ensemble make(Kwargs kwargs, int numEnvs) {
        return new PartialEnsemble(whole.make(kwargs, numEnvs), observed);
      }

      @Override
      public boolean isReady() {
        return whole.isReady();
      }
    };
  }

  /** An ensemble whose members are partly observed. */
  private static final class PartialEnsemble implements Ensemble {
    private final Ensemble whole;
    private final List<PartialDynamics> members;

    PartialEnsemble(Ensemble whole, int[] observed) {
      this.whole = whole;
      members =
          whole.members().stream().map(member -> new PartialDynamics(member, observed)).toList();
    }

    @Override
    public List<PartialDynamics> members() {
      return members;
    }

    @Override
    public void advance(double[] actions, boolean[] resting) {
      whole.advance(actions, resting);
    }

    @Override
    public Map<String, String> versions() {
      return whole.versions();
    }

    @Override
    public void close() {
      whole.close();
    }
  }

  @Override
  public Space observationSpace() {
    return observationSpace;
  }

  @Override
  public Space actionSpace() {
    return whole.actionSpace();
  }

  @Override
  public void reset(NumpyRandom random) {
    whole.reset(random);
  }

  @Override
  public double step(double[] actions, int offset) {
    return whole.step(actions, offset);
  }

  @Override
  public boolean terminated() {
    return whole.terminated();
  }

  @Override
  public void observe(double[] out, int offset) {
    whole.observe(observation, 0);
    for (int i = 0; i < observed.length; i++) {
      out[offset + i] = observation[observed[i]];
    }
  }

  @Override
  public int criticOnly() {
    return criticOnly;
  }

  @Override
  public boolean masksActions() {
    return whole.masksActions();
  }

  @Override
  public void actionMask(byte[] out, int offset) {
    whole.actionMask(out, offset);
  }

  @Override
  public double[] state() {
    return whole.state();
  }

  @Override
  public void restore(double[] state) {
    whole.restore(state);
  }

  @Override
  public void close() {
    whole.close();
  }
}
