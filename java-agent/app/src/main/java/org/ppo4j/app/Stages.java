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
   * @param versions of the libraries that stepped it
   * @throws CommandException if nothing can draw it
   */
  Stage filmed(
      RunConfig.Backend backend,
      String id,
      Map<String, Object> kwargs,
      Map<String, String> versions,
      WorkerSeeds seeds) {
    Optional<Drawing> drawing = Drawing.of(id);
    if (backend == RunConfig.Backend.NATIVE && drawing.isPresent()) {
      return new Stage(
          environments.open(backend, id, kwargs, 1, seeds), Scene.drawn(drawing.get()));
    }
    VectorEnv env = inPython(backend, id, kwargs, versions, seeds, "rgb_array");
    return new Stage(env, Scene.rendered((PythonVectorEnv) env));
  }

  /** Makes an environment in Python that shows itself in a window. */
  VectorEnv inWindow(
      RunConfig.Backend backend,
      String id,
      Map<String, Object> kwargs,
      Map<String, String> versions,
      WorkerSeeds seeds) {
    return inPython(backend, id, kwargs, versions, seeds, "human");
  }

  /**
   * A native environment of Gymnasium's is the same in Python, apart from the arguments it adds.
   */
  private VectorEnv inPython(
      RunConfig.Backend backend,
      String id,
      Map<String, Object> kwargs,
      Map<String, String> versions,
      WorkerSeeds seeds,
      String mode) {
    Map<String, Object> rendering = new LinkedHashMap<>(kwargs);
    if (backend == RunConfig.Backend.NATIVE) {
      if (!Drawing.of(id).isPresent() && !versions.containsKey("mujoco")) {
        throw new CommandException(
            "nothing draws %s: ppo4j draws its classic control tasks, and Gymnasium the tasks that it has"
                .formatted(id));
      }
      rendering.remove(EnvironmentOptions.NATIVE_THREADS);
    }
    rendering.put(RENDER_MODE, mode);
    RunConfig.Backend python =
        backend == RunConfig.Backend.PROGRAM ? backend : RunConfig.Backend.PYTHON;
    return environments.open(python, id, rendering, 1, seeds);
  }
}
