package org.ppo4j.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

/**
 * A headless Chromium, with {@code chromedriver} of the same version on PATH. Debian's packages
 * {@code chromium} and {@code chromium-driver} are installed by {@code .ci/run}. Where there is
 * none, tests are skipped, except in continuous integration.
 */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Held here, since loggers without a holder lose their level. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser start() {
    Optional<Path> chromium = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = onPath("chromedriver");
    boolean found = chromium.isPresent() && chromedriver.isPresent();
    if (System.getenv("CI") != null && !found) {
      throw new IllegalStateException(
          "chromium or chromedriver is not on PATH; .ci/run installs both");
    }
    assumeTrue(found, "chromium or chromedriver is not on PATH");
    SELENIUM.setLevel(Level.SEVERE); // it warns of every version that is newer than itself
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars");
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow().toFile())
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<Path> onPath(String... names) {
    return Arrays.stream(names)
        .flatMap(
            name ->
                Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "")
                            .split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens a page of that width, in the dark or light scheme. */
  void open(String address, int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    driver.get("about:blank"); // another fragment alone loads nothing
    errors(); // forgets those of earlier pages
    driver.get(address);
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  String text(String selector) {
    return find(selector).getText();
  }

  void click(String selector) {
    find(selector).click();
  }

  /** Runs a script and returns its result. */
  @Nullable Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  ChromeDriver driver() {
    return driver;
  }

  /** Waits until something is so. */
  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("in vain waited for: " + what);
      }
      Thread.sleep(50);
    }
  }

  /** Returns the rules of axe-core that the page violates, with the elements. */
  List<String> violations() throws IOException {
    try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
      String source =
          new String(Objects.requireNonNull(axe).readAllBytes(), StandardCharsets.UTF_8);
      driver.executeScript(source);
    }
    Object json =
        driver.executeAsyncScript(
            "const done = arguments[0];"
                + "axe.run().then((found) => done(JSON.stringify(found.violations.map((each) =>"
                + " each.id + ': ' + each.nodes.map((node) => node.html).join(' ')))));");
    List<String> violations = new ArrayList<>();
    for (JsonNode each : PageJson.MAPPER.readTree(String.valueOf(json))) {
      violations.add(each.asText());
    }
    return violations;
  }

  /** Returns errors on the page's console. */
  List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getMessage())
        .toList();
  }

  /** Returns a PNG of the page from its top, of that height; 0 for the whole page. */
  byte[] screenshot(int width, int height) {
    Object full = driver.executeScript("return document.documentElement.scrollHeight");
    int tall = height == 0 ? ((Number) Objects.requireNonNull(full)).intValue() : height;
    Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", width, "height", tall, "scale", 1);
    Map<String, Object> taken =
        driver.executeCdpCommand(
            "Page.captureScreenshot",
            Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
    return Base64.getDecoder().decode(String.valueOf(taken.get("data")));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
