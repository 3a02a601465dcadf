package org.ppo4j.ray;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ppo4j.env.EnvException;
import org.ppo4j.gymnasium.BridgeModule;
import org.ppo4j.ray.Frames.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Python process that talks to Ray, {@code ppo4j_bridge.ray_driver}. */
final class RayDriver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RayDriver.class);
  private static final int KEPT_LINES = 3;
  private static final long SECONDS_TO_END = 30;

  private final Process process;
  private final Frames frames;
  private final Deque<String> errors = new ArrayDeque<>();

  /** Receives what the process sends. */
  interface Receiver {
    void receive(Frame frame);

    /** The process has ended. */
    void ended(String why);
  }

  private RayDriver(Process process) {
    this.process = process;
    frames = new Frames(process.getInputStream(), process.getOutputStream());
    Thread.ofPlatform().daemon().name("ppo4j-ray-stderr").start(this::keepErrors);
  }

  /**
   * Starts the process.
   *
   * @param variables environment variables for it, and for a cluster that it starts
   * @throws EnvException if it does not start, or Python lacks Ray
   */
  static RayDriver start(Path python, Map<String, String> variables) {
    RayDriver driver =
        new RayDriver(BridgeModule.start(python, "ray_driver", List.of(), variables));
    try {
      Frame first = driver.frames.receive();
      if (first.text("op").equals("missing")) {
        driver.close();
        throw new EnvException(RayPython.missing(python, first.text("module")));
      }
      return driver;
    } catch (IOException e) {
      driver.close();
      throw new EnvException(
          "%s cannot run ppo4j_bridge.ray_driver: %s".formatted(python, driver.lastErrors()), e);
    }
  }

  /** Passes on all frames, on a separate thread. */
  void listen(Receiver receiver) {
    Thread.ofPlatform()
        .daemon()
        .name("ppo4j-ray")
        .start(
            () -> {
              try {
                while (true) {
                  receiver.receive(frames.receive());
                }
              } catch (IOException e) {
                receiver.ended(lastErrors());
              }
            });
  }

  void send(ObjectNode message, byte[] payload) {
    try {
      frames.send(message, payload);
    } catch (IOException e) {
      throw new EnvException(
          "the process that talks to Ray has ended: %s; resume the training from its last checkpoint"
              .formatted(lastErrors()),
          e);
    }
  }

  private void keepErrors() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        LOG.debug("{}: {}", process.pid(), line);
        synchronized (errors) {
          errors.add(line.strip());
          if (errors.size() > KEPT_LINES) {
            errors.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("standard error of {}", process.pid(), e);
    }
  }

  private String lastErrors() {
    synchronized (errors) {
      return errors.isEmpty() ? "it says nothing" : String.join(" / ", errors);
    }
  }

  /** Ends the process, and with it the actors. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("closing the input of {}", process.pid(), e);
    }
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
