package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.loss.ClipCase;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * Whole updates worked out by hand: linear networks of one input, 4 transitions, 2 minibatches, 1
 * epoch. Every network starts with all parameters 0. Numbers are rounded to 6 digits in the
 * comments; all comparisons have the tolerance {@value #TOLERANCE}, which is above the 1e-6 that
 * clipping adds to the norm and the 1e-8 that normalisation adds to the deviation, and below every
 * effect shown.
 */
class UpdateByHandTest {
  private static final double TOLERANCE = 5e-6;

  /**
   * Two actions from logits z = w x + b (w and b have two components), a value v = u x + c.
   *
   * <p>Rate 0.1, Adam's epsilon 0.0125, norm bound 0.25, c = 0.2, vfCoef 0.5, entCoef 0.1,
   * advantages normalised, value loss clipped.
   */
  @Test
  void discreteActions() {
    LinearUpdate update =
        new LinearUpdate(
            LinearUpdate.config()
                .with(c -> c.targetKlCheck(TargetKlCheck.EPOCH))
                .with(c -> c.adamEps(0.0125).maxGradNorm(0.25).entCoef(0.1).vfCoef(0.5)));
    //           row x  a  old log probability A  R    old value
    update.set(2, 1, 0, Math.log(1 / 2.0), 1, 1, 0.5);
    update.set(0, 2, 1, Math.log(1 / 3.0), 3, 1, -0.5);
    update.set(3, 1, 0, Math.log(1 / 2.0), 1, 0, 0);
    update.set(1, -1, 1, Math.log(0.7), 2, 0.5, 0);

    Metrics metrics = update.run(0.1);

    /*
     * First minibatch. All z are 0, so pi = (1/2, 1/2), and all v are 0.
     *
     * Advantages (1, 3): mean 2, sample deviation sqrt(2), normalised (-1/sqrt2, 1/sqrt2).
     * Ratios: (1/2) / (1/2) = 1 and (1/2) / (1/3) = 1.5, beyond 1.2 with A > 0: no gradient there.
     * Row 2: dL/dlog pi = -A r / 2 = 1 / (2 sqrt2), dlog pi/dz = ([j = a] - pi_j) = (1/2, -1/2),
     *        so dL/dz = (0.176777, -0.176777). The entropy's gradient is 0 at pi = (1/2, 1/2).
     * Row 2: value: error 0 - 1 = -1; clipped 0.5 - 0.2 - 1 = -0.7; 1 > 0.49, so the gradient is
     *        vfCoef * -1 / 2 = -0.25.
     * Row 0: value: error -1; clipped -0.5 + 0.2 - 1 = -1.3; 1.69 > 1, on the flat side: 0.
     * By w: x dL/dz = (0.176777, -0.176777), x = 1; by b the same; by u and c: -0.25.
     * Norm: sqrt(4 * 0.176777^2 + 2 * 0.25^2) = sqrt(1/8 + 1/8) = 0.5, so all are halved:
     *   (0.0883883, -0.0883883, 0.0883883, -0.0883883, -0.125, -0.125).
     * Adam, step 1: m = 0.1 g, v = 0.001 g^2; corrected by 1 - 0.9 and 1 - 0.999: g and g^2.
     *   0 - 0.1 * 0.0883883 / (0.0883883 + 0.0125) = -0.0876100
     *   0 + 0.1 * 0.125 / (0.125 + 0.0125) = 0.0909091
     *   w = b = (-0.0876100, 0.0876100), u = c = 0.0909091.
     *
     * Second minibatch. Row 3 (x = 1): z = (-0.175220, 0.175220),
     *   pi = 1 / (1 + exp(+-0.350440)) = (0.413276, 0.586724), log pi = (-0.883640, -0.533200),
     *   H = 0.413276 * 0.883640 + 0.586724 * 0.533200 = 0.678029, v = 0.181818.
     * Row 1 (x = -1): z = (0, 0), pi = (1/2, 1/2), H = log 2 = 0.693147, v = 0.
     *
     * Advantages (1, 2): normalised (-1/sqrt2, 1/sqrt2) again.
     * Ratios: 0.413276 / 0.5 = 0.826551, inside; 0.5 / 0.7 = 0.714286, below 0.8 with A > 0, where
     *   -A r = -0.505076 is greater than -0.8 A = -0.565685: the gradient is that of A r.
     * Policy loss: (0.707107 * 0.826551 - 0.505076) / 2 = (0.584460 - 0.505076) / 2 = 0.0396919.
     * k1: -(log 0.826551 + log 0.714286) / 2 = (0.190493 + 0.336472) / 2 = 0.263483.
     * k3: ((0.826551 - 1 + 0.190493) + (0.714286 - 1 + 0.336472)) / 2 = (0.0170438 + 0.0507580) / 2
     *   = 0.0339013.
     * Entropy: (0.678029 + 0.693147) / 2 = 0.685588.
     * Values: row 3: error 0.181818 with a step of 0.181818 < 0.2: both sides equal. Row 1: -0.5.
     *   value loss = 0.5 * (0.0330578 + 0.25) / 2 = 0.0707645.
     *
     * Row 3: dL/dlog pi = 0.584460 / 2 = 0.292230, times (1 - 0.413276, -0.586724) = +-0.171458;
     *   the bonus adds -0.1 / 2 * dH/dz = -0.05 * -pi_j (log pi_j + H)
     *     = 0.05 * 0.413276 * (-0.883640 + 0.678029) = -0.00424874 (and its negative):
     *   dL/dz = (0.167210, -0.167210).
     * Row 1: dL/dlog pi = -0.505076 / 2 = -0.252538, times (-1/2, 1/2): (0.126269, -0.126269).
     * By w: 1 * 0.167210 - 1 * 0.126269 = 0.0409407. By b: 0.167210 + 0.126269 = 0.293479.
     * By v: 0.5 * 0.181818 / 2 = 0.0454545 and 0.5 * -0.5 / 2 = -0.125.
     * By u: 0.0454545 + 0.125 = 0.170455. By c: 0.0454545 - 0.125 = -0.0795455.
     * Norm: sqrt(2 * 0.0409407^2 + 2 * 0.293479^2 + 0.170455^2 + 0.0795455^2) = 0.459341;
     *   scale 0.25 / 0.459341 = 0.544258:
     *   w +-0.0222823, b +-0.159728, u 0.0927712, c -0.0432933.
     * Adam, step 2: m = 0.9 * 0.1 g1 + 0.1 g2, corrected by 1 - 0.81 = 0.19;
     *   v = 0.999 * 0.001 g1^2 + 0.001 g2^2, corrected by 1 - 0.998001 = 0.001999.
     *   w: m = 0.00795495 + 0.00222823 = 0.0101832, / 0.19 = 0.0535957;
     *      v = 7.80468e-6 + 0.49650e-6 = 8.30118e-6, sqrt(v / 0.001999) = 0.0644412;
     *      -0.0876100 - 0.1 * 0.0535957 / (0.0644412 + 0.0125) = -0.157268
     *   b: m / 0.19 = (0.00795495 + 0.0159728) / 0.19 = 0.125935;
     *      sqrt((7.80468e-6 + 25.5130e-6) / 0.001999) = 0.129101;
     *      -0.0876100 - 0.1 * 0.125935 / 0.141601 = -0.176547
     *   u: m / 0.19 = (-0.01125 + 0.00927712) / 0.19 = -0.0103836;
     *      sqrt((15.6094e-6 + 8.60650e-6) / 0.001999) = 0.110064;
     *      0.0909091 + 0.1 * 0.0103836 / 0.122564 = 0.0993811
     *   c: m / 0.19 = (-0.01125 - 0.00432933) / 0.19 = -0.0819965;
     *      sqrt((15.6094e-6 + 1.87431e-6) / 0.001999) = 0.0935212;
     *      0.0909091 + 0.1 * 0.0819965 / 0.106021 = 0.168249
     */
    close(update.parameters(), -0.157268, 0.157268, -0.176547, 0.176547, 0.0993811, 0.168249);
    close(metrics, "losses/policy_loss", 0.0396919);
    close(metrics, "losses/value_loss", 0.0707645);
    close(metrics, "losses/entropy", 0.685588);
    close(metrics, "losses/old_approx_kl", 0.263483);
    close(metrics, "losses/approx_kl", 0.0339013);
    close(metrics, "losses/gradient_norm", 0.459341);
    close(metrics, "charts/clip_coef", 0.2);
    close(metrics, "charts/learning_rate", 0.1);
    // One of two rows beyond the range in each minibatch.
    close(metrics, "losses/clipfrac", 0.5);
    // Row 2: ratio 1 and A < 0; row 0: above, A > 0; row 3: inside, A < 0; row 1: below, A > 0.
    close(metrics, ClipCase.INSIDE_NEGATIVE.tag(), 0.5);
    close(metrics, ClipCase.ABOVE_POSITIVE.tag(), 0.25);
    close(metrics, ClipCase.BELOW_POSITIVE.tag(), 0.25);
    close(metrics, ClipCase.INSIDE_POSITIVE.tag(), 0);
    close(metrics, ClipCase.BELOW_NEGATIVE.tag(), 0);
    close(metrics, ClipCase.ABOVE_NEGATIVE.tag(), 0);
    // Returns (1, 0.5, 1, 0): variance 0.171875. Returns - values (1.5, 0.5, 0.5, 0): 0.296875.
    close(metrics, "losses/explained_variance", 1 - 0.296875 / 0.171875);
    TrainingState state = new TrainingState();
    update.update.save(state);
    close(
        state.floats("adam/m"),
        0.0101832,
        -0.0101832,
        0.0239278,
        -0.0239278,
        -0.00197288,
        -0.0155793);
    assertThat(state.longs("adam/steps")).containsExactly(2);
  }

  /**
   * A normal with mean w x + b and deviation exp(s), a value u x + c; parameters in the order w, b,
   * s, u, c.
   *
   * <p>Rate 0.1, Adam's epsilon 1e-8, which is below the tolerance, no norm bound, c = 0.2, vfCoef
   * 0.5, entCoef 0.01, advantages as they are, value loss not clipped.
   */
  @Test
  void continuousActions() {
    double halfLogTwoPi = 0.918938533;
    LinearUpdate update =
        new LinearUpdate(
            LinearUpdate.config()
                .with(c -> c.targetKlCheck(TargetKlCheck.EPOCH))
                .with(
                    c ->
                        c.adamEps(1e-8)
                            .maxGradNorm(Double.POSITIVE_INFINITY)
                            .entCoef(0.01)
                            .vfCoef(0.5)
                            .normAdv(false)
                            .clipVloss(false)),
            Space.Box.of(-9, 9, 1, DType.FLOAT32));
    //           row x    a   old log density        A  R    old value
    update.set(2, 1, 1, -0.5 - halfLogTwoPi, 2, 1, 0);
    update.set(0, -1, 2, -2 - halfLogTwoPi, -1, 0, 0);
    update.set(3, 2, 0.5, -0.125 - halfLogTwoPi, 1, 0.5, 0);
    update.set(1, 0, -1, -0.5 - halfLogTwoPi, 2, 0, 0);

    Metrics metrics = update.run(0.1);

    /*
     * First minibatch. mu = 0, sigma = 1, so log pi(a) = -a^2 / 2 - 0.918939, the old one: r = 1.
     * dL/dlog pi = -A / 2 = (-1, 0.5). z = (a - mu) / sigma = (1, 2).
     * By mu, dlog pi/dmu = z / sigma: (-1 * 1, 0.5 * 2) = (-1, 1).
     * By w, x = (1, -1): -1 - 1 = -2. By b: -1 + 1 = 0.
     * By s, dlog pi/ds = z^2 - 1 = (0, 3), dH/ds = 1: 0.5 * 3 - 0.01 = 1.49.
     * By v: 0.5 * (0 - 1) / 2 = -0.25 and 0. By u: 1 * -0.25. By c: -0.25.
     * Adam, step 1: each parameter moves by the rate against its gradient's sign:
     *   w = 0.1, b = 0, s = -0.1, u = 0.1, c = 0.1.
     *
     * Second minibatch. sigma = exp(-0.1) = 0.904837.
     * Row 3 (x = 2): mu = 0.2, z = 0.3 / 0.904837 = 0.331551,
     *   log pi = -0.331551^2 / 2 + 0.1 - 0.918939 = -0.873902, old: -1.043939,
     *   r = exp(0.170037) = 1.185349, inside.
     * Row 1 (x = 0): mu = 0, z = -1 / 0.904837 = -1.105171,
     *   log pi = -0.610701 + 0.1 - 0.918939 = -1.429640, old: -1.418939,
     *   r = exp(-0.0107014) = 0.989356, inside.
     * Policy loss: -(1 * 1.185349 + 2 * 0.989356) / 2 = -1.582030.
     * dL/dlog pi = -A r / 2 = (-0.592674, -0.989356).
     * By mu, times z / sigma: -0.592674 * 0.366421 = -0.217168; 0.989356 * 1.221403 = 1.208402.
     * By w: 2 * -0.217168 = -0.434336. By b: -0.217168 + 1.208402 = 0.991234.
     * By s: -0.592674 * (0.109926 - 1) - 0.989356 * (1.221403 - 1) - 0.01
     *   = 0.527524 - 0.219046 - 0.01 = 0.298478.
     * Values: v = 0.1 * 2 + 0.1 = 0.3 and 0.1; errors -0.2 and 0.1.
     *   value loss = 0.5 * (0.04 + 0.01) / 2 = 0.0125.
     *   By v: 0.5 * -0.2 / 2 = -0.05 and 0.025. By u: 2 * -0.05 = -0.1. By c: -0.025.
     * Norm: sqrt(0.434336^2 + 0.991234^2 + 0.298478^2 + 0.1^2 + 0.025^2) = 1.127345.
     * Entropy: s + 0.5 + 0.918939 = 1.318939.
     * Adam, step 2, m^ = (0.09 g1 + 0.1 g2) / 0.19, v^ = (0.000999 g1^2 + 0.001 g2^2) / 0.001999:
     *   w: m^ = (-0.18 - 0.0434336) / 0.19 = -1.175967,
     *      v^ = (0.003996 + 0.000188648) / 0.001999 = 2.093371, sqrt 1.446848,
     *      0.1 + 0.1 * 1.175967 / 1.446848 = 0.181278
     *   b: m^ = 0.0991234 / 0.19 = 0.521702, v^ = 0.000982544 / 0.001999 = 0.491518, sqrt 0.701083,
     *      0 - 0.1 * 0.521702 / 0.701083 = -0.0744137
     *   s: m^ = (0.1341 + 0.0298478) / 0.19 = 0.862883,
     *      v^ = (0.00221788 + 0.0000890890) / 0.001999 = 1.154061, sqrt 1.074273,
     *      -0.1 - 0.1 * 0.862883 / 1.074273 = -0.180323
     *   u: m^ = (-0.0225 - 0.01) / 0.19 = -0.171053,
     *      v^ = (0.0000624375 + 0.00001) / 0.001999 = 0.0362369, sqrt 0.190360,
     *      0.1 + 0.1 * 0.171053 / 0.190360 = 0.189858
     *   c: m^ = (-0.0225 - 0.0025) / 0.19 = -0.131579,
     *      v^ = (0.0000624375 + 0.000000625) / 0.001999 = 0.0315470, sqrt 0.177615,
     *      0.1 + 0.1 * 0.131579 / 0.177615 = 0.174081
     */
    close(update.parameters(), 0.181278, -0.0744137, -0.180323, 0.189858, 0.174081);
    close(metrics, "losses/policy_loss", -1.582030);
    close(metrics, "losses/value_loss", 0.0125);
    close(metrics, "losses/entropy", 1.318939);
    close(metrics, "losses/gradient_norm", 1.127345);
    close(metrics, "losses/clipfrac", 0);
  }

  private static void close(Metrics metrics, String name, double expected) {
    close(name, metrics.get(name), expected);
  }

  private static void close(float[] actual, double... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      close("number " + i, actual[i], expected[i]);
    }
  }

  private static void close(String what, double actual, double expected) {
    assertThat(actual).as(what).isCloseTo(expected, within(TOLERANCE));
  }
}
