package org.ppo4j.live;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;

/** A run as the page shows it: written by the training's thread, read by those of the server. */
final class ShownRun {
  /** The name of the return among the numbers: the mean of the last 100 episodes. */
  static final String RETURN = "return";

  /** The name of the length among the numbers: the mean of the last 100 episodes. */
  static final String LENGTH = "length";

  /** The name of the speed among the numbers, in steps per second. */
  static final String SPEED = "speed";

  final History history = new History();
  final AtomicInteger viewers = new AtomicInteger();
  private final About about;
  private final @Nullable Player player;
  private volatile String state;
  private volatile @Nullable Update update;
  private volatile List<LanguageRun.Sample> samples = List.of();

  /** What is known of a run from its start. */
  sealed interface About {}

  /**
   * A training on an environment.
   *
   * @param title the name of the run, such as that of its folder
   */
  record OfEnvironment(String title, RunConfig config) implements About {}

  /**
   * A training of a language model.
   *
   * @param hasUpdates whether its updates are sampled
   */
  record OfLanguage(LanguageRun.About about, boolean hasUpdates) implements About {}

  /**
   * @param state {@code running}, or how it ended
   * @param player plays its policy; null if it cannot be shown
   */
  ShownRun(About about, String state, @Nullable Player player) {
    this.about = about;
    this.state = state;
    this.player = player;
  }

  About about() {
    return about;
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

  /** Returns the newest texts that a language model drew; the same list until there are others. */
  List<LanguageRun.Sample> samples() {
    return samples;
  }

  void show(List<LanguageRun.Sample> newest) {
    samples = newest;
  }

  @Nullable Player player() {
    return player;
  }
}
