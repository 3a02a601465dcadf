package org.ppo4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.env.Space;
import org.ppo4j.lab.plot.CurvePlot;
import org.ppo4j.lab.plot.CurvePlot.Scales;
import org.ppo4j.lab.plot.CurvePlot.Series;

/**
 * Measures bias and variance of generalised advantage estimates by lambda, on a {@link Corridor}
 * whose advantages are known: {@code benchmarks/lambda}. Writes a table and a plot for each critic.
 */
public final class LambdaStudy {
  private static final double[] LAMBDAS = {0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 1};
  private static final int STEPS = 1024;
  private static final int ROLLOUTS = 2000;
  private static final int SEED = 1;

  /** The number of estimates of which a mean is taken. */
  private static final int MEAN_OF = 100;

  private final Corridor corridor = new Corridor();

  private LambdaStudy() {}

  /**
   * The errors of the estimates of one lambda, in units of rewards.
   *
   * @param bias the root of the mean square, over visits, of the mean error of an action minus that
   *     of all actions of its place: an error that they share does not bias the policy's gradient
   * @param deviation the root of the mean, over visits, of the variance of the error of a place and
   *     action
   */
  private record Errors(double lambda, double bias, double deviation) {
    /** Returns the error of the mean of independent estimates. */
    double ofMean() {
      return Math.hypot(bias, deviation / Math.sqrt(MEAN_OF));
    }
  }

  /**
   * A critic.
   *
   * @param values its value of each place
   */
  private record Critic(String name, String title, double[] values) {}

  public static void main(String[] args) throws IOException {
    new LambdaStudy().run(Files.createDirectories(Path.of(args[0])));
  }

  private void run(Path folder) throws IOException {
    StringBuilder table = new StringBuilder();
    for (Critic critic : critics()) {
      List<Errors> errors = Arrays.stream(LAMBDAS).mapToObj(each -> measure(critic, each)).toList();
      table.append("## %s%n%n![%s](%s.svg)%n%n".formatted(critic.title, critic.title, critic.name));
      table.append("| lambda | bias | deviation | error of the mean of 100 |\n");
      table.append("| ---: | ---: | ---: | ---: |\n");
      for (Errors each : errors) {
        table.append(
            String.format(
                Locale.ROOT,
                "| %s | %.3f | %.3f | %.3f |%n",
                each.lambda,
                each.bias,
                each.deviation,
                each.ofMean()));
      }
      table.append('\n');
      Files.writeString(folder.resolve(critic.name + ".svg"), plot(critic, errors));
    }
    Files.writeString(folder.resolve("tables.md"), "# Errors by lambda\n\n" + table);
    System.out.print(table);
  }

  /**
   * The error of the second critic is drawn once, with a quarter of the deviation of the values.
   */
  private List<Critic> critics() {
    double[] exact = new double[Corridor.PLACES];
    Arrays.setAll(exact, corridor::value);
    double mean = Arrays.stream(exact).average().orElseThrow();
    double spread =
        Math.sqrt(Arrays.stream(exact).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    Random random = new Random(SEED);
    double[] near = exact.clone();
    for (int at = 0; at < near.length; at++) {
      near[at] += 0.25 * spread * random.nextGaussian();
    }
    return List.of(
        new Critic("exact", "A critic without error", exact),
        new Critic("near", "A critic with an error of a quarter of the values' deviation", near),
        new Critic("zero", "A critic that predicts 0", new double[exact.length]));
  }

  private Errors measure(Critic critic, double lambda) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(SEED);
    GeneralizedAdvantage estimator =
        new GeneralizedAdvantage(
            PpoConfig.of(Profile.DEFAULT, new Space.Discrete(Corridor.ACTIONS))
                .with(c -> c.gamma(Corridor.GAMMA).gaeLambda(lambda))
                .advantage());
    Rollout rollout = new Rollout(STEPS, 1, 1, 1);
    int pairs = Corridor.PLACES * Corridor.ACTIONS;
    double[] visits = new double[pairs];
    double[] sums = new double[pairs];
    double[] squares = new double[pairs];
    for (int i = 0; i < ROLLOUTS; i++) {
      collect(rollout, critic, random);
      estimator.estimate(rollout);
      for (int t = 0; t < STEPS; t++) {
        int place = (int) rollout.observations[t];
        int action = (int) rollout.actions[t];
        int pair = place * Corridor.ACTIONS + action;
        double error = rollout.advantages[t] - corridor.advantage(place, action);
        visits[pair]++;
        sums[pair] += error;
        squares[pair] += error * error;
      }
    }
    double bias = 0;
    double variance = 0;
    double all = (double) ROLLOUTS * STEPS;
    for (int first = 0; first < pairs; first += Corridor.ACTIONS) {
      double shared = (sums[first] + sums[first + 1]) / (visits[first] + visits[first + 1]);
      for (int pair = first; pair < first + Corridor.ACTIONS; pair++) {
        double mean = sums[pair] / visits[pair];
        bias += visits[pair] / all * (mean - shared) * (mean - shared);
        variance += visits[pair] / all * (squares[pair] / visits[pair] - mean * mean);
      }
    }
    return new Errors(lambda, Math.sqrt(bias), Math.sqrt(variance));
  }

  private void collect(Rollout rollout, Critic critic, UniformRandomProvider random) {
    for (int t = 0; t < STEPS; t++) {
      int action = Corridor.action(random);
      rollout.observations[t] = corridor.place();
      rollout.values[t] = (float) critic.values[corridor.place()];
      rollout.actions[t] = action;
      rollout.rewards[t] = (float) corridor.step(action, random);
      rollout.terminated[t] = corridor.endsAndRestarts();
    }
    rollout.lastValues[0] = (float) critic.values[corridor.place()];
  }

  private static String plot(Critic critic, List<Errors> errors) {
    return new CurvePlot(
            critic.title,
            "error of the advantages, in rewards",
            "lambda",
            Scales.LINEAR,
            List.of(
                series("bias", 0, errors.stream().mapToDouble(Errors::bias).toArray()),
                series(
                    "deviation of the mean of 100",
                    1,
                    errors.stream()
                        .mapToDouble(each -> each.deviation / Math.sqrt(MEAN_OF))
                        .toArray()),
                series(
                    "error of the mean of 100",
                    2,
                    errors.stream().mapToDouble(Errors::ofMean).toArray())))
        .svg("lambda-" + critic.name);
  }

  private static Series series(String name, int colour, double[] values) {
    double[] none = new double[values.length];
    Arrays.fill(none, Double.NaN);
    return new Series(name, colour, LAMBDAS, values, none, none, Double.NaN);
  }
}
