package org.ppo4j.agent.run;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Space;

/**
 * Compares the metrics of each iteration with thresholds. Each threshold lies beyond what healthy
 * trainings reach: more than 70 runs of PPO, its relatives and both profiles on CartPole-v1,
 * Acrobot-v1, Pendulum-v1, LunarLander-v3, Hopper-v5 and HalfCheetah-v5, whose extremes the
 * comments give.
 */
@SuppressWarnings("EnumOrdinal") // one count for each sign, in an array
final class SignWatch implements Stateful {
  /** In healthy runs no divergence is 0; float log probabilities that differ give 1e-15. */
  static final double NO_KL = 1e-12;

  static final int RATIO_UPDATES = 5;

  /** Healthy runs reach 0.07; once, with ppo-penalty, 0.18. */
  static final double KL_SPIKE = 0.15;

  static final int KL_SPIKES = 3;

  /** The updates within which the spikes count. */
  static final int KL_WINDOW = 100;

  /** Of the entropy of uniform actions; healthy runs fall to 4.5 %. */
  static final double ENTROPY_SHARE = 0.01;

  static final int ENTROPY_UPDATES = 5;

  /**
   * A critic that once explained this much of the variance has learnt. It falls below 0 later where
   * returns hardly vary: for 351 updates on a solved CartPole-v1.
   */
  static final double LEARNT_VARIANCE = 0.2;

  /** Healthy runs reach 0.37. */
  static final double CLIPPED_SHARE = 0.5;

  static final int CLIPPED_UPDATES = 3;

  /** Of the deviation at the start; those of healthy runs stay between 0.16 and 1.02 of it. */
  static final double HIGH_DEVIATION = 10;

  static final double LOW_DEVIATION = 0.01;

  /**
   * A norm of 10 times maxGradNorm is usual, in every update. Healthy runs exceed 100 times in at
   * most 15 updates in a row.
   */
  static final double GRADIENT_FACTOR = 100;

  /** A long time: this many updates, and a tenth of the training. */
  static final int LONG_UPDATES = 20;

  static final double LONG_SHARE = 0.1;

  /** Steps of each sub-environment without an end, where the environment names no limit. */
  static final int UNLIMITED_STEPS = 10_000;

  /** Episodes whose mean return is the reference's: they are by its policy or one close to it. */
  static final int START_EPISODES = 10;

  /** A mean return that fell by this part of its size. */
  static final double LOST_SHARE = 0.5;

  /** Below, the policy is still the reference in effect, and returns fell for another reason. */
  static final double LEFT_KL = 0.1;

  static final int LOST_UPDATES = 3;

  private static final String COUNTS = "hints/counts";
  private static final String EXPLAINED = "hints/explained_variance";
  private static final String START = "hints/start_return";

  private final long[] counts = new long[Sign.values().length];
  private double bestExplained = Double.NEGATIVE_INFINITY;
  private double startReturn = Double.NaN;

  /** Returns what was found; null if the iteration does not complete the sign. */
  @Nullable String finding(Sign sign, RunningTraining training, Iteration iteration) {
    Metrics metrics = iteration.metrics();
    PpoConfig config = training.config().hyperparameters();
    return switch (sign) {
      case RATIO_STAYS_ONE ->
          hasLaterSteps(training)
                  && holds(
                      sign,
                      Math.abs(get(metrics, "losses/approx_kl")) < NO_KL
                          && !(entropyShare(training, metrics) < ENTROPY_SHARE),
                      RATIO_UPDATES)
              ? text(
                  "approx_kl was 0 in %d updates in a row: the policy does not change",
                  RATIO_UPDATES)
              : null;
      case KL_SPIKES -> spikes(get(metrics, "losses/approx_kl"));
      case ENTROPY_COLLAPSED -> collapse(training, iteration);
      case RETURNS_UNEXPLAINED -> unexplained(training, get(metrics, "losses/explained_variance"));
      case MOSTLY_CLIPPED ->
          uses(training.config().algorithm(), "clipCoef")
                  && holds(sign, get(metrics, "losses/clipfrac") > CLIPPED_SHARE, CLIPPED_UPDATES)
              ? text(
                  "more than half of the transitions left the clip range in %d updates in a row,"
                      + " at last %.0f %%",
                  CLIPPED_UPDATES, 100 * metrics.get("losses/clipfrac"))
              : null;
      case DEVIATION_EXPLODED -> {
        double start = Math.exp(config.network().logStdInit());
        double high = get(metrics, "charts/std_max");
        yield high > HIGH_DEVIATION * start
            ? text("the deviation of an action grew from %.3g to %.3g", start, high)
            : null;
      }
      case DEVIATION_VANISHED -> {
        double start = Math.exp(config.network().logStdInit());
        double low = get(metrics, "charts/std_min");
        yield low < LOW_DEVIATION * start
            ? text("the deviation of an action fell from %.3g to %.3g", start, low)
            : null;
      }
      case GRADIENTS_CLIPPED -> gradients(training, get(metrics, "losses/gradient_norm"));
      case NO_EPISODE -> noEpisode(training, iteration.globalStep());
      case RETURNS_CONSTANT ->
          metrics.has("losses/explained_variance")
                  && Double.isNaN(metrics.get("losses/explained_variance"))
              ? "explained_variance is undefined and left out where all returns of an update are"
                  + " equal, as they are now"
              : null;
      case OBSERVATION_OUT_OF_BOUNDS, OBSERVATION_SPIKE, ACTIONS_OUT_OF_REACH, EPISODES_CUT ->
          null; // found by others
      case REFERENCE_LOST -> lost(training, get(metrics, "losses/reference_kl"));
    };
  }

  /** Whether an update has steps after the first, which has ratio 1 by definition. */
  private static boolean hasLaterSteps(RunningTraining training) {
    PpoConfig config = training.config().hyperparameters();
    return training.config().algorithm() == Algorithm.TRPO
        || config.update().updateEpochs() * config.update().numMinibatches() > 1;
  }

  private @Nullable String spikes(double kl) {
    int at = Sign.KL_SPIKES.ordinal();
    counts[at] = kl > KL_SPIKE ? counts[at] + KL_WINDOW : Math.max(0, counts[at] - 1);
    return kl > KL_SPIKE && counts[at] > (KL_SPIKES - 1) * (long) KL_WINDOW
        ? text(
            "approx_kl exceeded %s in %d updates, at last %.2f: updates go too far",
            KL_SPIKE, KL_SPIKES, kl)
        : null;
  }

  private @Nullable String collapse(RunningTraining training, Iteration iteration) {
    double share = entropyShare(training, iteration.metrics());
    boolean early = 2 * iteration.globalStep() <= training.totalSteps();
    return holds(Sign.ENTROPY_COLLAPSED, early && share < ENTROPY_SHARE, ENTROPY_UPDATES)
        ? text(
            "the entropy fell to %.1f %% of that of random actions in the first half of the"
                + " training: the policy no longer explores",
            100 * share)
        : null;
  }

  /** Returns the entropy in that of uniform actions, NaN for continuous ones. */
  private static double entropyShare(RunningTraining training, Metrics metrics) {
    return get(metrics, "losses/entropy") / uniformEntropy(training.env().actionSpace());
  }

  /** NaN for continuous actions, whose entropy has no such bound. */
  private static double uniformEntropy(Space space) {
    return switch (space) {
      case Space.Discrete discrete -> Math.log(discrete.n());
      case Space.MultiDiscrete many -> {
        double sum = 0;
        for (int i = 0; i < many.size(); i++) {
          sum += Math.log(many.nvec(i));
        }
        yield sum;
      }
      case Space.MultiBinary many -> many.n() * Math.log(2);
      case Space.Box _ -> Double.NaN;
      case Space.Tuple(List<Space> parts) ->
          parts.stream().mapToDouble(SignWatch::uniformEntropy).sum();
    };
  }

  private @Nullable String unexplained(RunningTraining training, double explained) {
    bestExplained = explained > bestExplained ? explained : bestExplained;
    long updates = longTime(training);
    return holds(
            Sign.RETURNS_UNEXPLAINED, explained < 0 && bestExplained < LEARNT_VARIANCE, updates)
        ? text(
            "explained_variance was below 0 in %d updates in a row, at last %.2f, and never above"
                + " %s: the critic does not learn",
            updates, explained, LEARNT_VARIANCE)
        : null;
  }

  private @Nullable String gradients(RunningTraining training, double norm) {
    double limit = training.config().hyperparameters().optimizer().maxGradNorm();
    long updates = longTime(training);
    Algorithm algorithm = training.config().algorithm();
    boolean clipsAll =
        algorithm != Algorithm.TRPO // its policy's is not clipped
            && algorithm != Algorithm.GRPO; // it has no critic
    return holds(Sign.GRADIENTS_CLIPPED, clipsAll && norm > GRADIENT_FACTOR * limit, updates)
        ? text(
            "the gradient was longer than %.0f times maxGradNorm in %d updates in a row, at last"
                + " %.3g: one part of the loss, mostly that of the critic, swamps the others",
            GRADIENT_FACTOR, updates, norm)
        : null;
  }

  private static @Nullable String noEpisode(RunningTraining training, long globalStep) {
    int limit = training.env().maxEpisodeSteps();
    long enough = limit == 0 ? UNLIMITED_STEPS : 2L * limit;
    long steps = globalStep / training.config().hyperparameters().collect().numEnvs();
    return training.returns().episodes() == 0 && steps >= enough
        ? text("no episode ended in %,d steps of each environment: returns are unknown", steps)
        : null;
  }

  private @Nullable String lost(RunningTraining training, double referenceKl) {
    RecentReturns returns = training.returns();
    double mean = returns.mean();
    if (Double.isNaN(startReturn) && returns.episodes() >= START_EPISODES) {
      startReturn = mean;
    }
    boolean fell = mean < startReturn - LOST_SHARE * Math.abs(startReturn);
    return holds(Sign.REFERENCE_LOST, fell && referenceKl > LEFT_KL, LOST_UPDATES)
        ? text(
            "the mean return fell from %.4g at the start to %.4g, with a reference_kl of %.2g: the"
                + " policy lost what the reference does",
            startReturn, mean, referenceKl)
        : null;
  }

  private static long longTime(RunningTraining training) {
    double updates = LONG_SHARE * training.config().hyperparameters().numIterations();
    return Math.max(LONG_UPDATES, (long) Math.ceil(updates));
  }

  /** Returns whether a condition held in {@code updates} iterations in a row, this one included. */
  private boolean holds(Sign sign, boolean now, long updates) {
    counts[sign.ordinal()] = now ? counts[sign.ordinal()] + 1 : 0;
    return counts[sign.ordinal()] >= updates;
  }

  /** Returns NaN, which no comparison holds for, if the algorithm does not report the metric. */
  private static double get(Metrics metrics, String name) {
    return metrics.has(name) ? metrics.get(name) : Double.NaN;
  }

  static boolean uses(Algorithm algorithm, String hyperparameter) {
    return Hyperparameters.named(hyperparameter).orElseThrow().algorithms().contains(algorithm);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  @Override
  public void save(TrainingState state) {
    state.put(COUNTS, counts);
    state.put(EXPLAINED, new double[] {bestExplained});
    state.put(START, new double[] {startReturn});
  }

  @Override
  public void restore(TrainingState state) {
    if (state.has(COUNTS)) {
      long[] saved = state.longs(COUNTS); // shorter if saved by a version with fewer signs
      System.arraycopy(saved, 0, counts, 0, Math.min(saved.length, counts.length));
      bestExplained = state.doubles(EXPLAINED, 1)[0];
      startReturn = state.has(START) ? state.doubles(START, 1)[0] : Double.NaN;
    }
  }
}
