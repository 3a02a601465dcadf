package org.ppo4j.lab.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerTest {

  @ParameterizedTest
  @CsvSource({
    "cleanrl, CartPole-v1, false, CLEANRL",
    "cleanrl, Hopper-v4, true, CLEANRL",
    "cleanrl, Hopper-v5, true, CLEANRL_V5",
    "cleanrl, LunarLanderContinuous-v3, true, CLEANRL_V5",
    "sb3, Hopper-v5, true, SB3"
  })
  void theTaskDecidesWhichCleanRlIsMeant(String name, String env, boolean continuous, Peer peer) {
    assertThat(Peer.of(name, env, continuous)).isEqualTo(peer);
  }

  @Test
  void whatCleanRlHasNotIsSaid() {
    assertThatExceptionOfType(PeerException.class)
        .isThrownBy(() -> Peer.CLEANRL.check("LunarLander-v3", false))
        .withMessageContaining("gym 0.23.1")
        .withMessageContaining(
            "CartPole-v1, MountainCar-v0 and no LunarLander-v3; compare with curves");
    assertThatCode(() -> Peer.CLEANRL.check("CartPole-v1", false)).doesNotThrowAnyException();
  }

  @Test
  void theScriptIsPutBesideTheFolderOfTheTraining(@TempDir Path parent) {
    Path folder = parent.resolve("seed_3");

    assertThat(
            Peer.CLEANRL_V5.command(
                Path.of("/python"), new Peer.Training("Hopper-v5", true, 8192, 3, 10, 1), folder))
        .containsExactly(
            "/python", parent.resolve("peer_cleanrl.py").toString(), "Hopper-v5", "8192", "3");
    assertThat(parent.resolve("peer_cleanrl.py")).isNotEmptyFile();
  }
}
