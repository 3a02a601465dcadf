package org.ppo4j.env.mujoco;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ppo4j.env.Ensemble;
import org.ppo4j.env.EnsembleFactory;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Kwargs;

/**
 * Makes the sub-environments of a MuJoCo task. In addition to the task's own arguments, it reads
 *
 * <pre>
 * Argument       type      default
 *   num_threads  integer   one per core; the number of threads that advance the sub-environments. The
 *                          results do not depend on it. Not an argument of Gymnasium.
 *   xml_file     text      the task's model; a model of Gymnasium, or a path that starts with ., /
 *                          or ~. Since v5.
 *   frame_skip   integer   the task's value; the number of model time steps per step. Since v5.
 * </pre>
 *
 * @param version the task's version; before 5, the model and the frame skip are fixed
 * @param model the file name of the model
 * @param frameSkip the number of model time steps per step
 * @param withContactForces whether MuJoCo computes contact forces after each step
 * @param task creates the task of one simulation
 */
record MujocoFactory(
    int version, String model, int frameSkip, boolean withContactForces, TaskMaker task)
    implements EnsembleFactory {

  /** Creates a factory of a task without contact forces. */
  MujocoFactory(int version, String model, int frameSkip, TaskMaker task) {
    this(version, model, frameSkip, false, task);
  }

  /** Creates the task of simulation {@code index} from the arguments it reads. */
  @FunctionalInterface
  interface TaskMaker {
    MujocoTask make(Simulations simulations, int index, Kwargs kwargs);
  }

  @Override
  public Ensemble make(Kwargs kwargs, int numEnvs) {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = kwargs.positive("num_threads", cores);
    String file = version < 5 ? model : kwargs.text("xml_file", model);
    int skip = version < 5 ? frameSkip : kwargs.positive("frame_skip", frameSkip);
    if (!isReady()) {
      kwargs.refuseUnread(ArgumentNames.of(kwargs.id()));
    }
    MujocoHome home = MujocoFetch.require();
    Simulations simulations =
        new Simulations(
            Mujoco.load(home.library()),
            path(file, home),
            numEnvs,
            skip,
            withContactForces,
            Math.min(threads, numEnvs));
    return new MujocoEnsemble(
        kwargs.id(), simulations, numEnvs, i -> task.make(simulations, i, kwargs));
  }

  /**
   * Returns true also if the user named a wrong library folder, since nothing is then downloaded.
   */
  @Override
  public boolean isReady() {
    try {
      return MujocoHome.find().isPresent();
    } catch (EnvException e) {
      return true;
    }
  }

  private static Path path(String file, MujocoHome home) {
    Path path =
        file.startsWith("~")
            ? Path.of(System.getProperty("user.home") + file.substring(1))
            : file.startsWith(".") || file.startsWith("/")
                ? Path.of(file)
                : home.assets().resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          "there is no model %s; the argument xml_file must be the name of one of Gymnasium's models, or a path that starts with ., / or ~"
              .formatted(path));
    }
    return path.toAbsolutePath();
  }
}
