package org.ppo4j.agent.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Sub-environments are divided among actors in order. */
class SliceTest {
  @Test
  void sizesDifferByOneAtMost() {
    assertThat(Slice.of(7, 3))
        .containsExactly(new Slice(0, 2, 7), new Slice(2, 2, 7), new Slice(4, 3, 7));
    assertThat(Slice.of(4, 4)).extracting(Slice::count).containsOnly(1);
  }

  @Test
  void refusesMoreActorsThanSubEnvironments() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Slice.of(2, 3))
        .withMessageContaining("1 to 2 actors for 2 sub-environments, but there are 3");
  }
}
