package org.ppo4j.agent.cli;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.PpoConfig.Profile;
import org.ppo4j.agent.Preset;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which published hyperparameters replace the profile's. */
final class PresetOption {
  static final String AUTO = "auto";
  static final String NONE = "none";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "auto|none|zoo|cleanrl",
      description =
          "Published hyperparameters for this environment, between the profile's and those given"
              + " here; zoo has those of RL Baselines3 Zoo. Default: auto, which takes some where"
              + " the profile's are not known to work, and none with --profile cleanrl.")
  private String name = AUTO;

  /** Returns the preset to use, or null for none. */
  @Nullable Preset of(String env, Profile profile) {
    return switch (name) {
      case NONE -> null;
      case AUTO -> profile == Profile.CLEANRL ? null : Preset.automatic(env).orElse(null);
      default -> Preset.find(name, env).orElseThrow(() -> noPreset(env));
    };
  }

  /** Returns what to tell the user of the preset that is used. */
  String description(Preset preset) {
    StringBuilder text = new StringBuilder(preset.name());
    if (name.equals(AUTO)) {
      text.append(" (chosen for this environment; --preset none leaves it out)");
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
            : "the preset %s has nothing for %s, only for %s".formatted(name, env, environments);
    return new ParameterException(spec.commandLine(), message);
  }
}
