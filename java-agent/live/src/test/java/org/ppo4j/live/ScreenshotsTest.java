package org.ppo4j.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.Keys;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.update.LrSchedule;

/** Takes the pictures of docs/dashboard.md; {@code java-agent/live/screenshots} runs it. */
@EnabledIfSystemProperty(
    named = "ppo4j.screenshots",
    matches = ".+",
    disabledReason = "java-agent/live/screenshots takes them")
class ScreenshotsTest {
  private static final int DESK = 1280;
  private static final int PHONE = 360;

  private final Path folder = Path.of(System.getProperty("ppo4j.screenshots", "."));

  @Test
  void explainer() throws IOException, InterruptedException {
    try (Browser browser = Browser.start();
        Dashboard dashboard = Dashboard.open(0)) {
      explainer(browser, dashboard, DESK, false, "dashboard-explainer-light.png", 1180);
      explainer(browser, dashboard, PHONE, false, "dashboard-phone-light.png", 1500);
    }
  }

  private void explainer(
      Browser browser, Dashboard dashboard, int width, boolean dark, String name, int height)
      throws IOException, InterruptedException {
    browser.open(dashboard.address(), width, 900, dark);
    browser.await("the recorded run", () -> browser.text("#place").startsWith("Update 1,"));
    browser.click("#next-update");
    browser.find("#minibatch").sendKeys(Keys.END);
    save(browser, width, name, height);
  }

  @Test
  void training() throws IOException, InterruptedException {
    try (Browser browser = Browser.start();
        Dashboard dashboard = Dashboard.open(0);
        Training training =
            Training.on("CartPole-v1")
                .config(
                    c ->
                        c.totalTimesteps(1_000_000)
                            .learningRate(1e-3)
                            .lrSchedule(LrSchedule.CONSTANT)
                            .updateEpochs(10)
                            .clipCoef(0.1))
                .listener(dashboard.listener("CartPole-v1__default__1"))
                .build()) {
      Thread thread = Thread.ofPlatform().start(training::run);
      training(browser, dashboard, DESK, true, "dashboard-training-dark.png", 0);
      training(browser, dashboard, PHONE, true, "dashboard-phone-dark.png", 1500);
      training(browser, dashboard, DESK, false, "dashboard-training-light.png", 0);
      training.stop();
      thread.join();
    }
  }

  private void training(
      Browser browser, Dashboard dashboard, int width, boolean dark, String name, int height)
      throws IOException, InterruptedException {
    browser.open(dashboard.address(), width, 900, dark);
    browser.await("updates", () -> browser.find("#previous-update").isEnabled());
    browser.await("an episode", () -> browser.text("#episode").startsWith("Step "));
    Thread.sleep(4000); // some curves
    browser.click("#follow");
    browser.find("#minibatch").sendKeys(Keys.END);
    save(browser, width, name, height);
  }

  private void save(Browser browser, int width, String name, int height) throws IOException {
    browser.run("document.activeElement.blur()");
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), browser.screenshot(width, height));
  }
}
