package org.ppo4j.agent.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.Profile;

/**
 * Hyperparameters that somebody published for an environment; all are in {@code presets.json}.
 *
 * @param name the name of the collection it is from, such as {@code zoo}
 * @param env the environment's id; {@code *} stands for any characters
 * @param source where the numbers were published
 * @param lacks what the source has and ppo4j has not, so that results may differ; null for nothing
 * @param automatic whether it is used without being asked for, since training with the profile's
 *     numbers is not known to work
 * @param hyperparameters values by the hyperparameters' names
 */
public record Preset(
    String name,
    String env,
    String source,
    @Nullable String lacks,
    boolean automatic,
    Map<String, Object> hyperparameters) {

  public Preset {
    hyperparameters = Map.copyOf(hyperparameters);
  }

  /** Returns all presets. */
  public static List<Preset> all() {
    return Presets.ALL;
  }

  /** Returns the preset of that name for the environment of that id, if there is one. */
  public static Optional<Preset> find(String name, String env) {
    return all().stream()
        .filter(preset -> preset.name.equals(name) && preset.isFor(env))
        .findFirst();
  }

  /**
   * Returns the preset that is used for the environment without being asked for, if any; there is
   * none with the profile CLEANRL.
   */
  public static Optional<Preset> automatic(Profile profile, String env) {
    return profile == Profile.CLEANRL ? Optional.empty() : automatic(env);
  }

  private static Optional<Preset> automatic(String env) {
    return all().stream().filter(preset -> preset.automatic && preset.isFor(env)).findFirst();
  }

  /** Returns {@code config} with this preset's hyperparameters in place of its values. */
  public PpoConfig applyTo(PpoConfig config) {
    return Hyperparameters.with(config, hyperparameters);
  }

  private boolean isFor(String id) {
    String[] parts = env.split("\\*", -1);
    return parts.length == 1
        ? id.equals(env)
        : id.length() >= parts[0].length() + parts[1].length()
            && id.startsWith(parts[0])
            && id.endsWith(parts[1]);
  }
}
