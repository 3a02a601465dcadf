package org.ppo4j.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.internal.NearMatches;
import org.ppo4j.gymnasium.PythonEnvConfig;
import org.ppo4j.gymnasium.PythonException;
import org.ppo4j.gymnasium.PythonVectorEnv;
import org.ppo4j.gymnasium.WorkerLimits;
import org.ppo4j.gymnasium.WorkerSeeds;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Creates environments, and has the options for that. */
final class EnvironmentOptions {
  /** The argument of ppo4j's MuJoCo tasks in addition to Gymnasium's arguments. */
  static final String NATIVE_THREADS = "num_threads";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--num-workers",
      paramLabel = "N",
      description =
          "The number of Python processes that host the sub-environments. Default: one for each"
              + " core.")
  private @Nullable Integer numWorkers;

  @Option(
      names = "--step-timeout",
      paramLabel = "SECONDS",
      description = "The time limit of a step, or of a reset, in Python. Default: 60.")
  private @Nullable Double stepTimeout;

  @Option(
      names = "--start-timeout",
      paramLabel = "SECONDS",
      description =
          "The time limit for starting Python and making the environments there. Default: 120.")
  private @Nullable Double startTimeout;

  @Option(
      names = "--close-timeout",
      paramLabel = "SECONDS",
      description = "The time limit for closing the environments in Python. Default: 5.")
  private @Nullable Double closeTimeout;

  @Option(
      names = "--max-worker-restarts",
      paramLabel = "N",
      description =
          "How often Python processes that fail are replaced before the training stops. Default:"
              + " 10.")
  private @Nullable Integer maxWorkerRestarts;

  @Option(
      names = "--exact-recovery",
      description =
          "Have the Python process that replaces one that failed repeat all actions since its last"
              + " reset by a seed, so that the training is the same as without the failure. For"
              + " environments that are deterministic. Default: its episodes are cut off.")
  private boolean exactRecovery;

  @Option(
      names = "--env-output",
      paramLabel = "FILE",
      description =
          "Where to write what environments print in Python: a file, which is appended to, or - for"
              + " standard error. Default: nowhere, except for Gymnasium's warnings.")
  private @Nullable Path output;

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
    given().forEach((name, value) -> arguments.add(name + "=" + value));
    return arguments;
  }

  /** Returns the values of the options given, by name. */
  private Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    put(given, "--num-workers", numWorkers);
    put(given, "--step-timeout", stepTimeout);
    put(given, "--start-timeout", startTimeout);
    put(given, "--close-timeout", closeTimeout);
    put(given, "--max-worker-restarts", maxWorkerRestarts);
    put(given, "--exact-recovery", exactRecovery ? true : null);
    put(given, "--env-output", output);
    return given;
  }

  private static void put(Map<String, Object> given, String name, @Nullable Object value) {
    if (value != null) {
      given.put(name, value);
    }
  }

  /**
   * Creates {@code numEnvs} sub-environments; sets up Python first if it is needed.
   *
   * @param seeds the seeds that Python starts with
   * @param masks where environments in Python say which actions are valid
   */
  VectorEnv open(
      RunConfig.Backend backend,
      String id,
      Map<String, Object> kwargs,
      int numEnvs,
      WorkerSeeds seeds,
      ActionMasks masks) {
    return switch (backend) {
      case NATIVE -> {
        if (masks.isDemand()) {
          throw refused(
              "--action-masks %s is for environments in Python, but %s is native; leave it out"
                  .formatted(OptionNames.value(masks), id));
        }
        yield openNative(id, kwargs, numEnvs);
      }
      case PYTHON -> openPython(id, kwargs, numEnvs, seeds, masks);
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

  /**
   * Refuses options for the processes of this machine where actors on others step.
   *
   * @throws ParameterException that names the first of them
   */
  void refuseWithActors() {
    if (!given().isEmpty()) {
      throw refused(
          "%s is for environments of this process, but with --ray actors step them; leave it out"
              .formatted(given().keySet().iterator().next()));
    }
  }

  private void refusePythonOptions(String id) {
    if (!given().isEmpty()) {
      throw refused(
          "%s is for environments in Python, but %s is native; leave it out"
              .formatted(given().keySet().iterator().next(), id));
    }
  }

  /** Creates the sub-environments of a run. */
  VectorEnv open(RunConfig run, int numEnvs, WorkerSeeds seeds) {
    return open(
        run.backend(),
        run.env(),
        run.envKwargs(),
        numEnvs,
        seeds,
        run.hyperparameters().action().actionMasks());
  }

  private VectorEnv openPython(
      String id, Map<String, Object> kwargs, int numEnvs, WorkerSeeds seeds, ActionMasks masks) {
    if (numWorkers != null && numWorkers < 1) {
      throw refused("--num-workers must be at least 1, but is " + numWorkers);
    }
    if (maxWorkerRestarts != null && maxWorkerRestarts < 0) {
      throw refused("--max-worker-restarts must be at least 0, but is " + maxWorkerRestarts);
    }
    WorkerLimits defaults = WorkerLimits.DEFAULT;
    WorkerLimits limits =
        new WorkerLimits(
            limit("--start-timeout", startTimeout, defaults.startTimeout()),
            limit("--step-timeout", stepTimeout, defaults.stepTimeout()),
            limit("--close-timeout", closeTimeout, defaults.closeTimeout()),
            maxWorkerRestarts == null ? defaults.maxWorkerRestarts() : maxWorkerRestarts);
    if (kwargs.containsKey(NATIVE_THREADS) && Envs.isNative(id)) {
      throw refused(
          "%s has the argument %s only with the native backend; in Python use --num-workers"
              .formatted(id, NATIVE_THREADS));
    }
    suggestNative(id);
    setUpPython(id);
    PythonEnvConfig config =
        PythonEnvConfig.of(id, numEnvs)
            .withKwargs(kwargs)
            .withLimits(limits)
            .withSeeds(seeds)
            .withOutput(output)
            .withExactRecovery(exactRecovery)
            .withActionMasks(masks);
    if (numWorkers != null) {
      config = config.withWorkers(numWorkers);
    }
    try {
      return PythonVectorEnv.open(config);
    } catch (PythonException e) {
      // Without the Python stack trace, which does not help with a mistyped id or argument.
      throw new CommandException(e.summary() + " (--debug shows where)", e);
    }
  }

  private Duration limit(String option, @Nullable Double seconds, Duration byDefault) {
    if (seconds == null) {
      return byDefault;
    }
    if (!(seconds > 0)) {
      throw refused("%s must be positive, but is %s".formatted(option, seconds));
    }
    return Duration.ofNanos(Math.max(1, (long) (seconds * 1e9)));
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
