package org.ppo4j.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;

/** Rollouts of CartPole-v1 by two groups of three. */
class EpisodeGroupsTest {
  private static final int STEPS = 200;
  private static final int ENVS = 6;
  private static final int SIZE = 3;

  private final List<Episode> episodes = new ArrayList<>();

  private Rollout collect(int rollouts) {
    try (VectorEnv env = Envs.make("CartPole-v1", ENVS)) {
      PpoConfig config = PpoConfig.of(Algorithm.GRPO, Profile.DEFAULT, env.spec().actionSpace());
      try (ActorCritic network =
          ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config), 1)) {
        ActionDistribution distribution =
            ActionDistribution.of(env.spec().actionSpace(), config.action(), network.shape());
        Rollout rollout = Rollout.builder(STEPS, ENVS, 4, 1).hasSkipped(true).build();
        Collector collector =
            new Collector(
                env,
                network,
                distribution,
                config.action(),
                config.normalize(),
                1,
                RandomSource.XO_RO_SHI_RO_128_PP.create(5),
                null,
                SIZE,
                () -> {});
        collector.reset(4);
        for (int i = 0; i < rollouts; i++) {
          episodes.clear();
          collector.collect(rollout, 0, episodes::add);
        }
        return rollout;
      }
    }
  }

  private static float[] observation(Rollout rollout, int t, int env) {
    int at = (t * ENVS + env) * 4;
    return Arrays.copyOfRange(rollout.observations, at, at + 4);
  }

  @Test
  void membersStartTogetherFromTheSameStateAndWaitForEachOther() {
    Rollout rollout = collect(1);
    Set<List<Float>> starts = new HashSet<>();
    int ended = 0;
    for (int first = 0; first < ENVS; first += SIZE) {
      boolean[] plays = new boolean[SIZE];
      for (int t = 0; t < STEPS; t++) {
        boolean isStart = Arrays.equals(plays, new boolean[SIZE]);
        if (isStart) {
          Arrays.fill(plays, true);
          float[] start = observation(rollout, t, first);
          assertThat(starts.add(List.of(start[0], start[1], start[2], start[3]))).isTrue();
        }
        for (int i = 0; i < SIZE; i++) {
          if (isStart) {
            assertThat(observation(rollout, t, first + i))
                .isEqualTo(observation(rollout, t, first));
          }
          int at = t * ENVS + first + i;
          assertThat(rollout.skipped[at]).isEqualTo(!plays[i]);
          if (plays[i] && rollout.terminated[at]) {
            plays[i] = false;
            ended++;
          }
        }
      }
    }
    assertThat(starts).hasSizeGreaterThan(6);
    assertThat(episodes).hasSize(ended);
    assertThat(rollout.learntRows()).hasSizeBetween(ENVS * STEPS / 3, ENVS * STEPS - 1);
    assertThat(rollout.values).as("no critic").containsOnly(0);
  }

  @Test
  void everyRolloutBeginsWithOtherStarts() {
    float[] first = observation(collect(1), 0, 0);
    Rollout second = collect(2);
    assertThat(observation(second, 0, 0)).isNotEqualTo(first);
    assertThat(observation(second, 0, 1)).isEqualTo(observation(second, 0, 0));
    assertThat(observation(second, 0, SIZE)).isNotEqualTo(observation(second, 0, 0));
    assertThat(observation(collect(2), 0, 0)).isEqualTo(observation(second, 0, 0));
  }
}
