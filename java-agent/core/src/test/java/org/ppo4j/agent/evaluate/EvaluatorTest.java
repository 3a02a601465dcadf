package org.ppo4j.agent.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

class EvaluatorTest {
  private static final PpoConfig CONFIG =
      PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2))
          .with(c -> c.totalTimesteps(100_000L).normObs(true));

  @Test
  void aTrainedPolicyBalancesAndRepeatsItself() {
    TrainingState state = train();
    try (VectorEnv env = Envs.make("CartPole-v1", 3);
        TrainedPolicy policy = policy(env.spec(), state)) {
      EvaluationResult first = Evaluator.run(env, policy, 10, false, 4);
      assertThat(Arrays.stream(first.returns()).average().orElseThrow())
          .as("a random policy balances for 22 steps")
          .isGreaterThan(100);
      for (int i = 0; i < 10; i++) {
        assertThat(first.returns()[i]).as("CartPole pays 1 a step").isEqualTo(first.lengths()[i]);
      }
      assertThat(Evaluator.run(env, policy, 10, false, 4).returns()).isEqualTo(first.returns());
      assertThat(Evaluator.run(env, policy, 10, true, 4).returns()).isNotEqualTo(first.returns());
      assertThat(Evaluator.run(env, policy, 10, false, 99).returns()).isNotEqualTo(first.returns());
    }
  }

  /** Five episodes on two environments: the first two are those of environment 0 alone. */
  @Test
  void eachEnvironmentRunsItsShare() {
    TrainingState state = train();
    try (VectorEnv two = Envs.make("CartPole-v1", 2);
        VectorEnv one = Envs.make("CartPole-v1", 1);
        TrainedPolicy policy = policy(one.spec(), state)) {
      double[] shared = Evaluator.run(two, policy, 5, false, 8).returns();
      double[] alone = Evaluator.run(one, policy, 2, false, 8).returns();
      assertThat(shared).hasSize(5).startsWith(alone).doesNotContain(0);
    }
  }

  /** A pole that never falls, of which each of two environments has played one episode in part. */
  @Test
  void episodesThatDoNotEndAreCut() {
    TrainingState state = train();
    try (VectorEnv env = new Endless(2);
        TrainedPolicy policy = policy(env.spec(), state)) {
      EvaluationResult result =
          Evaluator.run(env, policy, 10, false, 4, 1000, () -> false).orElseThrow();
      assertThat(result.cut()).isEqualTo(2);
      assertThat(result.returns()).containsExactly(500, 500);
      assertThat(result.lengths()).containsExactly(500, 500);
    }
  }

  @Test
  void endsWhenItIsNoLongerWanted() {
    TrainingState state = train();
    AtomicInteger asked = new AtomicInteger();
    try (VectorEnv env = new Endless(2);
        TrainedPolicy policy = policy(env.spec(), state)) {
      assertThat(
              Evaluator.run(
                  env, policy, 10, false, 4, 1_000_000, () -> asked.incrementAndGet() > 5))
          .isEmpty();
      assertThat(asked).hasValue(6);
    }
  }

  /** CartPole whose episodes do not end. */
  private static final class Endless extends VectorWrapper {
    Endless(int numEnvs) {
      super(Envs.make("CartPole-v1", numEnvs));
    }

    @Override
    public void step(double[] actions, StepBatch out) {
      super.step(actions, out);
      Arrays.fill(out.terminated, false);
      Arrays.fill(out.truncated, false);
    }
  }

  @Test
  void refusesParametersOfAnotherNetwork() {
    TrainingState state = train();
    try (VectorEnv env = Envs.make("CartPole-v1", 1)) {
      assertThatThrownBy(
              () ->
                  policy(env.spec(), CONFIG.with(c -> c.hiddenSizes(java.util.List.of(32))), state))
          .hasMessageContaining("the checkpoint has 9155 parameters");
    }
  }

  @Test
  void refusesArraysThatAreTooShort() {
    TrainingState state = train();
    try (VectorEnv env = Envs.make("CartPole-v1", 1);
        TrainedPolicy policy = policy(env.spec(), state)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[4], 2, new double[2]))
          .withMessage("2 rows of observations need 4 numbers each, but the array has 4");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> policy.act(new double[8], 2, new double[1]))
          .withMessage("2 rows of actions need 1 numbers each, but the array has 1");
    }
  }

  private static TrainedPolicy policy(EnvSpec spec, TrainingState state) {
    return policy(spec, CONFIG, state);
  }

  private static TrainedPolicy policy(EnvSpec spec, PpoConfig config, TrainingState state) {
    return new TrainedPolicy(
        spec, config, ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(spec, config)), state);
  }

  private static TrainingState train() {
    TrainingState state = new TrainingState();
    try (VectorEnv env = Envs.make("CartPole-v1", 4);
        var network = ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), CONFIG))) {
      Ppo ppo = new Ppo(env, Algorithm.PPO, CONFIG, network, 1);
      ppo.train(new TrainingListener() {});
      ppo.save(state);
    }
    return state;
  }
}
