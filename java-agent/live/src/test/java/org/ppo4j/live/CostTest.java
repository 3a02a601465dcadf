package org.ppo4j.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.ppo4j.agent.Training;

/**
 * Measures what the page costs a training; {@code java-agent/live/cost} runs it. CartPole-v1 is
 * trained alternately without a page, with a page that nobody opened, and with one that is read. Of
 * each it prints the median seconds of the training's thread on a processor, which other programs
 * of the machine hardly change.
 */
@EnabledIfSystemProperty(
    named = "ppo4j.cost",
    matches = "\\d+",
    disabledReason = "java-agent/live/cost measures")
class CostTest {
  private static final int WARM_UP_STEPS = 300_000;
  private static final int STEPS = 5_000_000;

  private enum Page {
    NONE,
    CLOSED,
    READ
  }

  @Test
  void aPageCostsTheTrainingsThreadLittle() throws InterruptedException {
    for (Page page : Page.values()) {
      seconds(page, WARM_UP_STEPS);
    }
    Map<Page, List<Double>> measured = new EnumMap<>(Page.class);
    for (int i = 0; i < Integer.getInteger("ppo4j.cost"); i++) {
      for (Page page : Page.values()) {
        measured.computeIfAbsent(page, _ -> new ArrayList<>()).add(seconds(page, STEPS));
      }
    }
    measured.forEach((page, seconds) -> System.out.printf("%-6s %.3f s%n", page, median(seconds)));
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    System.out.printf("load   %.1f%n", load);
    assertThat(median(measured.getOrDefault(Page.READ, List.of())))
        .isLessThan(1.05 * median(measured.getOrDefault(Page.NONE, List.of())));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double seconds(Page page, int steps) throws InterruptedException {
    if (page == Page.NONE) {
      try (Training training =
          Training.on("CartPole-v1").config(c -> c.totalTimesteps(steps)).build()) {
        return seconds(training);
      }
    }
    Thread reader;
    double seconds;
    try (Dashboard dashboard = Dashboard.open(0);
        Training training =
            Training.on("CartPole-v1")
                .config(c -> c.totalTimesteps(steps))
                .listener(dashboard.listener("run"))
                .build()) {
      reader = Thread.ofPlatform().unstarted(() -> read(URI.create(dashboard.address())));
      if (page == Page.READ) {
        reader.start();
        while (dashboard.pages() == 0) {
          Thread.sleep(10);
        }
      }
      seconds = seconds(training);
    }
    reader.join();
    return seconds;
  }

  private static double seconds(Training training) {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    training.run();
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) * 1e-9;
  }

  private static void read(URI address) {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/events"))
            .header("Authorization", "Bearer " + address.getFragment())
            .build();
    try (HttpClient client = HttpClient.newHttpClient();
        InputStream events = client.send(request, BodyHandlers.ofInputStream()).body()) {
      events.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
