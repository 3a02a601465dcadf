package org.ppo4j.app;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.normalize.NormalizeConfig;
import org.ppo4j.ray.RayActors;
import org.ppo4j.ray.RayOptions;
import org.ppo4j.ray.RayPython;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where rollouts are collected: in this process, or by actors on a Ray cluster. */
final class ActorOptions {
  /** The hyperparameter that actors need where statistics are shared. */
  static final String PER_ROLLOUT = "normalizerPerRollout";

  private static final String RAY = "--ray";

  /** The longest time that actors get to start, with the packages that pip installs first. */
  private static final Duration START = Duration.ofMinutes(5);

  private static final int MAX_LOSSES = 100;
  private static final Duration EXAMINATION = Duration.ofMinutes(1);
  private static final Duration ORDER = Duration.ofMinutes(5);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = RAY,
      paramLabel = "ADDRESS",
      description =
          "Collect rollouts on a Ray cluster, host:port, of which this machine is a node"
              + " (docs/ray.md); local starts one for this training alone. Default: in this"
              + " process.")
  private @Nullable String ray;

  @Option(
      names = "--actors",
      paramLabel = "N",
      description = "The number of actors on the Ray cluster, each for a part of --num-envs.")
  private @Nullable Integer actors;

  @Option(
      names = "--actor-cpus",
      paramLabel = "C",
      description = "The CPUs that Ray reserves for each actor, such as 0.5. Default: 1.")
  private @Nullable Double cpus;

  @Option(
      names = "--actor-pip",
      paramLabel = "PACKAGE",
      description =
          "A Python package that Ray installs for the actors, such as gymnasium[mujoco]==1.3.0; may"
              + " be given several times. Default: what the nodes have.")
  private List<String> pip = new ArrayList<>();

  @Option(
      names = "--actor-module",
      paramLabel = "PATH",
      description =
          "A folder of your own Python package, which Ray sends to the actors; may be given several"
              + " times.")
  private List<Path> modules = new ArrayList<>();

  @Option(
      names = "--actor-timeout",
      paramLabel = "SECONDS",
      description =
          "How long an actor may take for its part of a rollout before it counts as lost."
              + " Default: 300.")
  private @Nullable Double timeout;

  @Option(
      names = "--max-actor-losses",
      paramLabel = "N",
      description =
          "How many actors may be lost, and replaced, before the training stops. Default: 100.")
  private @Nullable Integer maxLosses;

  /**
   * Checks the options together.
   *
   * @throws ParameterException if they do not fit
   */
  void check(EnvironmentOptions environments) {
    Map<String, @Nullable Object> given = new LinkedHashMap<>();
    given.put("--actors", actors);
    given.put("--actor-cpus", cpus);
    given.put("--actor-pip", pip.isEmpty() ? null : pip);
    given.put("--actor-module", modules.isEmpty() ? null : modules);
    given.put("--actor-timeout", timeout);
    given.put("--max-actor-losses", maxLosses);
    if (ray == null) {
      given.forEach(
          (name, value) -> {
            if (value != null) {
              throw refused("%s is for actors on a Ray cluster; give --ray too".formatted(name));
            }
          });
      return;
    }
    if (actors == null) {
      throw refused("--ray needs the number of actors; give --actors N");
    }
    if (!ray.equals(RayOptions.LOCAL) && !ray.matches("\\S+:\\d{1,5}")) {
      throw refused(
          "--ray must be the host:port of a cluster, or local, but is '%s'".formatted(ray));
    }
    requirePositive("--actors", actors);
    requirePositive("--actor-cpus", cpus);
    requirePositive("--actor-timeout", timeout);
    if (maxLosses != null && maxLosses < 0) {
      throw refused("--max-actor-losses must be at least 0, but is " + maxLosses);
    }
    environments.refuseWithActors();
  }

  private void requirePositive(String option, @Nullable Number value) {
    if (value != null && !(value.doubleValue() > 0)) {
      throw refused("%s must be positive, but is %s".formatted(option, value));
    }
  }

  /** Returns whether actors collect. */
  boolean areGiven() {
    return ray != null;
  }

  /**
   * Has statistics of observations that sub-environments share change between rollouts only, unless
   * they were told otherwise.
   *
   * @param given the names of the hyperparameters that the user has given
   */
  PpoConfig change(PpoConfig config, Set<String> given) {
    if (ray == null || given.contains(PER_ROLLOUT)) {
      return config;
    }
    NormalizeConfig normalize = config.normalize();
    boolean shares = normalize.normObs() && !normalize.normalizerPerEnv();
    return config.with(c -> c.normalizerPerRollout(shares));
  }

  /**
   * Has actors collect, if so chosen.
   *
   * @throws org.ppo4j.env.EnvException if Ray cannot be installed
   */
  void addTo(TrainingBuilder builder) {
    addTo(builder, Integer.MAX_VALUE);
  }

  /** As above, with at most {@code max} actors, where trainings have few sub-environments. */
  void addTo(TrainingBuilder builder, int max) {
    if (ray != null && actors != null) {
      builder.actors(
          Math.min(actors, max),
          maxLosses == null ? MAX_LOSSES : maxLosses,
          RayActors.starter(options(ray)));
    }
  }

  private RayOptions options(String address) {
    double each = cpus == null ? 1 : cpus;
    return new RayOptions(
        python(spec),
        address,
        each,
        pip,
        modules.stream().map(path -> path.toAbsolutePath().toString()).toList(),
        javaOptions(each),
        START,
        timeout == null ? ORDER : Duration.ofMillis(Math.max(1, (long) (1000 * timeout))));
  }

  /** Returns the options of an actor that needs nothing in particular. */
  static RayOptions options(CommandSpec spec, String address) {
    return new RayOptions(
        python(spec), address, 1, List.of(), List.of(), javaOptions(1), EXAMINATION, ORDER);
  }

  private static Path python(CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    return RayPython.find(
        Launcher.home(),
        line -> {
          err.println(line);
          err.flush();
        });
  }

  /** Returns this JVM's options without those for this machine, for the actors' JVMs. */
  private static List<String> javaOptions(double cpus) {
    List<String> options = new ArrayList<>();
    for (String each : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      boolean ofThisMachine =
          each.startsWith("-D")
              || each.startsWith("-Xm")
              || each.startsWith("-Xlog")
              || each.startsWith("-Xshare")
              || each.startsWith("-XX:SharedArchiveFile")
              || each.startsWith("-XX:ArchiveClassesAtExit");
      if (ChildJvm.isForChildren(each) && !ofThisMachine) {
        options.add(each);
      }
    }
    options.add("-XX:ActiveProcessorCount=" + Math.max(1, (int) cpus));
    return options;
  }

  /** Prints where rollouts are collected. */
  void print(RunConfig run, PrintWriter out) {
    if (ray == null) {
      return;
    }
    out.println("Actors       %d on Ray at %s".formatted(actors, ray));
    if (run.hyperparameters().normalize().normalizerPerRollout()) {
      out.println(
          "Normaliser   shared statistics change between rollouts only (--normalizer-per-rollout)");
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
