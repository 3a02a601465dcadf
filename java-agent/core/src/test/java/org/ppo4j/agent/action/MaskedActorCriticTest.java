package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorTangents;
import org.ppo4j.agent.network.AuxiliaryValueHead;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** Masked networks, compared with sb3-contrib's MaskablePPO. */
class MaskedActorCriticTest {
  private static final double TOLERANCE = 2e-6;

  static List<Golden> distributions() throws IOException {
    return Golden.all("masks").stream().filter(each -> each.settings().has("kind")).toList();
  }

  static List<Golden> updates() throws IOException {
    return Golden.all("masks").stream().filter(each -> !each.settings().has("kind")).toList();
  }

  private static int[] nvec(Golden golden) {
    return StreamSupport.stream(golden.settings().get("nvec").spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }

  private static Space space(Golden golden) {
    int[] nvec = nvec(golden);
    return switch (golden.settings().path("kind").asText()) {
      case "multi_binary" -> new Space.MultiBinary(nvec.length);
      case "multi_discrete" -> new Space.MultiDiscrete(nvec);
      default -> nvec.length == 1 ? new Space.Discrete(nvec[0]) : new Space.MultiDiscrete(nvec);
    };
  }

  /** Networks whose outputs are their inputs. */
  private static ActorCritic identity(Space space) {
    int outputs = ActionDistribution.outputs(space, ActionConfig.DEFAULT, 0);
    SimdActorCritic network =
        new SimdActorCritic(new NetworkSpec(outputs, List.of(), Activation.TANH, outputs, 0));
    for (int i = 0; i < outputs; i++) {
      network.parameters()[i * outputs + i] = 1;
    }
    network.parametersChanged();
    return masked(network, space);
  }

  private static ActorCritic masked(ActorCritic network, Space space) {
    Space observations = Space.Box.of(-5, 5, network.shape().inputs(), DType.FLOAT32);
    EnvSpec env =
        new EnvSpec("Recorded", observations, space, 0, Map.of(), Map.of()).withMasksActions(true);
    return MaskedActorCritic.of(network, env, ActionConfig.DEFAULT);
  }

  /** Returns each row's numbers and then its mask. */
  private static float[] rows(float[] numbers, float[] masks, int rows) {
    int width = numbers.length / rows;
    int flags = masks.length / rows;
    float[] joined = new float[rows * (width + flags)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(numbers, row * width, joined, row * (width + flags), width);
      System.arraycopy(masks, row * flags, joined, row * (width + flags) + width, flags);
    }
    return joined;
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void givesTheirLogProbabilitiesEntropiesAndGradients(Golden golden) {
    Space space = space(golden);
    float[] logits = golden.floats("logits");
    float[] weights = golden.floats("weights");
    int rows = weights.length;
    float[] masks = golden.floats("masks");
    ActionDistribution distribution = ActionDistribution.of(space, ActionConfig.DEFAULT, 0, 0);
    float[] outputs = new float[logits.length];
    float[] oldOutputs = new float[logits.length];
    float[] logProbs = new float[rows];
    float[] entropies = new float[rows];
    float[] divergences = new float[rows];
    float[] gradients = new float[logits.length];
    try (ActorCritic network = identity(space)) {
      network.policy(rows(golden.floats("old_logits"), masks, rows), rows, oldOutputs);
      network.policy(rows(logits, masks, rows), rows, outputs);
      distribution.evaluate(
          outputs, rows, new float[0], golden.floats("actions"), logProbs, entropies);
      distribution.gradients(weights, 0.3f, gradients, new float[0]);
      distribution.kl(oldOutputs, new float[0], divergences);
    }
    assertClose(logProbs, golden.doubles("log_probs"));
    assertClose(entropies, golden.doubles("entropies"));
    assertClose(divergences, golden.doubles("kl"));
    assertClose(gradients, golden.doubles("gradients"));
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("number %d", i)
          .isCloseTo(expected[i], within(TOLERANCE * Math.max(1, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("updates")
  void oneUpdateGivesTheParametersOfMaskablePpo(Golden golden) {
    JsonNode settings = golden.settings();
    Space actions = space(golden);
    int rows = settings.get("rows").asInt();
    PpoConfig config =
        PpoConfig.of(Algorithm.PPO, Profile.DEFAULT, actions)
            .with(
                c ->
                    c.numEnvs(1)
                        .numSteps(rows)
                        .numMinibatches(1)
                        .updateEpochs(settings.get("n_epochs").asInt())
                        .hiddenSizes(List.of(16, 16))
                        .totalTimesteps(rows)
                        .clipVloss(false)
                        .clipCoef(settings.get("clip_range").asDouble())
                        .entCoef(settings.get("ent_coef").asDouble())
                        .vfCoef(2 * settings.get("vf_coef").asDouble()) // of half the square
                        .maxGradNorm(settings.get("max_grad_norm").asDouble())
                        .adamEps(settings.get("eps").asDouble())
                        .learningRate(settings.get("learning_rate").asDouble()));
    Space observations = Space.Box.of(-5, 5, 3, DType.FLOAT32);
    NetworkSpec spec =
        PolicyNetwork.spec(
            new EnvSpec("Recorded", observations, actions, 0, Map.of(), Map.of()), config);
    try (ActorCritic network = masked(new SimdActorCritic(spec), actions)) {
      float[] before = golden.floats("parameters");
      System.arraycopy(before, 0, network.parameters(), 0, before.length);
      network.parametersChanged();
      ActionDistribution distribution = ActionDistribution.of(actions, config.action(), spec);
      Rollout rollout = new Rollout(rows, 1, network.rowSize(), distribution.actionSize());
      float[] inputs = rows(golden.floats("observations"), golden.floats("masks"), rows);
      System.arraycopy(inputs, 0, rollout.observations, 0, inputs.length);
      copy(golden.floats("actions"), rollout.actions);
      copy(golden.floats("log_probs"), rollout.logProbs);
      copy(golden.floats("advantages"), rollout.advantages);
      copy(golden.floats("returns"), rollout.returns);

      Metrics metrics =
          Learners.of(
                  Algorithm.PPO,
                  config,
                  network,
                  distribution,
                  RandomSource.XO_SHI_RO_256_PP.create(1))
              .learn(
                  rollout,
                  settings.get("learning_rate").asDouble(),
                  settings.get("clip_range").asDouble());

      double moved = distance(before, golden.doubles("updated"));
      double difference = distance(network.parameters(), golden.doubles("updated"));
      System.out.printf("%s: relative difference %.1e%n", golden, difference / moved);
      assertThat(difference).isLessThan(1e-4 * moved);
      assertThat(metrics.get("losses/clipfrac"))
          .isCloseTo(settings.get("clip_fraction").asDouble(), within(1e-9));
    }
  }

  private static double distance(float[] actual, double[] expected) {
    double squares = 0;
    for (int i = 0; i < actual.length; i++) {
      squares += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    }
    return Math.sqrt(squares);
  }

  private static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  /**
   * Random numbers at both ends of [0, 1), where rounding would choose a value of no probability.
   */
  @Test
  void theLastAndTheFirstValueAreNotDrawnIfInvalid() {
    ActionDistribution distribution =
        ActionDistribution.of(new Space.Discrete(7), ActionConfig.DEFAULT, 0, 0);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(3);
    float[] logits = new float[7];
    float[] action = new float[1];
    for (int round = 0; round < 20_000; round++) {
      for (int i = 0; i < 7; i++) {
        boolean isValid = i >= 2 && i < 5;
        logits[i] = isValid ? (float) (20 * random.nextDouble() - 10) : MaskedActorCritic.INVALID;
      }
      for (double draw : new double[] {0, Math.nextDown(1.0), random.nextDouble()}) {
        distribution.sample(logits, 1, new float[0], new Constant(draw), action);
        assertThat(action[0]).isBetween(2f, 4f);
      }
      distribution.mode(logits, 1, action);
      assertThat(action[0]).isBetween(2f, 4f);
    }
  }

  private record Constant(double draw) implements UniformRandomProvider {
    @Override
    public long nextLong() {
      throw new UnsupportedOperationException();
    }

    @Override
    public double nextDouble() {
      return draw;
    }
  }

  /** The networks of a program may have tangents without the auxiliary head that engines' have. */
  @Test
  void networksHaveTheSameTangentsIfMasked() {
    NetworkSpec spec = new NetworkSpec(3, List.of(4), Activation.TANH, 2, 0);
    float[] features = {1, -2, 0.5f, 0.25f, 3, -1};
    float[] rows = rows(features, new float[] {1, 1, 1, 0}, 2);
    try (SimdActorCritic plain = new SimdActorCritic(spec);
        ActorCritic whole = masked(plain, new Space.Discrete(2));
        ActorCritic part = masked(tangentsOnly(plain), new Space.Discrete(2))) {
      plain.initialize(RandomSource.XO_SHI_RO_256_PP.create(1));
      float[] direction = plain.parameters().clone();
      plain.forward(features, 2, new float[4], new float[2]);
      float[] expected = new float[4];
      plain.policyTangents(features, 2, direction, expected);
      plain.policyBackward(features, 2, new float[] {1, -1, 2, 0});
      float[] gradients = plain.gradients().clone();
      assertThat(part).isNotInstanceOf(AuxiliaryValueHead.class);
      for (ActorCritic masked : List.of(whole, part)) {
        ActorTangents tangents = (ActorTangents) masked;
        assertThat(tangents.actorParameters()).isEqualTo(plain.actorParameters());
        masked.forward(rows, 2, new float[4], new float[2]);
        float[] actual = new float[4];
        tangents.policyTangents(rows, 2, direction, actual);
        assertThat(actual).isEqualTo(expected);
        Arrays.fill(plain.gradients(), 0);
        tangents.policyBackward(rows, 2, new float[] {1, -1, 2, 0});
        assertThat(plain.gradients()).isEqualTo(gradients);
      }
    }
  }

  private static ActorTangents tangentsOnly(ActorTangents network) {
    return (ActorTangents)
        Proxy.newProxyInstance(
            ActorTangents.class.getClassLoader(),
            new Class<?>[] {ActorTangents.class},
            (proxy, method, arguments) -> method.invoke(network, arguments));
  }
}
