package org.ppo4j.lab.show;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** An environment of which a picture is taken after every reset and step. */
public final class FilmedEnv extends VectorWrapper {
  private final Scene scene;
  private final Film film;

  /**
   * Films sub-environment 0 of {@code env}.
   *
   * @param film receives the pictures; not closed with this environment
   */
  public FilmedEnv(VectorEnv env, Scene scene, Film film) {
    super(env);
    this.scene = scene;
    this.film = film;
  }

  @Override
  public void reset(long seed, StepBatch out) {
    super.reset(seed, out);
    take(out, new double[spec().actionSpace().size() * numEnvs()]);
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    super.step(actions, out);
    take(out, actions);
  }

  /** Throws {@link UncheckedIOException} if the film cannot be written. */
  private void take(StepBatch batch, double[] actions) {
    try {
      film.add(scene.frame(batch, actions));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write the film", e);
    }
  }
}
