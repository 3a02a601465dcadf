package org.ppo4j.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Collector;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.env.VectorEnv;

/** A run of the real CleanRL, recorded by {@code record_cleanrl.py}. */
final class CleanRlRecording {
  private final Golden golden;

  CleanRlRecording(Golden golden) {
    this.golden = golden;
  }

  static List<CleanRlRecording> all() throws IOException {
    return Golden.all("cleanrl").stream().map(CleanRlRecording::new).toList();
  }

  /** Creates the environments of the run. */
  RecordedEnv env() {
    return RecordedEnv.of(golden);
  }

  /** Returns a collector of environments that are recorded, whose actions are replaced later. */
  static Collector collector(
      VectorEnv env, ActorCritic network, ActionDistribution distribution, PpoConfig config) {
    return new Collector(
        env,
        network,
        distribution,
        config.action(),
        config.normalize(),
        config.advantage().gamma(),
        RandomSource.XO_SHI_RO_256_PP.create(1),
        null,
        0,
        () -> {});
  }

  /** Returns the loss of CleanRL's updates. */
  static PpoLoss loss(ActionDistribution distribution, PpoConfig config) {
    return new PpoLoss(
        distribution, PolicyLoss.of(Algorithm.PPO), null, config.loss(), config.minibatchSize());
  }

  /** Returns the profile's configuration with the changes of the run's command line. */
  PpoConfig config() {
    Map<String, Object> changes = new HashMap<>();
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      if (golden.settings().get("command_line").has(argument(entry))) {
        changes.put(entry.name(), Objects.requireNonNull(value(entry)));
      }
    }
    try (RecordedEnv env = env()) {
      return Hyperparameters.with(PpoConfig.of(Profile.CLEANRL, env.spec().actionSpace()), changes);
    }
  }

  /** Returns CleanRL's value of a hyperparameter; null if CleanRL has no argument for it. */
  @Nullable Object value(Hyperparameters.Entry entry) {
    JsonNode value = golden.settings().get("args").get(argument(entry));
    if (value == null) {
      return null;
    }
    if (entry.type() == LrSchedule.class) {
      return value.asBoolean() ? LrSchedule.LINEAR : LrSchedule.CONSTANT;
    }
    return switch (entry.type().getName()) {
      case "int" -> value.asInt();
      case "long" -> value.asLong();
      case "double" -> value.asDouble(0);
      case "boolean" -> value.asBoolean();
      case String other -> throw new IllegalArgumentException(other);
    };
  }

  private static String argument(Hyperparameters.Entry entry) {
    String name = entry.type() == LrSchedule.class ? "annealLr" : entry.name();
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** Returns an integer that CleanRL computed from its arguments. */
  int derived(String argument) {
    return golden.settings().get("args").get(argument).asInt();
  }

  /** Returns the number of updates in the run. */
  int updates() {
    return golden.settings().get("epochs").size();
  }

  /** Returns the number of epochs in update {@code i}. */
  int epochs(int i) {
    return golden.settings().get("epochs").get(i).asInt();
  }

  /** Returns the value that update {@code i} logged under {@code tag}. */
  double scalar(int i, String tag) {
    return golden.settings().get("scalars").get(tag).get(i).asDouble();
  }

  /** Returns an array of the whole run. */
  double[] array(String name) {
    return golden.doubles(name);
  }

  /** Returns the part of an array that belongs to update {@code i}, or the rollout before it. */
  double[] array(int i, String name) {
    double[] all = golden.doubles(name);
    int size = all.length / updates();
    return Arrays.copyOfRange(all, i * size, (i + 1) * size);
  }

  /** Puts the batch's indices into the order of an epoch, counted over all updates. */
  void order(int epoch, int[] indices) {
    double[] orders = golden.doubles("orders");
    for (int k = 0; k < indices.length; k++) {
      indices[k] = (int) orders[epoch * indices.length + k];
    }
  }

  @Override
  public String toString() {
    return golden.toString();
  }
}
