package org.ppo4j.app;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Space;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option for published hyperparameters, which replace the profile's. */
final class PresetOption {
  static final String AUTO = "auto";
  static final String NONE = "none";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "auto|none|zoo|cleanrl",
      description =
          "Published hyperparameters for this environment, which override the profile's and are"
              + " overridden by options; zoo has those of RL Baselines3 Zoo. Default: auto, which"
              + " uses a preset if the profile's values are not known to work, and none with"
              + " --profile cleanrl.")
  private String name = AUTO;

  /**
   * Returns the preset to use, or null for none.
   *
   * @throws ParameterException if the named one is not for the algorithm and the environment
   */
  @Nullable Preset of(String env, Profile profile, Algorithm algorithm) {
    if (algorithm != Algorithm.PPO && !name.equals(NONE)) {
      if (name.equals(AUTO)) {
        return null;
      }
      throw new ParameterException(
          spec.commandLine(),
          "presets are hyperparameters of ppo, so --preset %s has no effect on %s; leave it out"
              .formatted(name, algorithm.id()));
    }
    return switch (name) {
      case NONE -> null;
      case AUTO -> Preset.automatic(profile, env).orElse(null);
      default -> Preset.find(name, env).orElseThrow(() -> noPreset(env));
    };
  }

  /** Returns this option as an argument for another command. */
  String argument() {
    return "--preset=" + name;
  }

  /**
   * Returns all hyperparameters: the values given, otherwise those of {@link #of}, otherwise the
   * profile's.
   *
   * @throws ParameterException if the values are not valid together
   */
  PpoConfig config(
      String env, Profile profile, Algorithm algorithm, Space actions, GivenHyperparameters given) {
    Preset preset = of(env, profile, algorithm);
    PpoConfig config = PpoConfig.of(algorithm, profile, actions);
    return change(preset == null ? config : preset.applyTo(config), given, preset);
  }

  /**
   * Returns {@code config} with the values given.
   *
   * @param preset the preset that {@code config} has; null for none
   * @throws ParameterException if the values are not valid together
   */
  PpoConfig change(PpoConfig config, GivenHyperparameters given, @Nullable Preset preset) {
    try {
      return given.applyTo(config, Map.of());
    } catch (IllegalArgumentException e) {
      String message = OptionNames.message(e);
      throw new ParameterException(
          spec.commandLine(),
          preset == null
              ? message
              : "%s; values that were not given are those of the preset %s; --preset none switches it off"
                  .formatted(message, preset.name()),
          e);
    }
  }

  /** Returns the description of the preset in use, for the user. */
  String description(Preset preset) {
    StringBuilder text = new StringBuilder(preset.name());
    if (name.equals(AUTO)) {
      text.append(" (chosen for this environment; --preset none switches it off)");
    }
    text.append(": ").append(preset.source());
    if (preset.lacks() != null) {
      text.append("; without its ").append(preset.lacks());
    }
    return text.toString();
  }

  private ParameterException noPreset(String env) {
    String environments =
        Preset.all().stream()
            .filter(preset -> preset.name().equals(name))
            .map(Preset::env)
            .collect(Collectors.joining(", "));
    String message =
        environments.isEmpty()
            ? "there is no preset %s; --preset takes auto, none, %s"
                .formatted(
                    name,
                    Preset.all().stream()
                        .map(Preset::name)
                        .distinct()
                        .collect(Collectors.joining(", ")))
            : "the preset %s has no hyperparameters for %s, only for %s"
                .formatted(name, env, environments);
    return new ParameterException(spec.commandLine(), message);
  }
}
