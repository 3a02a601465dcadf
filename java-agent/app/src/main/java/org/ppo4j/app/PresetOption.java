package org.ppo4j.app;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.NamesHyperparameters;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Space;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The option for hyperparameters for an environment, which replace the profile's. */
final class PresetOption {
  static final String AUTO = "auto";
  static final String NONE = "none";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "auto|none|ppo4j|zoo|cleanrl|FILE",
      description =
          "Hyperparameters for this environment, which override the profile's and are overridden by"
              + " options: ppo4j has those of ppo4j's searches, zoo those of RL Baselines3 Zoo,"
              + " FILE those that ./ppo4j tune wrote. Default: auto, which uses ppo4j's where there"
              + " are any, or else the Zoo's if the profile's values are not known to work, and"
              + " none with --profile cleanrl.")
  private String name = AUTO;

  /**
   * Returns the preset to use, with {@code given} values and without those of it that they switch
   * off; null for none.
   *
   * @throws ParameterException if the named one is not for the algorithm and the environment
   */
  @Nullable Preset of(
      String env, Profile profile, Algorithm algorithm, GivenHyperparameters given) {
    Preset preset = named(env, profile, algorithm);
    return preset == null ? null : given.over(preset);
  }

  private @Nullable Preset named(String env, Profile profile, Algorithm algorithm) {
    if (isFile()) {
      return ofFile(env, algorithm);
    }
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

  /** Returns whether the value is a path: it has a separator, ends like JSON, or is a file. */
  private boolean isFile() {
    boolean named = Preset.all().stream().anyMatch(preset -> preset.name().equals(name));
    return !List.of(AUTO, NONE).contains(name)
        && !named
        && (name.contains("/") || name.endsWith(".json") || isRegularFile());
  }

  private boolean isRegularFile() {
    try {
      return Files.isRegularFile(Paths.parse(name));
    } catch (TypeConversionException _) {
      return false; // a name that no file has
    }
  }

  private Preset ofFile(String env, Algorithm algorithm) {
    Preset preset;
    try {
      preset = Preset.read(Paths.parse(name));
    } catch (IllegalArgumentException | TypeConversionException e) {
      throw new ParameterException(spec.commandLine(), "--preset: " + e.getMessage(), e);
    }
    if (preset.algorithm() != algorithm) {
      throw new ParameterException(
          spec.commandLine(),
          "--preset %s has hyperparameters of %s, not of %s; give --algorithm %s"
              .formatted(name, preset.algorithm().id(), algorithm.id(), preset.algorithm().id()));
    }
    if (!preset.isFor(env)) {
      throw new ParameterException(
          spec.commandLine(),
          "--preset %s is for %s, not for %s; to use it here, change its env, in which * stands for any characters"
              .formatted(name, preset.env(), env));
    }
    return preset;
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
    Preset preset = of(env, profile, algorithm, given);
    PpoConfig config = PpoConfig.of(algorithm, profile, actions);
    try {
      PpoConfig start = preset == null ? config : preset.forActions(actions).applyTo(config);
      return given.applyTo(start);
    } catch (IllegalArgumentException e) {
      throw refused(e, given, preset);
    }
  }

  /**
   * Returns the exception for values that are not valid together.
   *
   * @param preset the preset that has those that were not given; null for none
   */
  ParameterException refused(
      IllegalArgumentException e, GivenHyperparameters given, @Nullable Preset preset) {
    String message = OptionNames.message(e);
    if (preset != null && isOf(preset, e, given)) {
      message +=
          "; values that were not given are those of the preset %s; --preset none switches it off"
              .formatted(preset.name());
    }
    return new ParameterException(spec.commandLine(), message, e);
  }

  /**
   * Returns whether the values may be those of a preset: one that is named is, or none is named.
   */
  private static boolean isOf(
      Preset preset, IllegalArgumentException e, GivenHyperparameters given) {
    return !(e instanceof NamesHyperparameters names)
        || names.hyperparameters().stream()
            .filter(name -> !given.values().containsKey(name))
            .anyMatch(preset.hyperparameters()::containsKey);
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
            ? "there is no preset %s; --preset takes auto, none, %s, or the path of a file"
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
