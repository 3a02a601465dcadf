package org.ppo4j.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.live.LanguageRun;
import org.ppo4j.live.LanguageRun.Sample;
import org.ppo4j.tokens.run.TokenRun;
import org.ppo4j.tokens.run.TokenTraining;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.train.ClippedUpdates;

/** Shows a training of a language model on the page of {@link DashboardOption}, if it is wanted. */
final class TokensPage {
  private static final int SAMPLES = 8;

  private final @Nullable LanguageRun shown;

  private TokensPage(@Nullable LanguageRun shown) {
    this.shown = shown;
  }

  /** Has a training observed, which has not begun, and prints the address of the page. */
  static TokensPage of(DashboardOption.Page page, TokenRun run, TokenTraining training) {
    ClippedUpdates updates = training.trainer().clippedUpdates();
    LanguageRun shown =
        page.show(
            about(run, training.trainer().steps()),
            updates == null
                ? null
                : new LanguageRun.Clipping(
                    updates.range(), updates.minibatches(), updates.epochs()));
    if (shown != null) {
      if (updates != null) {
        updates.observe(shown);
      }
      training.observe((examples, texts, rewards) -> shown.samples(some(examples, texts, rewards)));
    }
    return new TokensPage(shown);
  }

  /** Returns what the page says of a run. */
  static LanguageRun.About about(TokenRun run, long steps) {
    return new LanguageRun.About(
        String.valueOf(run.path().toAbsolutePath().normalize().getFileName()),
        run.config().model(),
        run.config().algorithm().id(),
        run.config().train().seed(),
        steps);
  }

  /** Returns some completions, at equal distances. */
  private static List<Sample> some(List<Example> examples, List<String> texts, double[] rewards) {
    int n = Math.min(SAMPLES, texts.size());
    return IntStream.range(0, n)
        .map(i -> (int) ((long) i * texts.size() / n))
        .mapToObj(i -> new Sample(examples.get(i).prompt(), texts.get(i), rewards[i]))
        .toList();
  }

  /** Shows the numbers of a step. */
  void step(int step, Map<String, Double> numbers) {
    if (shown != null) {
      shown.step(step, new LinkedHashMap<>(numbers)); // keeps the order
    }
  }

  /** Shows how the training ended. */
  void end(String outcome) {
    if (shown != null) {
      shown.end(outcome);
    }
  }
}
