package org.ppo4j.agent.run;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/**
 * Watches a training for signs of trouble ({@link Sign}) and reports each once, in one line with
 * what to try. All listeners of the training receive the hints; {@link RunRecorder} writes them to
 * {@code summary.json}. It does not change the training.
 *
 * <p>A hint is not an error: the training may learn well nevertheless. Healthy trainings with
 * default hyperparameters give none.
 */
@SuppressWarnings("EnumOrdinal") // one flag for each sign, in an array
public final class Hints implements TrainingListener, Stateful {
  private static final Sign[] SIGNS = Sign.values();
  private static final String REPORTED = "hints/reported";

  private final Consumer<String> lines;
  private final SignWatch watch = new SignWatch();
  private final byte[] reported = new byte[SIGNS.length];
  private @Nullable RunningTraining training;

  /** Reports to the training's listeners only. */
  public Hints() {
    this(line -> {});
  }

  /**
   * Reports to the training's listeners and to {@code lines}, which can be {@code
   * System.out::println} or a logger's method.
   *
   * @param lines receives each hint's text, without the end of the line
   */
  public Hints(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
  }

  @Override
  public void iteration(Iteration iteration) {
    if (training == null) {
      return;
    }
    for (Sign sign : SIGNS) {
      if (reported[sign.ordinal()] == 0) {
        String finding = watch.finding(sign, training, iteration);
        if (finding != null) {
          reported[sign.ordinal()] = 1;
          Hint hint = Advice.hint(sign, training.config(), iteration.globalStep(), finding);
          lines.accept(hint.text());
          training.report(hint);
        }
      }
    }
  }

  @Override
  public void save(TrainingState state) {
    state.put(REPORTED, reported);
    watch.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    if (state.has(REPORTED)) { // not if the training was saved without hints
      byte[] saved = state.bytes(REPORTED); // shorter if an older version knew fewer signs
      System.arraycopy(saved, 0, reported, 0, saved.length);
      watch.restore(state);
    }
  }
}
