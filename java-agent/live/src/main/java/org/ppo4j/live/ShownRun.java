package org.ppo4j.live;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;

/** A run as the page shows it: written by the training's thread, read by those of the server. */
final class ShownRun {
  /** The name of the return among the numbers: the mean of the last 100 episodes. */
  static final String RETURN = "return";

  /** The name of the length among the numbers: the mean of the last 100 episodes. */
  static final String LENGTH = "length";

  /** The name of the speed among the numbers, in environment steps per second. */
  static final String SPEED = "speed";

  final History history = new History();
  final AtomicInteger viewers = new AtomicInteger();
  private final String title;
  private final RunConfig config;
  private final @Nullable Player player;
  private volatile String state;
  private volatile @Nullable Update update;

  /**
   * @param title the name of the run, such as that of its folder
   * @param state {@code running}, or how it ended
   * @param player plays its policy; null if it cannot be shown
   */
  ShownRun(String title, RunConfig config, String state, @Nullable Player player) {
    this.title = title;
    this.config = config;
    this.state = state;
    this.player = player;
  }

  String title() {
    return title;
  }

  RunConfig config() {
    return config;
  }

  String state() {
    return state;
  }

  void end(String outcome) {
    state = outcome;
  }

  @Nullable Update update() {
    return update;
  }

  void show(Update newest) {
    update = newest;
  }

  @Nullable Player player() {
    return player;
  }
}
