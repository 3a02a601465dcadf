package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.parameter.Algorithm;

class LossObserverTest {
  /** Counts, and recomputes the metrics of the six cases from what it sees. */
  private static final class Observer implements TrainingListener, LossObserver {
    int minibatches;
    double firstRatioErrors;
    double aboveNegative;
    final List<Double> shown = new ArrayList<>();
    final List<Double> seen = new ArrayList<>();

    @Override
    public void minibatch(int rows, float[] newLogProbs, float[] oldLogProbs, float[] advantages) {
      double above = 0;
      for (int i = 0; i < rows; i++) {
        double ratio = Math.exp((double) newLogProbs[i] - oldLogProbs[i]);
        if (minibatches == 0) {
          firstRatioErrors = Math.max(firstRatioErrors, Math.abs(ratio - 1));
        }
        above += ratio - 1 > 0.1 && advantages[i] < 0 ? 1 : 0;
      }
      aboveNegative += above / rows;
      minibatches++;
    }

    @Override
    public void iteration(Iteration iteration) {
      shown.add(iteration.metrics().get("clip/above_negative"));
      seen.add(aboveNegative / minibatches);
      minibatches = 0;
      aboveNegative = 0;
    }
  }

  private static TrainingBuilder training(String algorithm) {
    return Training.on("CartPole-v1")
        .algorithm(Algorithm.of(algorithm))
        .config(c -> c.totalTimesteps(2048).clipCoef(0.1).learningRate(1e-2));
  }

  private static float[] parameters(TrainingBuilder builder) {
    try (Training training = builder.build()) {
      training.run();
      return training.policy().network().parameters().clone();
    }
  }

  @ParameterizedTest
  @CsvSource({"ppo", "spo", "monte-carlo"})
  void seesWhatTheMetricsCountAndChangesNothing(String algorithm) {
    Observer observer = new Observer();
    float[] observed = parameters(training(algorithm).listener(observer));
    assertThat(observed).isEqualTo(parameters(training(algorithm)));
    assertThat(observer.firstRatioErrors).as("the first ratios are 1").isLessThan(1e-5);
    assertThat(observer.shown).hasSize(4).anyMatch(share -> share > 0);
    for (int i = 0; i < 4; i++) {
      assertThat(observer.seen.get(i)).isCloseTo(observer.shown.get(i), Offset.offset(1e-12));
    }
  }
}
