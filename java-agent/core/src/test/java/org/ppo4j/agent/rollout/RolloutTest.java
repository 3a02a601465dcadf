package org.ppo4j.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.state.TrainingState;

class RolloutTest {
  private final Rollout rollout = new Rollout(3, 2, 2, 3);

  @Test
  void hasTheShapesOfItsArguments() {
    assertThat(rollout.numSteps()).isEqualTo(3);
    assertThat(rollout.numEnvs()).isEqualTo(2);
    assertThat(rollout.features()).isEqualTo(2);
    assertThat(rollout.actionSize()).isEqualTo(3);
    assertThat(rollout.rows()).isEqualTo(6);
    assertThat(rollout.observations).hasSize(6 * 2);
    assertThat(rollout.actions).hasSize(6 * 3);
    assertThat(rollout.lastValues).hasSize(2);
  }

  @Test
  void interruptedRowsAreSavedToo() {
    TrainingState state = new TrainingState();
    rollout.interrupted.set(4);
    rollout.save(state, "rollout/");
    Rollout other = new Rollout(3, 2, 2, 3);
    other.interrupted.set(1);

    other.restore(state, "rollout/");

    assertThat(other.interrupted.stream()).containsExactly(4);
  }

  @Test
  void gathersWholeTransitions() {
    for (int i = 0; i < 12; i++) {
      rollout.observations[i] = i;
    }
    for (int i = 0; i < 18; i++) {
      rollout.actions[i] = 100 + i;
    }
    for (int row = 0; row < 6; row++) {
      rollout.logProbs[row] = 10 + row;
      rollout.advantages[row] = 20 + row;
      rollout.returns[row] = 30 + row;
      rollout.values[row] = 40 + row;
    }
    Minibatch batch = new Minibatch(4, 2, 3);
    assertThat(batch.capacity()).isEqualTo(4);

    rollout.gather(new int[] {0, 5, 2, 4}, 1, 4, batch);

    assertThat(batch.rows).isEqualTo(3);
    assertThat(batch.observations).containsExactly(10, 11, 4, 5, 8, 9, 0, 0);
    assertThat(batch.actions).containsExactly(115, 116, 117, 106, 107, 108, 112, 113, 114, 0, 0, 0);
    assertThat(batch.logProbs).containsExactly(15, 12, 14, 0);
    assertThat(batch.advantages).containsExactly(25, 22, 24, 0);
    assertThat(batch.returns).containsExactly(35, 32, 34, 0);
    assertThat(batch.values).containsExactly(45, 42, 44, 0);
  }
}
