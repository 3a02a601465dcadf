package org.ppo4j.agent.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.OptimizerKind;

/**
 * The hyperparameters that other values switch off. A training refuses any value of them but the
 * default, so that nobody sets what has no effect.
 */
public final class SwitchedOff {
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "logStdInit",
              is("actionHead", ActionHead.BETA),
              "%s has no effect on actionHead %s, which has no log standard deviations; leave it"
                  + " out",
              "actionHead"),
          new Rule(
              "actionBounds",
              is("actionHead", ActionHead.BETA),
              "%s has no effect on actionHead %s, whose actions lie within the bounds; leave it out",
              "actionHead"),
          new Rule(
              "sdeSampleFreq",
              isOtherThan("actionHead", ActionHead.GSDE),
              "%s has no effect on actionHead %s; it belongs to GSDE",
              "actionHead"),
          new Rule(
              "lrTargetKl",
              isOtherThan("lrSchedule", LrSchedule.ADAPTIVE),
              "%s has no effect with lrSchedule %s; leave it out, or make lrSchedule ADAPTIVE",
              "lrSchedule"),
          new Rule(
              "weightDecay",
              isOtherThan("optimizer", OptimizerKind.ADAMW),
              "%s has no effect with optimizer %s; leave it out, or make optimizer ADAMW",
              "optimizer"),
          new Rule(
              "policyGain",
              is("orthoInit", false),
              "%s has no effect without orthoInit, because weights start uniform; leave one of them"
                  + " out",
              "orthoInit"),
          new Rule(
              "recomputeAdvantages",
              is("updateEpochs", 1),
              "%s has no effect with updateEpochs 1, because advantages are computed again before"
                  + " later epochs",
              "updateEpochs"),
          new Rule(
              "criticHiddenSizes",
              is("sharedTrunk", true),
              "%s has no effect with sharedTrunk, where the critic has the actor's hidden layers;"
                  + " leave one of them out",
              "sharedTrunk"),
          new Rule(
              "normalizerPerRollout",
              is("normObs", false).or(is("normalizerPerEnv", true)),
              "%s has no effect with normObs %s and normalizerPerEnv %s; it is for statistics that"
                  + " sub-environments share",
              "normObs",
              "normalizerPerEnv"),
          new Rule(
              "clipObs",
              is("normObs", false),
              "%s has no effect without normObs, because it bounds normalised observations; leave"
                  + " it out, or give normObs",
              "normObs"),
          new Rule(
              "clipReward",
              is("normReward", false),
              "%s has no effect without normReward, because it bounds normalised rewards; leave it"
                  + " out, or give normReward",
              "normReward"),
          memory("lstmLayers"),
          memory("forgetBias"));

  private SwitchedOff() {}

  /**
   * What switches a hyperparameter off.
   *
   * @param name the hyperparameter
   * @param isOff whether values by name switch it off; those that are missing do not
   * @param message the sentence of a refusal, with the name and then the values of {@code by}
   * @param by the hyperparameters whose values decide
   */
  private record Rule(
      String name, Predicate<Map<String, Object>> isOff, String message, String... by) {

    InvalidHyperparameterException refusal(Map<String, Object> values) {
      List<Object> arguments = new ArrayList<>(List.of(name));
      Stream.of(by).map(values::get).forEach(arguments::add);
      return new InvalidHyperparameterException(message.formatted(arguments.toArray()), name, by);
    }
  }

  private static Rule memory(String name) {
    Predicate<Map<String, Object>> isGiven = values -> !units(values).isEmpty();
    return new Rule(
        name,
        isGiven.and(values -> units(values).stream().allMatch(Integer.valueOf(0)::equals)),
        "%s has no effect without lstm or gru; leave it out, or give one of them",
        "lstm",
        "gru");
  }

  private static List<Object> units(Map<String, Object> values) {
    return Stream.of("lstm", "gru").filter(values::containsKey).map(values::get).toList();
  }

  private static Predicate<Map<String, Object>> is(String name, Object value) {
    return values -> value.equals(values.get(name));
  }

  private static Predicate<Map<String, Object>> isOtherThan(String name, Object value) {
    return values -> !value.equals(values.getOrDefault(name, value));
  }

  /**
   * Returns the names of the hyperparameters that {@code values} switch off. A hyperparameter that
   * {@code values} lack switches nothing off.
   *
   * @param values values by the hyperparameters' names
   */
  public static Set<String> by(Map<String, Object> values) {
    Set<String> names = new LinkedHashSet<>();
    for (Rule rule : RULES) {
      if (rule.isOff.test(values)) {
        names.add(rule.name);
      }
    }
    return names;
  }

  /** Returns the names of the hyperparameters that the values of {@code config} switch off. */
  public static Set<String> by(PpoConfig config) {
    return by(values(config));
  }

  /**
   * Returns {@code start} with the defaults in place of the values that {@code changed} switches
   * off. What it switches off itself stays, to be refused.
   *
   * @param start a configuration that others begin with
   * @param changed {@code start} with changes
   */
  public static PpoConfig givingWay(PpoConfig start, PpoConfig changed, PpoConfig defaults) {
    Set<String> names = by(changed);
    names.removeAll(by(start));
    Map<String, Object> values = values(defaults);
    values.keySet().retainAll(names);
    return Hyperparameters.with(start, values);
  }

  /**
   * Refuses values that others switch off.
   *
   * @param defaults the configuration whose values are allowed even so
   * @throws InvalidHyperparameterException if a value of {@code config} is switched off, and not
   *     that of {@code defaults}
   */
  public static void refuse(PpoConfig config, PpoConfig defaults) {
    Map<String, Object> values = values(config);
    Map<String, Object> allowed = values(defaults);
    for (Rule rule : RULES) {
      if (rule.isOff.test(values)
          && !Objects.equals(values.get(rule.name), allowed.get(rule.name))) {
        throw rule.refusal(values);
      }
    }
  }

  private static Map<String, Object> values(PpoConfig config) {
    return Hyperparameters.all().stream()
        .collect(Collectors.toMap(Hyperparameters.Entry::name, entry -> entry.valueIn(config)));
  }
}
