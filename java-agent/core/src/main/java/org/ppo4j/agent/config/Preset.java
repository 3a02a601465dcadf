package org.ppo4j.agent.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.Space;

/**
 * Hyperparameters for an environment: published ones from {@code presets.json}, those that ppo4j's
 * own searches found from {@code presets-ppo4j.json}, or those of a file.
 *
 * @param name the name of its collection, such as {@code zoo}, or the path of its file
 * @param env the environment's id; {@code *} stands for any characters
 * @param source where the numbers were published
 * @param lacks what the source uses and ppo4j lacks, so that results may differ; null for nothing
 * @param automatic whether it is used by default, because training with the profile's values is not
 *     known to work
 * @param hyperparameters values by the hyperparameters' names
 * @param algorithm the algorithm whose hyperparameters they are
 * @param finding how a search of ppo4j found them; null if they were published elsewhere
 */
public record Preset(
    String name,
    String env,
    String source,
    @Nullable String lacks,
    boolean automatic,
    Map<String, Object> hyperparameters,
    Algorithm algorithm,
    @Nullable Finding finding) {

  public Preset {
    hyperparameters = Map.copyOf(hyperparameters);
  }

  /** Describes published hyperparameters of PPO. */
  public Preset(
      String name,
      String env,
      String source,
      @Nullable String lacks,
      boolean automatic,
      Map<String, Object> hyperparameters) {
    this(name, env, source, lacks, automatic, hyperparameters, Algorithm.PPO, null);
  }

  /**
   * Reads the file of a preset, which {@code ./ppo4j tune} writes.
   *
   * @return a preset whose name is the path
   * @throws IllegalArgumentException if there is no such file, or it is not a preset
   */
  public static Preset read(Path file) {
    return TunedPreset.read(file);
  }

  /** Returns all presets, ppo4j's own before the published ones. */
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
   * Returns the preset of PPO that is used by default for an environment, if there is one: ppo4j's
   * own, or else a published one; the profile CLEANRL has none.
   */
  public static Optional<Preset> automatic(Profile profile, String env) {
    return automatic(all(), profile, env);
  }

  /** Returns the first of {@code presets} that is used by default. */
  static Optional<Preset> automatic(List<Preset> presets, Profile profile, String env) {
    if (profile == Profile.CLEANRL) {
      return Optional.empty();
    }
    return presets.stream()
        .filter(preset -> preset.automatic && preset.algorithm == Algorithm.PPO)
        .filter(preset -> preset.isFor(env))
        .findFirst();
  }

  /**
   * Returns {@code config} with this preset's values of the hyperparameters that the preset has.
   */
  public PpoConfig applyTo(PpoConfig config) {
    return Hyperparameters.with(config, hyperparameters);
  }

  /**
   * Returns this preset with {@code given} values in place of its values, and without those that
   * they switch off, such as a log standard deviation where a Beta distribution is given. A
   * training refuses values without effect.
   *
   * @param given values by the hyperparameters' names
   */
  public Preset givingWayTo(Map<String, Object> given) {
    Map<String, Object> together = new HashMap<>(hyperparameters);
    together.putAll(given);
    Set<String> switchedOff = SwitchedOff.by(together);
    switchedOff.removeAll(given.keySet());
    // What it switches off itself stays, to be refused.
    switchedOff.removeAll(SwitchedOff.by(hyperparameters));
    return new Preset(name, env, source, lacks, automatic, together, algorithm, finding)
        .without(switchedOff);
  }

  /** Returns this preset without a distribution of continuous actions if there are none. */
  public Preset forActions(Space actions) {
    return actions.hasBox() ? this : without(Set.of("actionHead", "sdeSampleFreq"));
  }

  /** Returns this preset without its values of {@code names}. */
  public Preset without(Set<String> names) {
    Map<String, Object> kept = new HashMap<>(hyperparameters);
    kept.keySet().removeAll(names);
    return new Preset(name, env, source, lacks, automatic, kept, algorithm, finding);
  }

  /** Returns whether it is for the environment with an id. */
  public boolean isFor(String id) {
    return Stream.of(env.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.collectingAndThen(Collectors.joining(".*"), id::matches));
  }
}
