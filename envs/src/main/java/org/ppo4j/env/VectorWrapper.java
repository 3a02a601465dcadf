package org.ppo4j.env;

/**
 * An environment that passes all calls to another one, for classes that change some of them; the
 * counterpart of {@code gymnasium.vector.VectorWrapper}.
 *
 * {@snippet lang = java :
 * final class ScaledRewards extends VectorWrapper {
 *   ScaledRewards(VectorEnv env) {
 *     super(env);
 *   }
 *
 *   @Override
 *   public void step(double[] actions, StepBatch out) {
 *     super.step(actions, out);
 *     for (int i = 0; i < out.rewards.length; i++) {
 *       out.rewards[i] *= 0.1;
 *     }
 *   }
 * }
 * }
 *
 * <p>A wrapper is not {@link Resumable}, even if the environment is, because its own state would be
 * missing; a subclass may implement that interface.
 */
public abstract class VectorWrapper implements VectorEnv {
  private final VectorEnv env;

  /**
   * Creates a wrapper.
   *
   * @param env receives the calls; closed with this environment
   */
  protected VectorWrapper(VectorEnv env) {
    this.env = env;
  }

  @Override
  public EnvSpec spec() {
    return env.spec();
  }

  @Override
  public int numEnvs() {
    return env.numEnvs();
  }

  @Override
  public AutoresetMode autoresetMode() {
    return env.autoresetMode();
  }

  @Override
  public boolean givesBytes() {
    return env.givesBytes();
  }

  @Override
  public boolean givesProgress() {
    return env.givesProgress();
  }

  @Override
  public void reset(long seed, StepBatch out) {
    env.reset(seed, out);
  }

  @Override
  public void reset(long[] seeds, StepBatch out) {
    env.reset(seeds, out);
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    env.step(actions, out);
  }

  @Override
  public long restarts() {
    return env.restarts();
  }

  @Override
  public void close() {
    env.close();
  }
}
