package org.ppo4j.app;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Envs;
import org.ppo4j.env.internal.NearMatches;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What an agent is trained on, with which networks and hyperparameters. */
final class TaskOptions {
  @Option(
      names = "--algorithm",
      paramLabel = "ID",
      converter = AlgorithmConverter.class,
      description =
          "ppo or one of its relatives, each with its defaults: ppo-penalty, a2c, trpo,"
              + " ppg, appo, spo, rpo, monte-carlo, grpo (docs/algorithms.md). Default: ppo.")
  Algorithm algorithm = Algorithm.PPO;

  @Mixin private EnvArguments envArguments;

  @Mixin private WrapperOptions wrappers;

  @Option(
      names = "--backend",
      paramLabel = "auto|native|python",
      description = "What steps the environment. Default: auto, native if the environment is.")
  EnvironmentOptions.Choice backend = EnvironmentOptions.Choice.AUTO;

  @Option(
      names = "--engine",
      paramLabel = "auto|simd|dl4j",
      description = "What runs the networks. Default: auto, the fastest one that can.")
  Engine engine = Engine.AUTO;

  @Option(
      names = "--network",
      paramLabel = "CLASS",
      description =
          "Your own networks: a class on PPO4J_CLASSPATH that implements NetworkFactory. Default:"
              + " MLPs with the --hidden-sizes, --activation and --shared-trunk given below.")
  private @Nullable String network;

  @Option(
      names = "--profile",
      paramLabel = "default|cleanrl",
      description =
          "Where hyperparameters that are not given come from; cleanrl is exactly CleanRL."
              + " Default: default.")
  Profile profile = Profile.DEFAULT;

  /**
   * Returns what makes the networks, or null for MLPs of the engine.
   *
   * @throws ParameterException if there is no such class, it cannot make networks, or an engine is
   *     given too
   */
  @Nullable NetworkFactory network(CommandLine command) {
    if (network == null) {
      return null;
    }
    if (engine != Engine.AUTO) {
      throw new ParameterException(
          command,
          "--engine is for MLPs, and --network makes its own networks; leave one of them out");
    }
    try {
      return ActorCritics.factory(network);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, "--network: " + e.getMessage(), e);
    }
  }

  /** Reads the id of an algorithm. */
  static final class AlgorithmConverter implements ITypeConverter<Algorithm> {
    @Override
    public Algorithm convert(String id) {
      try {
        return Algorithm.of(id.strip());
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Refuses hyperparameters that an algorithm does not have.
   *
   * @throws ParameterException that names the first of them
   */
  static void refuseOthers(Algorithm algorithm, GivenHyperparameters given, CommandLine command) {
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      boolean isGiven =
          given.values().containsKey(entry.name())
              || (given.minibatchSize() != null && entry.name().equals("numMinibatches"));
      if (isGiven && !entry.algorithms().contains(algorithm)) {
        throw new ParameterException(
            command,
            "%s has no effect on %s; it belongs to %s"
                .formatted(
                    OptionNames.option(entry.name()),
                    algorithm.id(),
                    entry.algorithms().stream().map(Algorithm::id).collect(joining(", "))));
      }
    }
  }

  /** Returns the environment's arguments and wrappers as they were given. */
  List<String> environmentArguments() {
    List<String> given = new ArrayList<>();
    envArguments.texts().forEach(each -> given.add("--env-kwargs=" + each));
    given.addAll(wrappers.arguments());
    return given;
  }

  /** Returns the names of the options that were given for the environment's arguments. */
  String environmentOptions() {
    return environmentArguments().stream()
        .map(each -> each.replaceFirst("=.*", ""))
        .distinct()
        .collect(joining(" with "));
  }

  /**
   * Returns the arguments of {@code env}, its wrappers included.
   *
   * @throws ParameterException if one is not valid
   */
  Map<String, Object> kwargs(String env, CommandLine command) {
    return kwargs(Map.of(), env, command);
  }

  /** As above, with recorded arguments that hold where none is given. */
  Map<String, Object> kwargs(Map<String, Object> recorded, String env, CommandLine command) {
    Map<String, Object> kwargs = new LinkedHashMap<>(recorded);
    kwargs.putAll(envArguments.values(command));
    wrappers.addTo(kwargs, env, backend.of(env) == RunConfig.Backend.PYTHON, command);
    return kwargs;
  }

  /** Returns the backend, the engine and the networks as they were given. */
  List<String> givenArguments() {
    List<String> given = new ArrayList<>();
    if (backend != EnvironmentOptions.Choice.AUTO) {
      given.add("--backend=" + backend.name().toLowerCase(Locale.ROOT));
    }
    if (engine != Engine.AUTO || network != null) {
      given.add(networkArguments().getLast());
    }
    return given;
  }

  /** Returns the engine and the networks as arguments for another command. */
  List<String> networkArguments() {
    String usual = "--engine=" + engine.name().toLowerCase(Locale.ROOT);
    return network == null ? List.of(usual) : List.of(usual, "--network=" + network);
  }

  /**
   * Returns the id that {@code env} stands for: where it has no version, the newest native one, as
   * Gymnasium does; that is said on standard error.
   *
   * @throws ParameterException if it is a misspelt native id, unless {@code --backend python}
   *     leaves the decision to Gymnasium
   */
  String known(String env, CommandLine command) {
    if (Envs.isNative(env)) {
      return env;
    }
    Optional<String> newest = newestNative(env);
    if (newest.isPresent()) {
      command
          .getErr()
          .println("%s has no version; using the newest, %s".formatted(env, newest.get()));
      return newest.get();
    }
    if (backend == EnvironmentOptions.Choice.AUTO) {
      String near = NearMatches.question(env, ofSameVersion(env));
      if (!near.isEmpty()) {
        throw new ParameterException(
            command,
            "there is no environment %s%s (--backend python asks Gymnasium)".formatted(env, near));
      }
    }
    return env;
  }

  /**
   * Returns the native ids of the version of {@code env}; none if it has a module or a namespace.
   */
  private static List<String> ofSameVersion(String env) {
    int version = env.lastIndexOf("-v");
    return version < 0 || env.contains(":") || env.contains("/")
        ? List.of()
        : Envs.ids().stream().filter(id -> id.endsWith(env.substring(version))).toList();
  }

  /** Returns the newest native id of a name without a version; none if there is no such id. */
  static Optional<String> newestNative(String name) {
    Pattern versions = Pattern.compile(Pattern.quote(name) + "-v(\\d+)");
    return Envs.ids().stream()
        .filter(id -> versions.matcher(id).matches())
        .max(Comparator.comparingInt(id -> Integer.parseInt(id.substring(name.length() + 2))));
  }
}
