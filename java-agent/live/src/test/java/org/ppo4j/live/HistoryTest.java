package org.ppo4j.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
  @Test
  void aReaderReceivesEachRowOnce() {
    History history = new History();
    history.add(100, 1, Map.of("a", 1.0));
    History.News first = history.since(History.Cursor.START);
    assertThat(first.reset()).isTrue();
    assertThat(first.names()).containsExactly("a");
    assertThat(first.rows()).hasSize(1);
    assertThat(history.since(first.cursor()).rows()).isEmpty();

    history.add(200, 2, Map.of("a", 3.0));
    History.News second = history.since(first.cursor());
    assertThat(second.reset()).isFalse();
    assertThat(second.rows()).hasSize(1);
    assertThat(second.rows().getFirst().step()).isEqualTo(200);
    assertThat(second.rows().getFirst().values()).containsExactly(3);
  }

  @Test
  void aNewNameSendsAllAgain() {
    History history = new History();
    history.add(100, 1, Map.of("a", 1.0));
    History.News first = history.since(History.Cursor.START);
    history.add(200, 2, Map.of("a", 2.0, "b", 5.0));
    History.News second = history.since(first.cursor());
    assertThat(second.reset()).isTrue();
    assertThat(second.rows()).hasSize(2);
    assertThat(second.names()).containsExactly("a", "b");
  }

  /** 2000 rows become 1000 means of two; from then on a row is a mean of two. */
  @Test
  void aFullHistoryHalvesItself() {
    History history = new History();
    for (int i = 0; i < 2000; i++) {
      history.add(i, i, Map.of("a", (double) i));
    }
    History.News halved = history.since(History.Cursor.START);
    assertThat(halved.rows()).hasSize(1000);
    assertThat(halved.rows().getFirst().values()).containsExactly(0.5);
    assertThat(halved.rows().getFirst().step()).isEqualTo(1);
    history.add(2000, 2000, Map.of("a", 2000.0));
    assertThat(history.since(halved.cursor()).rows()).isEmpty();
    history.add(2001, 2001, Map.of("a", Double.NaN));
    History.News next = history.since(halved.cursor());
    assertThat(next.reset()).isFalse();
    assertThat(next.rows().getFirst().values())
        .as("the mean of what is known")
        .containsExactly(2000);
  }
}
