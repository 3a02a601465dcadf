package org.ppo4j.ray;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.ppo4j.agent.actor.ActorLostException;
import org.ppo4j.agent.actor.ActorTask;
import org.ppo4j.agent.actor.Actors;
import org.ppo4j.agent.checkpoint.StateBytes;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.ray.Frames.Frame;

/** Actors in JVMs that this process starts and writes to, as Ray's actors do on their nodes. */
final class PipedActors implements Actors {
  private final List<ActorTask> tasks;
  private final List<Jvm> jvms = new ArrayList<>();
  private long collection;
  private byte[] common = {};

  /** A JVM and the pipes to it. */
  private static final class Jvm {
    private final Process process;
    private final Frames frames;
    private final String hello;
    private long published = -1;

    Jvm() throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-modules=jdk.incubator.vector",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ActorMain.class.getName())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      frames = new Frames(process.getInputStream(), process.getOutputStream());
      hello = frames.receive().text("ppo4j");
    }
  }

  PipedActors(List<ActorTask> tasks) {
    this.tasks = tasks;
    tasks.forEach(_ -> jvms.add(jvm()));
  }

  private static Jvm jvm() {
    try {
      return new Jvm();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String version(int actor) {
    return jvms.get(actor).hello;
  }

  /** Kills the JVM of an actor; the next order finds it dead. */
  void kill(int actor) {
    jvms.get(actor).process.destroyForcibly().onExit().join();
  }

  /** Returns the JVMs that run. */
  long alive() {
    return jvms.stream().filter(each -> each.process.isAlive()).count();
  }

  @Override
  public void publish(long number, TrainingState state) {
    collection = number;
    common = StateBytes.encode(state);
  }

  @Override
  public CompletableFuture<TrainingState> collect(int actor, long number, TrainingState order) {
    Jvm jvm = jvms.get(actor);
    try {
      if (jvm.published != number) {
        jvm.frames.send(Frames.message("common").put("collection", collection), common);
        jvm.published = number;
      }
      ObjectNode message =
          Frames.message("collect").put("collection", number).put("task", tasks.get(actor).json());
      jvm.frames.send(message, StateBytes.encode(order));
      Frame reply = jvm.frames.receive();
      return reply.has("error")
          ? CompletableFuture.failedFuture(new IllegalStateException(reply.text("error")))
          : CompletableFuture.completedFuture(StateBytes.decode(reply.payload()));
    } catch (IOException e) {
      jvms.set(actor, jvm());
      return CompletableFuture.failedFuture(
          new ActorLostException("actor %d was lost: %s".formatted(actor, e.getMessage())));
    }
  }

  @Override
  public Map<String, Double> figures() {
    return Map.of();
  }

  @Override
  public void close() {
    for (Jvm each : jvms) {
      try {
        each.process.getOutputStream().close();
      } catch (IOException e) {
        each.process.destroyForcibly();
      }
      each.process.onExit().join();
    }
  }
}
