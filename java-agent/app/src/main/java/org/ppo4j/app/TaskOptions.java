package org.ppo4j.app;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Envs;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What an agent is trained on, with what and by whose numbers. */
final class TaskOptions {
  @Option(
      names = "--env-kwargs",
      paramLabel = "NAME=VALUE",
      description = "An argument of the environment; may be given several times.")
  Map<String, String> envKwargs = new LinkedHashMap<>();

  @Option(
      names = "--backend",
      paramLabel = "auto|native|python",
      description = "What steps the environment. Default: auto, native where there is one.")
  EnvironmentOptions.Choice backend = EnvironmentOptions.Choice.AUTO;

  @Option(
      names = "--engine",
      paramLabel = "auto|simd|dl4j",
      description = "What runs the networks. Default: auto, the fastest that can.")
  Engine engine = Engine.AUTO;

  @Option(
      names = "--profile",
      paramLabel = "default|cleanrl",
      description =
          "Where hyperparameters that are not given come from; cleanrl is CleanRL to the letter."
              + " Default: default.")
  Profile profile = Profile.DEFAULT;

  /**
   * Returns the id that {@code env} stands for: where it has no version, the newest native one, as
   * Gymnasium does; that is said on standard error.
   *
   * @throws ParameterException if it differs from a native id in nothing but upper and lower case,
   *     unless {@code --backend python} has Gymnasium decide
   */
  String known(String env, CommandLine command) {
    if (Envs.isNative(env)) {
      return env;
    }
    Optional<String> newest = newestNative(env);
    if (newest.isPresent()) {
      command
          .getErr()
          .println("%s names no version; taking the newest, %s".formatted(env, newest.get()));
      return newest.get();
    }
    if (backend == EnvironmentOptions.Choice.AUTO) {
      for (String id : Envs.ids()) {
        if (id.equalsIgnoreCase(env)) {
          throw new ParameterException(
              command,
              "there is no environment %s; did you mean %s? (--backend python asks Gymnasium)"
                  .formatted(env, id));
        }
      }
    }
    return env;
  }

  private static Optional<String> newestNative(String name) {
    Pattern versions = Pattern.compile(Pattern.quote(name) + "-v(\\d+)");
    return Envs.ids().stream()
        .filter(id -> versions.matcher(id).matches())
        .max(Comparator.comparingInt(id -> Integer.parseInt(id.substring(name.length() + 2))));
  }
}
