package org.ppo4j.agent.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.Profile;

/**
 * Published hyperparameters for an environment, from {@code presets.json}.
 *
 * @param name the name of its collection, such as {@code zoo}
 * @param env the environment's id; {@code *} stands for any characters
 * @param source where the numbers were published
 * @param lacks what the source uses and ppo4j lacks, so that results may differ; null for nothing
 * @param automatic whether it is used by default, because training with the profile's values is not
 *     known to work
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

  /** Returns the preset with a name for the environment with an id, if there is one. */
  public static Optional<Preset> find(String name, String env) {
    return all().stream()
        .filter(preset -> preset.name.equals(name) && preset.isFor(env))
        .findFirst();
  }

  /**
   * Returns the preset that is used by default for an environment, if there is one; the profile
   * CLEANRL has none.
   */
  public static Optional<Preset> automatic(Profile profile, String env) {
    return profile == Profile.CLEANRL ? Optional.empty() : automatic(env);
  }

  private static Optional<Preset> automatic(String env) {
    return all().stream().filter(preset -> preset.automatic && preset.isFor(env)).findFirst();
  }

  /**
   * Returns {@code config} with this preset's values of the hyperparameters that the preset has.
   */
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
