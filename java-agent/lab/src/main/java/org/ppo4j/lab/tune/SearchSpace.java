package org.ppo4j.lab.tune;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.env.Space;

/**
 * What a search draws hyperparameters from.
 *
 * @param dimensions what is searched, by hyperparameters' names and those of {@link Derived}
 * @param fixed values that all trials have
 */
public record SearchSpace(List<Dimension> dimensions, Map<String, Object> fixed) {
  public SearchSpace {
    dimensions = List.copyOf(dimensions);
    fixed = Map.copyOf(fixed);
  }

  /**
   * Returns the space for an environment's actions, as far as an algorithm has it. A beta
   * distribution is a choice only if actions are bounded, gSDE only if they are one box.
   */
  public static SearchSpace of(Space actions, Algorithm algorithm) {
    String name = actions.hasBox() ? "space-continuous.yaml" : "space-discrete.yaml";
    SearchSpace space = read(name);
    return space
        .only(each -> isOf(algorithm, each))
        .unless(!isBounded(actions), ActionHead.BETA)
        .unless(actions instanceof Space.Tuple, ActionHead.GSDE);
  }

  private static SearchSpace read(String name) {
    try (InputStream in = SearchSpace.class.getResourceAsStream(name)) {
      byte[] text = Objects.requireNonNull(in).readAllBytes();
      return new SpaceReader(name).read(new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }

  /**
   * Reads a space from a YAML file.
   *
   * @throws IllegalArgumentException if there is no such file, it is not a space, or it names a
   *     hyperparameter that the algorithm does not have
   */
  public static SearchSpace read(Path file, Algorithm algorithm) {
    SearchSpace space;
    try {
      space = new SpaceReader(file.toString()).read(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "there is no space %s; expected a YAML file, as docs/tuning.md describes it"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read the space " + file, e);
    }
    for (String name : space.names()) {
      if (!isOf(algorithm, name)) {
        throw new IllegalArgumentException(
            "the space %s has %s, which has no effect on %s; leave it out"
                .formatted(file, name, algorithm.id()));
      }
    }
    return space;
  }

  private static boolean isOf(Algorithm algorithm, String name) {
    return Hyperparameters.named(Derived.hyperparameter(name))
        .orElseThrow()
        .algorithms()
        .contains(algorithm);
  }

  private static boolean isBounded(Space actions) {
    for (Space leaf : actions.leaves()) {
      for (int i = 0; leaf instanceof Space.Box box && i < box.size(); i++) {
        if (!Double.isFinite(box.low(i)) || !Double.isFinite(box.high(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private SearchSpace unless(boolean condition, Object choice) {
    List<Dimension> kept = new ArrayList<>();
    for (Dimension each : dimensions) {
      List<Object> choices = new ArrayList<>(each.choices());
      kept.add(
          condition && choices.remove(choice)
              ? new Dimension(each.name(), false, 0, 0, false, choices)
              : each);
    }
    return new SearchSpace(kept, fixed);
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>(fixed.keySet());
    dimensions.forEach(each -> names.add(each.name()));
    return names;
  }

  private SearchSpace only(Predicate<String> condition) {
    Map<String, Object> kept = new LinkedHashMap<>(fixed);
    kept.keySet().removeIf(condition.negate());
    return new SearchSpace(
        dimensions.stream().filter(each -> condition.test(each.name())).toList(), kept);
  }

  /**
   * Returns this without hyperparameters that are given otherwise, and without what they follow
   * from.
   *
   * @throws IllegalArgumentException if nothing is left to search
   */
  public SearchSpace without(Set<String> given) {
    SearchSpace space =
        only(name -> !given.contains(name) && !given.contains(Derived.hyperparameter(name)));
    if (space.dimensions.isEmpty()) {
      throw new IllegalArgumentException(
          "every hyperparameter of the space is given, so there is nothing to search; leave some of"
              + " them out");
    }
    return space;
  }

  /**
   * Checks that every rollout of the space fits into a training.
   *
   * @param base the configuration that trials change
   * @param steps the environment steps of a training
   * @throws IllegalArgumentException if one does not
   */
  public void require(PpoConfig base, long steps) {
    double largest =
        names().contains(Derived.ROLLOUT_SIZE.id())
            ? Math.max(max(Derived.ROLLOUT_SIZE.id(), base), max("numEnvs", base))
            : max("numEnvs", base) * max("numSteps", base);
    if (largest > steps) {
      throw new IllegalArgumentException(
          "the space has rollouts of up to %,.0f transitions, but a training has %,d steps; give more --steps, or a --space with smaller rollouts"
              .formatted(largest, steps));
    }
  }

  private double max(String name, PpoConfig base) {
    return dimension(name).map(Dimension::max).orElseGet(() -> single(name, base));
  }

  private double single(String name, PpoConfig base) {
    Object value =
        Optional.ofNullable(fixed.get(name))
            .orElseGet(() -> Hyperparameters.named(name).orElseThrow().valueIn(base));
    return ((Number) value).doubleValue();
  }

  /**
   * Checks what no draw can make valid: the configuration that trials change, and each choice by
   * itself.
   *
   * @param rules throws an {@link InvalidHyperparameterException} for what cannot be trained
   * @throws InvalidHyperparameterException if the configuration is refused for values that are not
   *     searched
   * @throws IllegalArgumentException if a choice is refused
   */
  public void require(PpoConfig base, Consumer<PpoConfig> rules) {
    Set<String> searched = new HashSet<>();
    names().forEach(name -> searched.add(Derived.hyperparameter(name)));
    try {
      rules.accept(base);
    } catch (InvalidHyperparameterException e) {
      if (Collections.disjoint(e.hyperparameters(), searched)) {
        throw e;
      }
    }
    for (Dimension each : dimensions) {
      if (Derived.named(each.name()).isEmpty()) {
        each.choices().forEach(choice -> require(base, rules, each.name(), choice));
      }
    }
  }

  private static void require(
      PpoConfig base, Consumer<PpoConfig> rules, String name, Object choice) {
    try {
      rules.accept(Hyperparameters.with(base, Map.of(name, choice)));
    } catch (InvalidHyperparameterException e) {
      if (e.hyperparameters().equals(List.of(name))) {
        throw new IllegalArgumentException(
            "the space has the choice %s for %s, but %s; leave the choice out"
                .formatted(Dimension.label(choice), name, e.getMessage()),
            e);
      }
    }
  }

  private Optional<Dimension> dimension(String name) {
    return dimensions.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** Returns this with a number of transitions in every minibatch. */
  public SearchSpace withMinibatchSize(int transitions) {
    Map<String, Object> more = new LinkedHashMap<>(fixed);
    more.put(Derived.MINIBATCH_SIZE.id(), transitions);
    return new SearchSpace(dimensions, more);
  }

  /** Returns the values of each dimension in words, by its name. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    dimensions.forEach(each -> texts.put(each.name(), each.text()));
    return texts;
  }

  /** Returns the distributions for Optuna, in JSON. */
  List<Map<String, Object>> distributions() {
    return dimensions.stream().map(Dimension::distribution).toList();
  }

  /** Returns the parameters of a configuration, as far as they lie in this space. */
  public Map<String, Object> parameters(PpoConfig config) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (Dimension each : dimensions) {
      Object value =
          Derived.named(each.name())
              .<Object>map(derived -> derived.valueIn(config))
              .orElseGet(() -> Hyperparameters.named(each.name()).orElseThrow().valueIn(config));
      each.parameter(value).ifPresent(parameter -> parameters.put(each.name(), parameter));
    }
    return parameters;
  }

  /**
   * Returns the hyperparameters of a trial, valid together.
   *
   * @param parameters a value for each dimension
   * @param base the configuration that trials change
   * @param defaults the algorithm's defaults, for values that another switches off
   */
  public Map<String, Object> hyperparameters(
      Map<String, JsonNode> parameters, PpoConfig base, PpoConfig defaults) {
    Map<String, Object> values = new LinkedHashMap<>(fixed);
    for (Dimension each : dimensions) {
      values.put(each.name(), each.value(Objects.requireNonNull(parameters.get(each.name()))));
    }
    return TrialValues.of(values, base, defaults);
  }
}
