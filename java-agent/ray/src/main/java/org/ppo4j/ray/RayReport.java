package org.ppo4j.ray;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ppo4j.env.EnvException;
import org.ppo4j.ray.Frames.Frame;

/**
 * What a cluster has, found out by connecting to it and starting one actor.
 *
 * @param ray the version of Ray
 * @param python the version of its Python
 * @param nodes the names, addresses and CPUs of the nodes, as text
 * @param cpus the CPUs of all nodes
 * @param freeCpus those that nothing has reserved
 * @param actor the node on which an actor started, and its Java
 */
public record RayReport(
    String ray, String python, List<String> nodes, double cpus, double freeCpus, String actor) {

  public RayReport {
    nodes = List.copyOf(nodes);
  }

  /**
   * Examines a cluster, and leaves it as it was.
   *
   * @throws EnvException if it cannot be connected to, or no actor can be started
   */
  public static RayReport of(RayOptions options) {
    BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    try (RayDriver driver = RayDriver.start(options.python(), Map.of())) {
      driver.listen(
          new RayDriver.Receiver() {
            @Override
            public void receive(Frame frame) {
              frames.add(frame);
            }

            @Override
            public void ended(String why) {
              ObjectNode message = Frames.message("failed").put("failure", why);
              frames.add(new Frame(message, new byte[0]));
            }
          });
      driver.send(RayActors.connection(options, 1), RayActors.jars());
      JsonNode cluster = next(frames, options, "connect to Ray at " + options.address());
      driver.send(Frames.message("start").put("actor", 0), new byte[0]);
      JsonNode actor = next(frames, options, "start an actor on Ray at " + options.address());
      return of(cluster, actor);
    }
  }

  private static RayReport of(JsonNode cluster, JsonNode actor) {
    List<String> nodes = new ArrayList<>();
    for (JsonNode each : cluster.path("nodes")) {
      nodes.add(
          "%s (%s) with %.4g CPUs"
              .formatted(
                  each.path("name").asText(),
                  each.path("address").asText(),
                  each.path("cpus").asDouble()));
    }
    return new RayReport(
        cluster.path("ray").asText(),
        cluster.path("python").asText(),
        nodes,
        cluster.path("cpus").asDouble(),
        cluster.path("free_cpus").asDouble(),
        "%s, Java %s".formatted(actor.path("node").asText(), actor.path("java").asText()));
  }

  private static JsonNode next(BlockingQueue<Frame> frames, RayOptions options, String what) {
    try {
      long seconds = options.startTimeout().toSeconds();
      Frame frame = frames.poll(seconds, TimeUnit.SECONDS);
      if (frame == null) {
        throw new EnvException("cannot %s within %d s".formatted(what, seconds));
      }
      if (frame.has("failure")) {
        throw new EnvException("cannot %s: %s".formatted(what, frame.text("failure")));
      }
      return frame.message();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvException("interrupted while Ray was examined", e);
    }
  }
}
