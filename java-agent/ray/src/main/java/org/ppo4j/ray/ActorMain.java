package org.ppo4j.ray;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.ppo4j.agent.actor.ActorTask;
import org.ppo4j.agent.actor.LocalActors;
import org.ppo4j.agent.actor.RolloutActor;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.checkpoint.StateBytes;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.gymnasium.PythonException;
import org.ppo4j.ray.Frames.Frame;

/**
 * The JVM of an actor: receives orders on standard input and writes replies to standard output. It
 * ends with its input, also during an order, which the kernel closes when its parent ends.
 */
public final class ActorMain {
  private final Frames frames;
  private final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();

  /** The actors of the slices, by their tasks; more than one if another JVM was lost. */
  private final Map<String, RolloutActor> actors = new HashMap<>();

  private long collection = -1;
  private TrainingState common = new TrainingState();

  private ActorMain(Frames frames) {
    this.frames = frames;
  }

  /** Serves until standard input ends. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Frames frames =
        new Frames(
            new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    System.setOut(System.err); // what environments print must not be read as replies
    new ActorMain(frames).serve();
  }

  private void serve() throws IOException, InterruptedException {
    Thread.ofPlatform().daemon().name("ppo4j-orders").start(this::read);
    frames.send(
        Frames.message("hello")
            .put("java", Runtime.version().toString())
            .put("ppo4j", Provenance.version()),
        new byte[0]);
    while (true) {
      Frame frame = received.take();
      switch (frame.text("op")) {
        case "common" -> {
          common = StateBytes.decode(frame.payload());
          collection = frame.message().path("collection").asLong();
        }
        case "collect" -> collect(frame);
        default -> throw new IllegalArgumentException("unknown operation " + frame.message());
      }
    }
  }

  private void read() {
    try {
      while (true) {
        received.add(frames.receive());
      }
    } catch (IOException _) {
      Runtime.getRuntime().halt(0);
    }
  }

  private void collect(Frame frame) throws IOException {
    ObjectNode reply = Frames.message("reply");
    byte[] payload = {};
    try {
      long needed = frame.message().path("collection").asLong();
      if (needed != collection) {
        throw new IllegalStateException(
            "the order is of collection %d, but %d was sent".formatted(needed, collection));
      }
      long start = System.nanoTime();
      TrainingState collected =
          actor(frame.text("task")).collect(common, StateBytes.decode(frame.payload()));
      payload = StateBytes.encode(collected);
      reply.put("millis", (System.nanoTime() - start) / 1e6);
    } catch (RuntimeException | Error e) {
      reply.put("error", sentence(e));
    }
    frames.send(reply, payload);
  }

  /** Describes a failure without Python's stack trace, whose last line has what was raised. */
  private static String sentence(Throwable e) {
    if (e instanceof PythonException raised) {
      return raised.summary();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private RolloutActor actor(String json) {
    RolloutActor actor = actors.get(json);
    if (actor == null) {
      ActorTask task = ActorTask.of(json);
      actor = new RolloutActor(task, LocalActors.environments(task));
      actors.put(json, actor);
    }
    return actor;
  }
}
