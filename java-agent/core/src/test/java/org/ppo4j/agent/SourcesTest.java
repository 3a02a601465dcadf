package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.advantage.AdvantageConfig;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.advantage.MonteCarloReturns;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.LossConfig;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.NetworkSpec.Layer;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Minibatch;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.env.Space;

/**
 * The code snippets of the source documents (S1 to S5 in docs/sources.md), run by PyTorch and node
 * on recorded inputs, against the classes that do the same here.
 */
class SourcesTest {
  private static final double TOLERANCE = 2e-6;
  private static final double S2_VF_COEF = 0.5;

  private static Rollout rollout(Golden golden) {
    int steps = golden.floats("rewards").length;
    Rollout rollout = new Rollout(steps, 1, 1, 1);
    copy(golden.floats("rewards"), rollout.rewards);
    System.arraycopy(golden.floats("values"), 0, rollout.values, 0, steps);
    return rollout;
  }

  /** S2's JavaScript and PyTorch, and S4's loop, give one result, and so does our class. */
  @Test
  void generalisedAdvantages() throws IOException {
    Golden golden = Golden.read("sources/gae.golden");
    Rollout rollout = gae(golden);
    for (String source : List.of("torch", "js", "s4")) {
      close(source, rollout.advantages, golden.doubles(source + "_advantages"), 1e-6);
      close(source, rollout.returns, golden.doubles(source + "_returns"), 1e-6);
    }
  }

  /**
   * S4 passes values that are shifted to the wrong side, so that its last step is bootstrapped from
   * the value of the step before it. The advantages up to the last end of an episode are right, the
   * others are not.
   */
  @Test
  void theCallWithShiftedValuesIsWrong() throws IOException {
    Golden golden = Golden.read("sources/gae.golden");
    Rollout rollout = gae(golden);
    double[] shifted = golden.doubles("shifted_advantages");
    int last = shifted.length - 1;
    double values = 0.99 * (rollout.values[last - 1] - rollout.lastValues[0]);
    assertThat(shifted[last] - rollout.advantages[last]).isCloseTo(values, within(1e-6));
    assertThat(values).isNotCloseTo(0, within(0.1));
    int wrong = 0;
    for (int t = 0; t <= last; t++) {
      wrong += Math.abs(shifted[t] - rollout.advantages[t]) > 1e-3 ? 1 : 0;
    }
    assertThat(wrong).isEqualTo(1); // the step after the last end, t = 39
  }

  private static Rollout gae(Golden golden) {
    Rollout rollout = rollout(golden);
    float[] dones = golden.floats("dones");
    for (int t = 0; t < dones.length; t++) {
      rollout.terminated[t] = dones[t] == 1;
    }
    rollout.lastValues[0] = golden.floats("values")[dones.length];
    new GeneralizedAdvantage(advantages(0.95)).estimate(rollout);
    return rollout;
  }

  /** S2's loss in PyTorch has the whole squared error: its 0.5 is our vfCoef of 1. */
  @Test
  void theWholeLoss() throws IOException {
    Golden golden = Golden.read("sources/loss.golden");
    Evaluated ours = evaluate(golden, config(true, 0.01));
    double loss =
        ours.loss.policyLoss()
            + 2 * S2_VF_COEF * ours.loss.valueLoss()
            - 0.01 * ours.loss.entropy();
    assertThat(loss).isCloseTo(golden.settings().get("loss").asDouble(), within(TOLERANCE));
    close("logits", ours.policyGradients, golden.doubles("d_logits"), TOLERANCE);
    close("values", ours.valueGradients, golden.doubles("d_values"), TOLERANCE);
  }

  /**
   * S2's JavaScript divides by the population deviation, its PyTorch by the sample deviation, as
   * CleanRL and we do. They differ by the factor sqrt(n / (n - 1)), and the losses with them.
   */
  @Test
  void populationAndSampleDeviation() throws IOException {
    Golden golden = Golden.read("sources/loss.golden");
    float[] advantages = golden.floats("advantages");
    double[] population = golden.doubles("js_normalized");
    double mean = 0;
    for (float each : advantages) {
      mean += each / (double) advantages.length;
    }
    double squares = 0;
    for (float each : advantages) {
      squares += (each - mean) * (each - mean);
    }
    double sample = Math.sqrt(squares / (advantages.length - 1)) + 1e-8;
    double factor = Math.sqrt(advantages.length / (advantages.length - 1.0));
    for (int i = 0; i < advantages.length; i++) {
      assertThat(population[i]).isCloseTo(factor * (advantages[i] - mean) / sample, within(1e-6));
    }
    Evaluated ours = evaluate(golden, config(true, 0));
    double javascript = golden.settings().get("js_policy_loss").asDouble();
    assertThat(javascript).isCloseTo(factor * ours.loss.policyLoss(), within(TOLERANCE));
    assertThat(javascript).isNotCloseTo(ours.loss.policyLoss(), within(1e-5));
  }

  /**
   * S4's compute_kl_div weighs the log ratio of sampled actions with their probability again, so it
   * estimates no divergence of them. Our k1 is its unweighted mean.
   */
  @Test
  void theDivergenceOfSampledActions() throws IOException {
    Golden golden = Golden.read("sources/loss.golden");
    Evaluated ours = evaluate(golden, config(true, 0));
    double k1 = golden.settings().get("k1").asDouble();
    assertThat(ours.loss.oldApproxKl()).isCloseTo(k1, within(TOLERANCE));
    assertThat(golden.settings().get("s4_kl").asDouble()).isNotCloseTo(k1, within(0.005));
  }

  /**
   * Two actions, old policy (3/4, 1/4), new (1/2, 1/2): KL = 3/4 log(3/2) + 1/4 log(1/2) = 0.1308.
   * The expectation of S4's expression over actions of the old policy is 9/16 log(3/2) + 1/16
   * log(1/2) = 0.18475; that of k1 and of k3 is KL.
   */
  @Test
  void expectationsOfTheEstimators() {
    double[] old = {0.75, 0.25};
    double k1 = 0;
    double k3 = 0;
    double s4 = 0;
    for (int action = 0; action < 2; action++) {
      Minibatch batch = new Minibatch(1, 1, 1);
      batch.rows = 1;
      batch.actions[0] = action;
      batch.logProbs[0] = (float) Math.log(old[action]);
      PpoLoss loss = loss(2, 1, config(false, 0));
      compute(loss, batch, new float[2], new float[1], new float[2], new float[1]);
      k1 += old[action] * loss.oldApproxKl();
      k3 += old[action] * loss.approxKl();
      s4 += old[action] * old[action] * (Math.log(old[action]) - Math.log(0.5));
    }
    assertThat(k1).isCloseTo(0.1308122, within(1e-6));
    assertThat(k3).isCloseTo(0.1308122, within(1e-6));
    assertThat(s4).isCloseTo(0.1847524, within(1e-6));
  }

  /** S3: 1, 1.99, 2.9701, 3.940399, 4.90099501 for the last five steps, and its episode of 28. */
  @Test
  void discountedAndNormalisedReturns() throws IOException {
    Golden golden = Golden.read("sources/returns.golden");
    double[] discounted = golden.doubles("discounted");
    double[] byHand = {1, 1.99, 2.9701, 3.940399, 4.90099501};
    for (int i = 0; i < 5; i++) {
      assertThat(discounted[27 - i]).isCloseTo(byHand[i], within(1e-12));
    }
    Rollout rollout = rollout(golden);
    rollout.terminated[27] = true;
    new MonteCarloReturns(advantages(0.95)).estimate(rollout);
    close("returns", rollout.returns, golden.doubles("normalized"), 1e-6);
    close("advantages", rollout.advantages, golden.doubles("advantages"), 1e-6);

    // The same returns before normalisation: lambda 1 and a critic that predicts 0.
    Rollout plain = rollout(golden);
    plain.terminated[27] = true;
    Arrays.fill(plain.values, 0);
    new GeneralizedAdvantage(advantages(1)).estimate(plain);
    close("discounted", plain.returns, discounted, 2e-6);
  }

  /**
   * S4's network shares two layers and has a further one in each head. Ours shares all hidden
   * layers or none, so the shared ones are here twice, and their gradients are added. Its softmax
   * layer goes to Categorical(probs), which is right, and its entropy enters the loss as -0.01 H,
   * as ours.
   */
  @Test
  void theSharedBackbone() throws IOException {
    Golden golden = Golden.read("sources/backbone.golden");
    List<Integer> hidden = List.of(8, 8, 8);
    NetworkSpec spec = new NetworkSpec(3, hidden, Activation.TANH, 2, 0);
    try (SimdActorCritic network = new SimdActorCritic(spec)) {
      List<String> actor = List.of("shared_0", "shared_2", "actor_0", "actor_2");
      List<String> critic = List.of("shared_0", "shared_2", "critic_0", "critic_2");
      for (int i = 0; i < actor.size(); i++) {
        put(golden, actor.get(i), spec.actorLayers().get(i), network.parameters());
        put(golden, critic.get(i), spec.criticLayers().get(i), network.parameters());
      }
      network.parametersChanged();
      Minibatch batch = batch(golden, 3);
      copy(golden.floats("observations"), batch.observations);
      float[] outputs = new float[2 * batch.rows];
      float[] values = new float[batch.rows];
      network.forward(batch.observations, batch.rows, outputs, values);
      double[] probs = golden.doubles("probs");
      for (int i = 0; i < probs.length; i += 2) {
        double probability = 1 / (1 + Math.exp(outputs[i + 1] - outputs[i]));
        assertThat(probability).isCloseTo(probs[i], within(TOLERANCE));
      }
      close("values", values, golden.doubles("values"), TOLERANCE);

      float[] policyGradients = new float[outputs.length];
      float[] valueGradients = new float[batch.rows];
      PpoLoss loss = loss(2, batch.rows, config(true, 0.01));
      compute(loss, batch, outputs, values, policyGradients, valueGradients);
      assertThat(loss.policyLoss())
          .isCloseTo(golden.settings().get("policy_loss").asDouble(), within(TOLERANCE));
      assertThat(loss.policyLoss() + loss.valueLoss() - 0.01 * loss.entropy())
          .isCloseTo(golden.settings().get("loss").asDouble(), within(TOLERANCE));
      network.backward(batch.observations, batch.rows, policyGradients, valueGradients);
      for (int i = 0; i < actor.size(); i++) {
        float[] ofActor = gradients(spec.actorLayers().get(i), network.gradients());
        float[] ofCritic = gradients(spec.criticLayers().get(i), network.gradients());
        if (i < 2) {
          for (int j = 0; j < ofActor.length; j++) {
            ofActor[j] += ofCritic[j];
          }
        } else {
          close(critic.get(i), ofCritic, layer(golden, "d_" + critic.get(i)), TOLERANCE);
        }
        close(actor.get(i), ofActor, layer(golden, "d_" + actor.get(i)), TOLERANCE);
      }
    }
  }

  /** The six cases of S1 and S5: without gradient where A favours leaving the range further. */
  @ParameterizedTest
  @CsvSource({
    "1.0, 1, -1, inside, more probable",
    "1.0, -1, 1, inside, less probable",
    "0.5, 1, -0.5, below, more probable",
    "0.5, -1, 0, below, no gradient",
    "1.5, 1, 0, above, no gradient",
    "1.5, -1, 1.5, above, less probable"
  })
  void theSixCases(double ratio, double advantage, double byLogProb, String where, String effect) {
    double gradient = PolicyLoss.of(Algorithm.PPO).gradient(ratio, advantage, 0.2);
    assertThat(gradient).as("%s, %s", where, effect).isEqualTo(byLogProb);
  }

  @Test
  void theNumbers() {
    for (Space actions : List.of(new Space.Discrete(2), IdentityEnv.continuous())) {
      PpoConfig config = PpoConfig.of(Profile.DEFAULT, actions);
      assertThat(config.loss().clipCoef()).isEqualTo(0.2);
      assertThat(config.loss().vfCoef()).isEqualTo(0.5);
      assertThat(config.loss().entCoef()).isBetween(0.0, 0.01);
      assertThat(config.advantage().gamma()).isEqualTo(0.99);
      assertThat(config.advantage().gaeLambda()).isEqualTo(0.95);
      assertThat(config.update().updateEpochs()).isBetween(3, 10);
      assertThat(config.optimizer().learningRate()).isBetween(2.5e-4, 3e-4);
      assertThat(config.optimizer().maxGradNorm()).isEqualTo(0.5);
      assertThat(config.network().hiddenSizes()).containsExactly(64, 64);
      assertThat(config.network().activation()).isEqualTo(Activation.TANH);
    }
  }

  private static double[] layer(Golden golden, String name) {
    double[] weights = golden.doubles(name + "_weight");
    double[] biases = golden.doubles(name + "_bias");
    double[] all = Arrays.copyOf(weights, weights.length + biases.length);
    System.arraycopy(biases, 0, all, weights.length, biases.length);
    return all;
  }

  private static void put(Golden golden, String name, Layer layer, float[] parameters) {
    double[] all = layer(golden, name);
    for (int i = 0; i < all.length; i++) {
      parameters[layer.weights() + i] = (float) all[i];
    }
  }

  private static float[] gradients(Layer layer, float[] gradients) {
    int size = (layer.in() + 1) * layer.out();
    return Arrays.copyOfRange(gradients, layer.weights(), layer.weights() + size);
  }

  private static AdvantageConfig advantages(double lambda) {
    return PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2))
        .with(c -> c.gamma(0.99).gaeLambda(lambda))
        .advantage();
  }

  /** The sources' loss: clip range 0.2, values not clipped, the whole squared error with 0.5. */
  private static LossConfig config(boolean normAdv, double entCoef) {
    return PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2))
        .with(c -> c.normAdv(normAdv).clipVloss(false).entCoef(entCoef).vfCoef(1))
        .loss();
  }

  private record Evaluated(PpoLoss loss, float[] policyGradients, float[] valueGradients) {}

  private static Evaluated evaluate(Golden golden, LossConfig config) {
    Minibatch batch = batch(golden, 1);
    float[] logits = golden.floats("logits");
    PpoLoss loss = loss(3, batch.rows, config);
    Evaluated result = new Evaluated(loss, new float[logits.length], new float[batch.rows]);
    compute(
        loss,
        batch,
        logits,
        golden.floats("values"),
        result.policyGradients,
        result.valueGradients);
    return result;
  }

  private static Minibatch batch(Golden golden, int features) {
    int rows = golden.floats("actions").length;
    Minibatch batch = new Minibatch(rows, features, 1);
    batch.rows = rows;
    copy(golden.floats("actions"), batch.actions);
    copy(golden.floats("old_log_probs"), batch.logProbs);
    copy(golden.floats("advantages"), batch.advantages);
    copy(golden.floats("targets"), batch.returns);
    return batch;
  }

  private static PpoLoss loss(int actions, int rows, LossConfig config) {
    return new PpoLoss(
        ActionDistribution.of(new Space.Discrete(actions), ActionConfig.DEFAULT, 0, 0),
        PolicyLoss.of(Algorithm.PPO),
        null,
        config,
        rows);
  }

  private static void compute(
      PpoLoss loss,
      Minibatch batch,
      float[] outputs,
      float[] values,
      float[] policyGradients,
      float[] valueGradients) {
    loss.compute(
        batch, 0.2, outputs, values, new float[0], policyGradients, valueGradients, new float[0]);
  }

  private static void copy(float[] from, float[] to) {
    assertThat(from).hasSameSizeAs(to);
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private static void close(String what, float[] actual, double[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("%s %d", what, i)
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
