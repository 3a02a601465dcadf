package org.ppo4j.env.mujoco;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ppo4j.env.Ensemble;
import org.ppo4j.env.EnsembleFactory;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Kwargs;

/**
 * Makes the sub-environments of a MuJoCo task. Beside the task's own arguments there are
 *
 * <pre>
 * Argument       type     default
 *   num_threads  number   one a core; how many threads advance the sub-environments together. They
 *                         give the same numbers whatever it is. Not Gymnasium's.
 *   xml_file     text     Gymnasium's model; another's path, if it begins with ., / or ~. From v5 on.
 *   frame_skip   number   the task's; time steps of the model in a step. From v5 on.
 * </pre>
 *
 * @param version the task's version; before 5, model and frame skip are fixed
 * @param model the file of the model
 * @param frameSkip the time steps in a step
 * @param withContactForces whether MuJoCo computes contact forces after each step
 * @param task makes the task of one simulation
 */
record MujocoFactory(
    int version, String model, int frameSkip, boolean withContactForces, TaskMaker task)
    implements EnsembleFactory {

  /** Makes a factory of a task without contact forces. */
  MujocoFactory(int version, String model, int frameSkip, TaskMaker task) {
    this(version, model, frameSkip, false, task);
  }

  /** Makes the task of simulation {@code index} from the arguments it reads. */
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
      kwargs.refuseOthersThan(ArgumentNames.of(kwargs.id()));
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

  /** Where the library's folder is named but wrong, nothing is fetched either. */
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
          "there is no model %s; the argument xml_file names one of Gymnasium's, or another's path that begins with ., / or ~"
              .formatted(path));
    }
    return path.toAbsolutePath();
  }
}
