package org.ppo4j.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.opentest4j.AssertionFailedError;
import org.ppo4j.agent.policy.TrainedPolicy;

class TrainsTest {
  private static final String INNER = "ppo4j.junit.inner";

  private static TestExecutionSummary run(Class<?> type) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(type))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    System.setProperty(INNER, "true");
    try {
      LauncherFactory.create().execute(request, listener);
    } finally {
      System.clearProperty(INNER);
    }
    return listener.getSummary();
  }

  private static List<Throwable> failures(Class<?> type) {
    return run(type).getFailures().stream().map(each -> each.getException()).toList();
  }

  @Test
  @Trains(env = "CartPole-v1", toReturn = 100, withinSteps = 200_000)
  void aMethodReceivesThePolicy(TrainedPolicy policy) {
    assertThat(policy.act(new double[] {0, 0, 0, 0})[0]).isIn(0.0, 1.0);
  }

  @EnabledIfSystemProperty(named = INNER, matches = "true")
  @Trains(env = "CartPole-v1", toReturn = 30, withinSteps = 50_000, seed = 2)
  static class OnceForAll {
    private static final Set<TrainedPolicy> SEEN =
        Collections.newSetFromMap(new IdentityHashMap<>());

    @Test
    void first(TrainedPolicy policy) {
      SEEN.add(policy);
    }

    @Test
    void second(TrainedPolicy policy) {
      SEEN.add(policy);
    }
  }

  @Test
  void aClassTrainsOnce() {
    assertThat(run(OnceForAll.class).getTestsSucceededCount()).isEqualTo(2);
    assertThat(OnceForAll.SEEN).hasSize(1);
  }

  @EnabledIfSystemProperty(named = INNER, matches = "true")
  static class TooHard {
    @Test
    @Trains(
        env = "CartPole-v1",
        toReturn = 475,
        withinSteps = 2048,
        hyperparameters = {"numSteps=64", "learningRate=1e-3", "hiddenSizes=8,8"})
    void learns() {
      throw new IllegalStateException("is not reached");
    }
  }

  @Test
  void aReturnThatIsNotReachedFailsTheTest() {
    assertThat(failures(TooHard.class))
        .singleElement()
        .isInstanceOf(AssertionFailedError.class)
        .extracting(Throwable::getMessage)
        .asString()
        .matches(
            "CartPole-v1 did not reach a mean return of 475.0 within 2,048 steps: after 2,048 steps"
                + " the mean return of the last \\d+ episodes was [\\d.]+ \\(seed 1\\)");
  }

  @EnabledIfSystemProperty(named = INNER, matches = "true")
  static class Invalid {
    @Test
    @Trains(env = "CartPole-v1", toReturn = 1, withinSteps = 9999, hyperparameters = "gama=0.9")
    void unknownName() {}

    @Test
    @Trains(env = "CartPole-v1", toReturn = 1, withinSteps = 9999, hyperparameters = "numSteps=x")
    void notANumber() {}

    @Test
    @Trains(env = "CartPole-v1", toReturn = 1, withinSteps = 9999, hyperparameters = "gamma=2")
    void outOfRange() {}

    @Test
    @Trains(env = "CartPole-v1", toReturn = 1, withinSteps = 9999, hyperparameters = "gamma")
    void noValue() {}

    @Test
    @Trains(env = "CartPole-v1", toReturn = Double.NaN, withinSteps = 9999)
    void noReturn() {}

    @Test
    @Trains(env = "CartPole-v1", toReturn = 1, withinSteps = 3)
    void tooFewSteps() {}
  }

  @Test
  void anAnnotationThatIsNotValidIsRefusedInOneSentence() {
    assertThat(failures(Invalid.class))
        .hasSize(6)
        .allSatisfy(
            failure -> assertThat(failure).isInstanceOf(ExtensionConfigurationException.class))
        .extracting(Throwable::getMessage)
        .satisfiesExactlyInAnyOrder(
            message -> assertThat(message).contains("there is no hyperparameter gama; the names"),
            message -> assertThat(message).contains("numSteps must be an integer, but is \"x\""),
            message -> assertThat(message).contains("gamma must lie in [0, 1], but got 2.0"),
            message -> assertThat(message).contains("takes \"name=value\", but got \"gamma\""),
            message -> assertThat(message).contains("finite toReturn"),
            message -> assertThat(message).contains("totalTimesteps 3 is less than one batch"));
  }

  @EnabledIfSystemProperty(named = INNER, matches = "true")
  static class TooEarly {
    @BeforeAll
    static void before(TrainedPolicy policy) {}

    @Test
    @Trains(
        env = "CartPole-v1",
        toReturn = 20,
        withinSteps = 50_000,
        hyperparameters = {"normObs=false", "activation=tanh"},
        envKwargs = "sutton_barto_reward=false")
    void test() {}
  }

  @Test
  @Trains(
      env = "CartPole-v1",
      toReturn = 20,
      withinSteps = 50_000,
      hyperparameters = {"normObs=false", "activation=relu"},
      envKwargs = "sutton_barto_reward=false")
  void valuesOfEveryTypeAreRead() {}

  @Test
  void aMethodBeforeTheTrainingReceivesNoPolicy() {
    assertThat(failures(TooEarly.class)).hasSize(1);
  }
}
