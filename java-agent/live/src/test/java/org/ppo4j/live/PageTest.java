package org.ppo4j.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.tensorboard.EventWriter;

/** The page in a headless Chromium, with real clicks and keys. */
@Tag("browser")
class PageTest {
  private static Browser browser;

  private final Dashboard dashboard = Dashboard.open(0);

  @BeforeAll
  static void start() {
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void close() {
    dashboard.close();
  }

  private void openExplainer(int width, boolean dark) throws InterruptedException {
    browser.open(dashboard.address(), width, 900, dark);
    browser.await("the recorded run", () -> browser.text("#place").startsWith("Update 1,"));
  }

  private static double number(String selector) {
    String text = browser.text(selector).replace('−', '-').replaceAll("[^0-9.-]", "");
    return text.isEmpty() || text.equals("-") ? Double.NaN : Double.parseDouble(text);
  }

  @ParameterizedTest
  @CsvSource({"1280, false", "1280, true", "360, false", "360, true"})
  void hindersNobodyAndFits(int width, boolean dark) throws IOException, InterruptedException {
    openExplainer(width, dark);
    browser.await(
        "curves",
        () -> Objects.equals(browser.run("return !!document.querySelector('.u-wrap')"), true));
    assertThat(browser.violations()).isEmpty();
    assertThat(browser.run("return document.documentElement.scrollWidth"))
        .as("no scrolling to the side")
        .isEqualTo((long) width);
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void theRecordedRunIsSteppedThrough() throws InterruptedException {
    openExplainer(1280, false);
    browser.click("#next-update");
    assertThat(browser.text("#place"))
        .startsWith("Update 18,")
        .contains("epoch 10, minibatch 4 of 4");
    assertThat(number("#share-above_negative")).as("some are clipped at the end").isPositive();
    browser.click("#previous-update");
    assertThat(browser.text("#place")).startsWith("Update 1,");
    assertThat(browser.find("#previous-update").isEnabled()).isFalse();
    browser.find("#minibatch").sendKeys(Keys.HOME);
    assertThat(browser.text("#place")).contains("epoch 1, minibatch 1 of 4");
    assertThat(number("#share-inside_positive") + number("#share-inside_negative"))
        .as("every ratio is 1 at first")
        .isEqualTo(100);
    browser.find("#minibatch").sendKeys(Keys.ARROW_RIGHT);
    assertThat(browser.text("#place")).contains("epoch 1, minibatch 3 of 4");
    browser.click("#play");
    browser.await(
        "the end of the update",
        () -> browser.text("#place").contains("epoch 10, minibatch 4 of 4"));
    browser.await("a policy", () -> browser.text("#episode").startsWith("After update 1: step"));
  }

  @Test
  void aSampleIsDraggedAndMovedByKeys() throws InterruptedException {
    openExplainer(1280, false);
    assertThat(browser.text("#explorer output"))
        .isEqualTo(
            "r A = 1.95 and clip(r) A = 1.80; the smaller one counts: 1.80. Good, raised enough. It"
                + " is already more probable by more than ε. No gradient: this update takes no more"
                + " from it. Slope 0.");
    browser.find("[name=advantage]").sendKeys(Keys.HOME);
    assertThat(browser.text("#explorer output"))
        .contains("Bad, but raised")
        .contains("Slope −2.50");
    int width = browser.find("#explorer canvas").getSize().getWidth();
    // Pressed outside of every handle, the mark comes to the pointer.
    new Actions(browser.driver())
        .moveToElement(browser.find("#explorer canvas"), -width / 3, -60)
        .clickAndHold()
        .moveByOffset(-10, 0)
        .release()
        .perform();
    assertThat(browser.text("#explorer output"))
        .contains("Bad, lowered enough")
        .contains("Slope 0");
    browser.find("[name=epsilon]").sendKeys(Keys.END);
    assertThat(number("[name=epsilon] + b")).isEqualTo(0.6);
  }

  /** The page's formulas are those that the training uses, and each case has its slope. */
  @Test
  void theFormulasAreThoseOfTheLoss() throws InterruptedException {
    openExplainer(1280, false);
    PolicyLoss loss = new PolicyLoss.Clipped();
    browser.run(
        "window.found = null; import('./surrogate.js').then((module) => { window.found = module;"
            + " })");
    browser.await("the module", () -> browser.run("return window.found && 1") != null);
    for (double ratio : new double[] {0.2, 0.79, 0.81, 1, 1.19, 1.21, 2.5}) {
      for (double advantage : new double[] {-2, -0.3, 0, 0.7, 3}) {
        List<?> page =
            (List<?>)
                Objects.requireNonNull(
                    browser.run(
                        "const [r, a] = arguments; const m = window.found;return [m.objective(r, a,"
                            + " 0.2), m.slope(r, a, 0.2), m.caseOf(r, a, 0.2)];",
                        ratio,
                        advantage));
        assertThat(((Number) page.get(0)).doubleValue())
            .isEqualTo(-loss.loss(0, ratio, advantage, 0.2));
        double gradient = -loss.gradient(ratio, advantage, 0.2) / ratio;
        assertThat(((Number) page.get(1)).doubleValue()).isCloseTo(gradient, Offset.offset(1e-12));
        String side = ratio < 0.8 ? "below_" : ratio > 1.2 ? "above_" : "inside_";
        assertThat(page.get(2)).isEqualTo(side + (advantage < 0 ? "negative" : "positive"));
      }
    }
  }

  @Test
  void aTrainingIsFollowedPausedAndSteppedBack() throws InterruptedException {
    try (Training training =
        Training.on("CartPole-v1")
            .config(c -> c.totalTimesteps(50_000_000))
            .listener(dashboard.listener("my run"))
            .build()) {
      Thread thread = Thread.ofPlatform().start(training::run);
      browser.open(dashboard.address(), 1280, 900, false);
      browser.await("the run", () -> browser.text("#title").equals("my run"));
      browser.await("updates", () -> browser.find("#previous-update").isEnabled());
      assertThat(browser.text("#state")).isEqualTo("CartPole-v1, ppo, seed 1: training");
      browser.await("a return", () -> number("#tile-return") > 10);
      browser.await("an episode", () -> browser.text("#episode").startsWith("Step "));
      browser.click("#follow");
      assertThat(browser.text("#follow")).isEqualTo("Follow the training");
      String place = browser.text("#place");
      double steps = number("#tile-steps");
      browser.await("the training proceeds", () -> number("#tile-steps") != steps);
      assertThat(browser.text("#place")).as("the picture stands still").isEqualTo(place);
      browser.click("#previous-update");
      assertThat(browser.text("#place")).isNotEqualTo(place);
      training.stop();
      thread.join();
      browser.await("the end", () -> browser.text("#state").endsWith(": stopped"));
      dashboard.close();
      browser.await("the notice", () -> browser.text("#notice").startsWith("ppo4j has ended"));
      assertThat(number("#tile-return")).as("what there was stays").isPositive();
    }
  }

  /** A language model has samples instead of a policy playing, and its own curves. */
  @Test
  void aLanguageModelIsFollowed() throws IOException, InterruptedException {
    LanguageRun run =
        dashboard.show(
            new LanguageRun.About("sums", "sums/sft/model", "ppo", 1, 100),
            new LanguageRun.Clipping(0.2, 1, 1));
    browser.open(dashboard.address(), 1280, 900, false);
    browser.await("the run", () -> browser.text("#title").equals("sums"));
    assertThat(browser.text("#state")).isEqualTo("sums/sft/model, ppo, seed 1: training");
    for (int step = 1; step <= 40; step++) {
      run.minibatch(2, new float[] {-1, -0.5f}, new float[] {-1, -1}, new float[] {1, -1});
      run.samples(List.of(new LanguageRun.Sample("1+2=", "<b>3</b>", 1)));
      run.step(step, Map.of("train/objective/scores", 0.75, "train/new/curve", 2.0));
      Thread.sleep(50);
    }
    browser.await("an update", () -> browser.text("#place").contains("2 samples"));
    browser.await("samples", () -> browser.find("#samples").isDisplayed());
    assertThat(browser.text("#samples tbody")).as("text, not HTML").isEqualTo("1+2= <b>3</b> 1");
    browser.await("the steps", () -> browser.text("#progress-text").equals("40 of 100 steps"));
    assertThat(browser.text("#tile-return-name")).isEqualTo("Reward");
    assertThat(number("#tile-return")).isEqualTo(0.75);
    assertThat(browser.find("#tile-length").isDisplayed()).as("no second number").isFalse();
    assertThat(browser.find("#policy").isDisplayed()).isFalse();
    browser.await("curves", () -> titles().size() == 3);
    assertThat(titles()).containsExactly("Reward", "Speed", "train/new/curve");
    assertThat(browser.violations()).isEmpty();
    run.end("finished");
    browser.await("the end", () -> browser.text("#state").endsWith(": finished"));
    assertThat(browser.errors()).isEmpty();
  }

  /** Returns the titles of the curves that are shown. */
  private static List<String> titles() {
    List<?> found =
        (List<?>)
            Objects.requireNonNull(
                browser.run(
                    "return [...document.querySelectorAll('#charts figure:not([hidden]) h3')].map("
                        + "(each) => each.textContent)"));
    return found.stream().map(String::valueOf).toList();
  }

  /** Nothing was kept of a finished run but its curves, so nothing else is shown. */
  @Test
  void aFinishedLanguageModelHasCurvesOnly(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (EventWriter writer = EventWriter.create(folder, Instant.now())) {
      for (int step = 0; step < 5; step++) {
        writer.scalar(Instant.now(), step, "eval/reward", step);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      dashboard.show(
          new LanguageRun.About("sums", "model", "dpo", 1, 4),
          "finished",
          files.findFirst().orElseThrow());
    }
    browser.open(dashboard.address(), 360, 900, true);
    browser.await("the run", () -> browser.text("#state").endsWith(": finished"));
    browser.await("a number", () -> browser.text("#tile-return").equals("4"));
    assertThat(browser.text("#tile-return-name")).isEqualTo("Reward in evaluations");
    for (String hidden : List.of("#clipping", "#explorer", "#policy", "#samples")) {
      assertThat(browser.find(hidden).isDisplayed()).as(hidden).isFalse();
    }
    assertThat(browser.violations()).isEmpty();
  }

  @Test
  void aWrongTokenIsExplained() throws InterruptedException {
    browser.open(dashboard.address() + "x", 1280, 900, false);
    browser.await("the notice", () -> browser.text("#notice").startsWith("The token is missing"));
    assertThat(browser.text("main").lines()).as("the rest is hidden").hasSize(1);
    assertThat(browser.text("#title")).isEqualTo("Not connected");
  }
}
