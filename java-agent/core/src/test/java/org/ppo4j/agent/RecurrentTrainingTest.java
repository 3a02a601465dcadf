package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.policy.Policy;
import org.ppo4j.policy.Session;

/** Trainings whose networks remember. */
class RecurrentTrainingTest {
  private static final String CART = "ppo4j/CartPoleNoVelocity-v1";
  private static final String PENDULUM = "ppo4j/PendulumNoVelocity-v1";
  private static final String MAZE = "ppo4j/TMaze-v0";

  @TempDir private Path folder;

  private static TrainingBuilder training(String id, long steps) {
    return Training.on(id)
        .seed(1)
        .threads(1)
        .config(
            c ->
                c.totalTimesteps(steps)
                    .numEnvs(4)
                    .numSteps(32)
                    .numMinibatches(2)
                    .updateEpochs(2)
                    .lstm(8));
  }

  private static float[] parameters(Training training) {
    try (TrainedPolicy policy = training.policy()) {
      return policy.network().parameters().clone();
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 0, 1, false", "0, 8, 2, true", "8, 0, 2, true"})
  void bytesDependNeitherOnThreadsNorOnAStop(int lstm, int gru, int layers, boolean shared) {
    for (String id : List.of(CART, PENDULUM)) {
      TrainingBuilder[] three = new TrainingBuilder[3];
      for (int i = 0; i < 3; i++) {
        three[i] =
            training(id, 1280)
                .config(c -> c.lstm(lstm).gru(gru).lstmLayers(layers).sharedTrunk(shared));
      }
      try (Training one = three[0].build();
          Training two = three[1].threads(2).build();
          Training half = three[2].build()) {
        one.run();
        two.run();
        half.add(
            new TrainingListener() {
              @Override
              public void iteration(Iteration iteration) {
                if (iteration.number() == 4) {
                  half.stop();
                }
              }
            });
        half.run();
        assertThat(half.globalStep()).isEqualTo(4 * 128);
        Path file = folder.resolve("half.zip");
        half.save(file);
        try (Training rest = Training.resume(file).build()) {
          rest.run();
          assertThat(parameters(rest)).isEqualTo(parameters(one));
        }
        assertThat(parameters(two)).isEqualTo(parameters(one));
      }
    }
  }

  /** In a maze of length 3 as in one of 50, only memory tells north from south. */
  @Test
  void memorySolvesTheMazeAndNoMemoryDoesNot() {
    assertThat(mazeReturn(16)).isGreaterThan(3.5);
    assertThat(mazeReturn(0)).isLessThan(2.6);
  }

  private static double mazeReturn(int units) {
    try (Training training =
        Training.on(MAZE)
            .seed(1)
            .envKwargs(Map.of("length", 3))
            .config(
                c ->
                    c.totalTimesteps(65536)
                        .numEnvs(16)
                        .numSteps(32)
                        .lstm(units)
                        .hiddenSizes(List.of(16))
                        .sharedTrunk(true)
                        .learningRate(0.005))
            .build()) {
      training.run();
      try (VectorEnv env = Envs.make(MAZE, 10, Map.of("length", 3));
          TrainedPolicy policy = training.policy()) {
        return Evaluator.run(env, policy, 200, true, 1).meanReturn();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyAlgorithmTrainsOrRefuses(Algorithm algorithm) {
    TrainingBuilder builder =
        Training.on(PENDULUM)
            .algorithm(algorithm)
            .config(
                c ->
                    c.totalTimesteps(1024)
                        .numEnvs(4)
                        .numSteps(32)
                        .numMinibatches(algorithm == Algorithm.A2C ? 1 : 2)
                        .gru(6));
    if (List.of(Algorithm.TRPO, Algorithm.PPG, Algorithm.APPO, Algorithm.GRPO)
        .contains(algorithm)) {
      assertThatThrownBy(builder::build)
          .isInstanceOf(InvalidHyperparameterException.class)
          .hasMessageStartingWith("gru has no effect on %s; it belongs to ppo", algorithm.id());
      return;
    }
    try (Training training = builder.build()) {
      training.run();
      assertThat(training.globalStep()).isEqualTo(1024);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, SQUASH, true, true",
    "STATE_DEPENDENT_GAUSSIAN, CLIP, false, false",
    "BETA, CLIP, true, false",
    "GSDE, CLIP, false, false",
    "GSDE, SQUASH, true, true"
  })
  void everyHeadTrainsAndThePolicyFileActsToTheBit(
      ActionHead head, ActionBounds bounds, boolean shared, boolean isLstm) {
    try (Training training =
        training(PENDULUM, 512)
            .config(
                c ->
                    c.actionHead(head)
                        .actionBounds(bounds)
                        .sharedTrunk(shared)
                        .lstm(isLstm ? 9 : 0)
                        .gru(isLstm ? 0 : 7)
                        .lstmLayers(2)
                        .normValueTargets(true)
                        .policyGain(1)
                        .learningRate(0.01))
            .build()) {
      training.run();
      compareWithPolicyFile(training, PENDULUM);
    }
  }

  @Test
  void thePolicyFileOfADiscreteTaskActsToTheBit() {
    try (Training training =
        training(CART, 512).config(c -> c.hiddenSizes(List.of()).normObs(true)).build()) {
      training.run();
      compareWithPolicyFile(training, CART);
    }
  }

  private void compareWithPolicyFile(Training training, String id) {
    Path file = folder.resolve("policy.zip");
    training.save(file);
    Path small = folder.resolve("small.zip");
    Checkpoint.read(file).writePolicy(small);
    try (TrainedPolicy trained = TrainedPolicy.load(file);
        Policy policy = Policy.load(small);
        VectorEnv env = Envs.make(id, 3)) {
      var session = trained.session(3);
      List<Session> sessions = List.of(policy.session(), policy.session(), policy.session());
      StepBatch batch = StepBatch.of(env);
      int size = batch.observationSize();
      double[] actions = new double[3];
      env.reset(4, batch);
      int ends = 0;
      for (int t = 0; t < 500; t++) {
        session.act(batch.observations, actions);
        for (int i = 0; i < 3; i++) {
          double[] observation = new double[size];
          System.arraycopy(batch.observations, i * size, observation, 0, size);
          assertThat(sessions.get(i).act(observation)).containsExactly(actions[i]);
        }
        env.step(actions, batch);
        session.step(batch);
        for (int i = 0; i < 3; i++) {
          if (batch.isDone(i)) {
            sessions.get(i).reset();
            ends++;
          }
        }
      }
      assertThat(ends).isGreaterThan(3);
      assertThat(policy.remembers()).isTrue();
      assertThatThrownBy(() -> policy.act(new double[size]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "this policy remembers what it saw in an episode; act in a session, which"
                  + " Policy.session begins");
      assertThatThrownBy(() -> sessions.getFirst().act(new double[size + 1]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> trained.act(new double[size]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "this policy remembers what it saw in an episode; act in a session, which"
                  + " TrainedPolicy.session begins");
      assertThatThrownBy(() -> trained.session(0))
          .hasMessage("a session needs at least 1 environment, but got 0");
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 0, true", "5, 0, false", "0, 5, true", "0, 5, false"})
  void gatesStartWithTheForgetBias(int lstm, int gru, boolean shared) {
    try (Training training =
        training(CART, 128)
            .config(c -> c.lstm(lstm).gru(gru).lstmLayers(2).forgetBias(3).sharedTrunk(shared))
            .build()) {
      NetworkSpec spec = PolicyNetwork.spec(training.env(), training.config().hyperparameters());
      assertThat(spec.forgetBiases()).hasSize(5 * 2 * (shared ? 1 : 2)).doesNotHaveDuplicates();
      float[] parameters = parameters(training);
      int threes = 0;
      int negatives = 0;
      for (float parameter : parameters) {
        threes += parameter == 3 ? 1 : 0;
        negatives += parameter == -3 ? 1 : 0;
      }
      assertThat(threes).isEqualTo(spec.forgetBiases().length);
      assertThat(negatives).isEqualTo(lstm > 0 ? threes : 0);
      for (int at : spec.forgetBiases()) {
        assertThat(spec.describe(at)).startsWith("bias of the ").endsWith("recurrent layers");
        assertThat(parameters[at]).isEqualTo(3);
      }
    }
  }

  @Test
  void refusesInASentence() {
    assertThatThrownBy(() -> training(CART, 128).config(c -> c.numMinibatches(3)).build())
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessage(
            "numEnvs 4 cannot be divided into numMinibatches 3, because with lstm or gru a"
                + " minibatch has whole environments; make numEnvs a multiple of numMinibatches,"
                + " such as 8 and 4");
    assertThatThrownBy(() -> training(CART, 128).config(c -> c.gru(8)).build())
        .hasMessage("lstm 8 and gru 8 exclude each other; leave one of them out");
    assertThatThrownBy(() -> training(CART, 128).config(c -> c.lstm(0).forgetBias(1)).build())
        .hasMessage(
            "forgetBias has no effect without lstm or gru; leave it out, or give one of them");
    assertThatThrownBy(() -> training(CART, 128).config(c -> c.recomputeAdvantages(true)).build())
        .hasMessage("recomputeAdvantages is not supported with lstm or gru; leave one of them out");
    assertThatThrownBy(() -> training(CART, 128).engine(Engine.DL4J).build())
        .hasMessage(
            "lstm and gru need recurrent layers, which the engine dl4j does not have; use the"
                + " engine simd and its networks, or leave them out");
    Path file = folder.resolve("reference.zip");
    try (Training training = training(CART, 128).build()) {
      training.save(file);
    }
    assertThatThrownBy(() -> Training.on(CART).reference(Checkpoint.read(file)).build())
        .hasMessage(
            "a reference policy cannot have networks that remember; train without a reference, or"
                + " without lstm and gru");
  }
}
