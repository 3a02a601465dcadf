package org.ppo4j.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.PythonVectorEnv;
import org.ppo4j.gymnasium.WorkerSeeds;
import org.ppo4j.lab.show.Drawing;
import org.ppo4j.lab.show.Scene;
import org.ppo4j.lab.show.Stage;

/** Makes an environment that can be seen, for what was trained with a backend. */
final class Stages {
  private static final String RENDER_MODE = "render_mode";

  private final EnvironmentOptions environments;

  Stages(EnvironmentOptions environments) {
    this.environments = environments;
  }

  /**
   * Makes an environment of which pictures are taken: in this JVM where ppo4j draws it, otherwise
   * in Python.
   *
   * @param run the run that was trained on it
   * @param versions of the libraries that stepped it
   * @throws CommandException if nothing can draw it
   */
  Stage filmed(RunConfig run, Map<String, String> versions, WorkerSeeds seeds) {
    Optional<Drawing> drawing = Drawing.of(run.env());
    if (run.backend() == RunConfig.Backend.NATIVE && drawing.isPresent()) {
      return new Stage(environments.open(run, 1, seeds), Scene.drawn(drawing.get()));
    }
    VectorEnv env = inPython(run, versions, seeds, "rgb_array");
    return new Stage(env, Scene.rendered((PythonVectorEnv) env));
  }

  /** Makes an environment in Python that shows itself in a window. */
  VectorEnv inWindow(RunConfig run, Map<String, String> versions, WorkerSeeds seeds) {
    return inPython(run, versions, seeds, "human");
  }

  /**
   * A native environment of Gymnasium's is the same in Python, apart from the arguments it adds.
   */
  private VectorEnv inPython(
      RunConfig run, Map<String, String> versions, WorkerSeeds seeds, String mode) {
    Map<String, Object> rendering = new LinkedHashMap<>(run.envKwargs());
    if (run.backend() == RunConfig.Backend.NATIVE) {
      if (!Drawing.of(run.env()).isPresent() && !versions.containsKey("mujoco")) {
        throw new CommandException(
            "nothing draws %s: ppo4j draws its classic control tasks, and Gymnasium the tasks that it has"
                .formatted(run.env()));
      }
      rendering.remove(EnvironmentOptions.NATIVE_THREADS);
    }
    rendering.put(RENDER_MODE, mode);
    RunConfig.Backend python =
        run.backend() == RunConfig.Backend.PROGRAM ? run.backend() : RunConfig.Backend.PYTHON;
    return environments.open(
        python, run.env(), rendering, 1, seeds, run.hyperparameters().action().actionMasks());
  }
}
