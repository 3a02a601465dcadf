package org.ppo4j.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.internal.NearMatches;
import org.ppo4j.gymnasium.PythonEnvConfig;
import org.ppo4j.gymnasium.PythonVectorEnv;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Creates environments, and has the options for that. */
final class EnvironmentOptions {
  /** The argument of ppo4j's MuJoCo tasks in addition to Gymnasium's arguments. */
  private static final String NATIVE_THREADS = "num_threads";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--num-workers",
      paramLabel = "N",
      description =
          "The number of Python processes that host the sub-environments. Default: one for each core.")
  private @Nullable Integer numWorkers;

  @Option(
      names = "--step-timeout",
      paramLabel = "SECONDS",
      description = "The time limit of a step in Python. Default: 60.")
  private @Nullable Double stepTimeout;

  /** The values of the option {@code --backend}. */
  enum Choice {
    AUTO,
    NATIVE,
    PYTHON;

    RunConfig.Backend of(String id) {
      return switch (this) {
        case AUTO -> Envs.isNative(id) ? RunConfig.Backend.NATIVE : RunConfig.Backend.PYTHON;
        case NATIVE -> RunConfig.Backend.NATIVE;
        case PYTHON -> RunConfig.Backend.PYTHON;
      };
    }
  }

  /** Returns the options given, as arguments for another command. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (numWorkers != null) {
      arguments.add("--num-workers=" + numWorkers);
    }
    if (stepTimeout != null) {
      arguments.add("--step-timeout=" + stepTimeout);
    }
    return arguments;
  }

  /** Creates {@code numEnvs} sub-environments; sets up Python first if it is needed. */
  VectorEnv open(RunConfig.Backend backend, String id, Map<String, Object> kwargs, int numEnvs) {
    return switch (backend) {
      case NATIVE -> openNative(id, kwargs, numEnvs);
      case PYTHON -> openPython(id, kwargs, numEnvs);
      case PROGRAM ->
          throw new CommandException(
              ("%s was created by a program, and only that program can create it again; use"
                      + " Training.resume and TrainedPolicy there")
                  .formatted(id));
    };
  }

  /**
   * Creates native environments. If a library cannot be fetched, the message suggests Python, which
   * does not need it.
   */
  private VectorEnv openNative(String id, Map<String, Object> kwargs, int numEnvs) {
    refusePythonOptions(id);
    boolean isReady = !Envs.isNative(id) || Envs.isReady(id);
    try {
      return Envs.make(id, numEnvs, kwargs);
    } catch (IllegalArgumentException e) {
      throw Envs.isNative(id)
          ? e
          : new CommandException(
              ("%s; one of your own must be on the class path, see PPO4J_CLASSPATH in"
                      + " docs/environments.md")
                  .formatted(e.getMessage()),
              e);
    } catch (EnvException e) {
      throw isReady
          ? e
          : new CommandException(
              "%s; or let Gymnasium step %s, with --backend python".formatted(e.getMessage(), id),
              e);
    }
  }

  private void refusePythonOptions(String id) {
    if (numWorkers != null || stepTimeout != null) {
      throw refused(
          "%s is for environments in Python, but %s is native; leave it out"
              .formatted(numWorkers != null ? "--num-workers" : "--step-timeout", id));
    }
  }

  private VectorEnv openPython(String id, Map<String, Object> kwargs, int numEnvs) {
    if (numWorkers != null && numWorkers < 1) {
      throw refused("--num-workers must be at least 1, but is " + numWorkers);
    }
    if (stepTimeout != null && !(stepTimeout > 0)) {
      throw refused("--step-timeout must be positive, but is " + stepTimeout);
    }
    if (kwargs.containsKey(NATIVE_THREADS) && Envs.isNative(id)) {
      throw refused(
          "%s has the argument %s only with the native backend; in Python use --num-workers"
              .formatted(id, NATIVE_THREADS));
    }
    suggestNative(id);
    setUpPython(id);
    PythonEnvConfig config = PythonEnvConfig.of(id, numEnvs).withKwargs(kwargs);
    if (numWorkers != null) {
      config = config.withWorkers(Math.min(numWorkers, numEnvs));
    }
    if (stepTimeout != null) {
      config = config.withStepTimeout(Duration.ofNanos((long) (stepTimeout * 1e9)));
    }
    try {
      return PythonVectorEnv.open(config);
    } catch (EnvException e) {
      throw new CommandException(firstLine(String.valueOf(e.getMessage())), e);
    }
  }

  /** Removes the Python stack trace, which does not help with a mistyped id or argument. */
  private static String firstLine(String message) {
    List<String> lines = message.lines().toList();
    return lines.size() > 1 ? lines.getFirst() + " (--debug shows where)" : message;
  }

  /**
   * Prints native ids that are similar to a mistyped id or one without a version, which would
   * otherwise be stepped slowly in Python or not at all.
   */
  private void suggestNative(String id) {
    if (!Envs.isNative(id)) {
      String near = NearMatches.question(id, Envs.ids());
      if (!near.isEmpty()) {
        spec.commandLine().getErr().println("%s is not native%s".formatted(id, near));
      }
    }
  }

  private void setUpPython(String id) {
    try {
      ProjectPython.setUp(spec.commandLine().getErr());
    } catch (EnvException e) {
      throw Envs.isNative(id)
          ? e
          : new CommandException(
              "%s is not among the native environments (see %s), and Python is not ready: %s"
                  .formatted(id, Launcher.command("envs"), e.getMessage()),
              e);
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
