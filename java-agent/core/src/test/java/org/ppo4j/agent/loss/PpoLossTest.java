package org.ppo4j.agent.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Minibatch;
import org.ppo4j.env.Space;

/** Compares the loss and its gradients with CleanRL's expression under PyTorch's autograd. */
class PpoLossTest {
  private static final double NO_HUBER = Double.POSITIVE_INFINITY;
  private static final PolicyLoss CLIPPED = PolicyLoss.of(Algorithm.PPO);

  static List<Golden> goldens() throws IOException {
    return Golden.all("loss");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithAutograd(Golden golden) {
    JsonNode settings = golden.settings();
    int rows = golden.floats("values").length;
    int actionSize = golden.floats("actions").length / rows;
    Minibatch batch = new Minibatch(rows, 1, actionSize);
    batch.rows = rows;
    copy(golden.floats("actions"), batch.actions);
    copy(golden.floats("old_log_probs"), batch.logProbs);
    copy(golden.floats("advantages"), batch.advantages);
    copy(golden.floats("returns"), batch.returns);
    copy(golden.floats("old_values"), batch.values);
    float[] policyOutputs = golden.floats("policy_outputs");
    float[] policyGradients = new float[policyOutputs.length];
    float[] valueGradients = new float[rows];
    float[] logStd = golden.floats("log_std");
    float[] logStdGradients = new float[logStd.length];

    PpoLoss loss =
        new PpoLoss(distribution(settings, actionSize), CLIPPED, null, config(settings), rows);
    loss.compute(
        batch,
        settings.get("clip_coef").asDouble(),
        policyOutputs,
        golden.floats("values"),
        logStd,
        policyGradients,
        valueGradients,
        logStdGradients);

    close("policy loss", loss.policyLoss(), settings.get("pg_loss").asDouble());
    close("value loss", loss.valueLoss(), settings.get("v_loss").asDouble());
    close("entropy", loss.entropy(), settings.get("entropy").asDouble());
    close("k1", loss.oldApproxKl(), settings.get("old_approx_kl").asDouble());
    close("k3", loss.approxKl(), settings.get("approx_kl").asDouble());
    close("clip fraction", loss.clipFraction(), settings.get("clipfrac").asDouble());
    close("policy gradients", policyGradients, golden.doubles("d_policy_outputs"));
    close("value gradients", valueGradients, golden.doubles("d_values"));
    close("log std gradients", logStdGradients, golden.doubles("d_log_std"));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void logProbabilitiesAndEntropiesAgree(Golden golden) {
    int rows = golden.floats("values").length;
    int actionSize = golden.floats("actions").length / rows;
    float[] logProbs = new float[rows];
    float[] entropies = new float[rows];
    distribution(golden.settings(), actionSize)
        .evaluate(
            golden.floats("policy_outputs"),
            rows,
            golden.floats("log_std"),
            golden.floats("actions"),
            logProbs,
            entropies);
    close("log probabilities", logProbs, golden.doubles("log_probs"));
    close("entropies", entropies, golden.doubles("entropies"));
  }

  /**
   * One row, old and new policy equal, so r = 1, and advantages as they are: L_policy = -A = -3,
   * L_value = 0.5 (v - R)^2 = 0.5 (2 - 5)^2 = 4.5, dL/dv = vfCoef (v - R) = 0.5 * -3, and with p =
   * (1/2, 1/2) and action 0, dL/dz = -A ([j = a] - p_j) = (-1.5, 1.5).
   */
  @Test
  void oneRowByHand() {
    LossConfig config = new LossConfig(false, 0.2, false, false, 0, 0.5, NO_HUBER, 1, 0);
    Minibatch batch = new Minibatch(1, 1, 1);
    batch.rows = 1;
    batch.logProbs[0] = (float) Math.log(0.5);
    batch.advantages[0] = 3;
    batch.returns[0] = 5;
    float[] policyGradients = new float[2];
    float[] valueGradients = new float[1];
    PpoLoss loss =
        new PpoLoss(
            ActionDistribution.of(new Space.Discrete(2), ActionConfig.DEFAULT, 0, 0),
            CLIPPED,
            null,
            config,
            1);
    loss.compute(
        batch,
        0.2,
        new float[2],
        new float[] {2},
        new float[0],
        policyGradients,
        valueGradients,
        new float[0]);
    close("policy loss", loss.policyLoss(), -3);
    close("value loss", loss.valueLoss(), 4.5);
    close("policy gradients", policyGradients, new double[] {-1.5, 1.5});
    close("value gradients", valueGradients, new double[] {-1.5});
  }

  /**
   * Huber's delta 2: errors v - R of 1, -2 and 5 have losses 1/2, 2 and 2 (5 - 1) = 8, the mean is
   * 3.5, and gradients 1, -2 and 2, each times vfCoef / 3.
   */
  @Test
  void huberLossByHand() {
    LossConfig config = new LossConfig(false, 0.2, false, false, 0, 0.5, 2, 1, 0);
    Minibatch batch = new Minibatch(3, 1, 1);
    batch.rows = 3;
    float[] valueGradients = new float[3];
    PpoLoss loss =
        new PpoLoss(
            ActionDistribution.of(new Space.Discrete(2), ActionConfig.DEFAULT, 0, 0),
            CLIPPED,
            null,
            config,
            3);
    loss.compute(
        batch,
        0.2,
        new float[6],
        new float[] {1, -2, 5},
        new float[0],
        new float[6],
        valueGradients,
        new float[0]);
    close("value loss", loss.valueLoss(), 3.5);
    close("value gradients", valueGradients, new double[] {0.5 / 3, -1 / 3.0, 1 / 3.0});
  }

  /**
   * Ten rows of a uniform policy with c = 0.2: two of ratio 1/2 and A > 0, three of ratio 1 on the
   * two signs and 0, and so on; A = 0 counts as positive.
   */
  @Test
  void sharesOfTheSixCasesByHand() {
    double[] ratios = {0.5, 0.5, 0.7, 1, 1, 1.1, 1.25, 1.5, 2, 2};
    float[] advantages = {1, 2, -1, 0, 3, -2, 1, -1, -2, -3};
    Minibatch batch = new Minibatch(10, 1, 1);
    batch.rows = 10;
    for (int i = 0; i < 10; i++) {
      batch.logProbs[i] = (float) (Math.log(0.5) - Math.log(ratios[i]));
      batch.advantages[i] = advantages[i];
    }
    Space space = new Space.Discrete(2);
    LossConfig config = new LossConfig(false, 0.2, false, true, 0.01, 0.5, NO_HUBER, 1, 0);
    PpoLoss loss =
        new PpoLoss(
            ActionDistribution.of(space, ActionConfig.DEFAULT, 0, 0), CLIPPED, null, config, 10);
    float[] gradients = new float[20];
    loss.compute(
        batch,
        0.2,
        new float[20],
        new float[10],
        new float[0],
        gradients,
        new float[10],
        new float[0]);

    close("below, positive", loss.share(ClipCase.BELOW_POSITIVE), 0.2);
    close("below, negative", loss.share(ClipCase.BELOW_NEGATIVE), 0.1);
    close("inside, positive", loss.share(ClipCase.INSIDE_POSITIVE), 0.2);
    close("inside, negative", loss.share(ClipCase.INSIDE_NEGATIVE), 0.1);
    close("above, positive", loss.share(ClipCase.ABOVE_POSITIVE), 0.1);
    close("above, negative", loss.share(ClipCase.ABOVE_NEGATIVE), 0.3);
    close("clip fraction", loss.clipFraction(), 0.7);
  }

  /**
   * Advantages of +-1e-8 have the sample deviation sqrt(2) 1e-8, to which 1e-8 is added: normalised
   * they are +-1 / (1 + sqrt(2)) = +-0.414214. With pi = (1/2, 1/2), r = 1 and action 0 the
   * gradient by the first logit is -A / 2 * (1 - 1/2) = -+0.103553.
   */
  @Test
  void equalAdvantagesAreNotMagnified() {
    Space space = new Space.Discrete(2);
    Minibatch batch = new Minibatch(2, 1, 1);
    batch.rows = 2;
    for (int i = 0; i < 2; i++) {
      batch.logProbs[i] = (float) Math.log(0.5);
      batch.advantages[i] = i == 0 ? 1e-8f : -1e-8f;
    }
    LossConfig config = PpoConfig.of(Profile.DEFAULT, space).with(c -> c.entCoef(0)).loss();
    float[] gradients = new float[4];
    new PpoLoss(ActionDistribution.of(space, ActionConfig.DEFAULT, 0, 0), CLIPPED, null, config, 2)
        .compute(
            batch,
            0.2,
            new float[4],
            new float[2],
            new float[0],
            gradients,
            new float[2],
            new float[0]);
    close("gradients", gradients, new double[] {-0.103553, 0.103553, 0.103553, -0.103553});
  }

  /** The range includes its bounds, which these numbers hit exactly. */
  @Test
  void theBoundsAreInside() {
    assertThat(ClipCase.of(1.25, 0.25, 1)).isEqualTo(ClipCase.INSIDE_POSITIVE);
    assertThat(ClipCase.of(0.75, 0.25, -1)).isEqualTo(ClipCase.INSIDE_NEGATIVE);
  }

  private static ActionDistribution distribution(JsonNode settings, int actionSize) {
    return Distributions.of(
        settings.get("distribution").asText(),
        nvec(settings),
        actionSize,
        settings.path("latents").asInt());
  }

  private static int[] nvec(JsonNode settings) {
    return StreamSupport.stream(settings.get("nvec").spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }

  /** The clip range of this configuration differs: the loss must use compute's argument. */
  private static LossConfig config(JsonNode settings) {
    return new LossConfig(
        settings.get("norm_adv").asBoolean(),
        1e-3,
        false,
        settings.get("clip_vloss").asBoolean(),
        settings.get("ent_coef").asDouble(),
        settings.get("vf_coef").asDouble(),
        NO_HUBER,
        1,
        0);
  }

  private static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private static void close(String what, float[] actual, double[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      close(what + " " + i, actual[i], expected[i]);
    }
  }

  private static void close(String what, double actual, double expected) {
    assertThat(actual).as(what).isCloseTo(expected, within(2e-6 * Math.max(1, Math.abs(expected))));
  }
}
