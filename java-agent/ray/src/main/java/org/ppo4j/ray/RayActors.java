package org.ppo4j.ray;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.actor.ActorLostException;
import org.ppo4j.agent.actor.ActorTask;
import org.ppo4j.agent.actor.Actors;
import org.ppo4j.agent.checkpoint.StateBytes;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvException;
import org.ppo4j.gymnasium.PythonFinder;
import org.ppo4j.ray.Frames.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Actors on the nodes of a Ray cluster: one process of Ray for each slice, with a JVM in it.
 *
 * <p>If one is lost, another one is started. Until the cluster has room for it, one of the others
 * collects its slice too, so that training continues more slowly, with the same results.
 */
public final class RayActors implements Actors {
  private static final Logger LOG = LoggerFactory.getLogger(RayActors.class);
  private static final byte[] NOTHING = {};

  /** How long a slice waits for a new process before another one collects it too. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long LOOK_MILLIS = 100;

  private final RayOptions options;
  private final List<ActorTask> tasks;
  private final RayDriver driver;

  /** The processes that were started and have not ended, by number. */
  private final Map<Integer, RayProcess> processes = new LinkedHashMap<>();

  /** The number of the process of each slice. */
  private final int[] own;

  private final Map<Long, Call> calls = new HashMap<>();
  private int nextProcess;
  private long nextCall;
  private long bytes;
  private double collectMillis;
  private @Nullable JsonNode cluster;
  private @Nullable String failure;

  /** A process of Ray, from the request for it on. */
  private static final class RayProcess {
    private final int number;
    private final long requested = System.nanoTime();
    private String node = "";
    private boolean ready;

    /** Whether a warning said that there is no room for it. */
    private boolean reported;

    RayProcess(int number) {
      this.number = number;
    }
  }

  /** An order in progress. */
  private record Call(
      int slice, int process, String node, CompletableFuture<TrainingState> reply) {}

  private RayActors(RayOptions options, List<ActorTask> tasks, RayDriver driver) {
    this.options = options;
    this.tasks = List.copyOf(tasks);
    this.driver = driver;
    own = new int[tasks.size()];
    Arrays.fill(own, -1);
  }

  /** Returns what starts actors on a cluster. */
  public static Starter starter(RayOptions options) {
    return tasks -> start(options, tasks);
  }

  private static RayActors start(RayOptions options, List<ActorTask> tasks) {
    RayDriver driver = RayDriver.start(options.python(), variables(options, tasks));
    RayActors actors = new RayActors(options, tasks, driver);
    try {
      actors.open();
      return actors;
    } catch (RuntimeException | Error e) {
      actors.close();
      throw e;
    }
  }

  /** Tells a cluster on this machine which Python has Gymnasium; Ray's own need not have it. */
  private static Map<String, String> variables(RayOptions options, List<ActorTask> tasks) {
    boolean needsPython = tasks.getFirst().run().backend() == Backend.PYTHON;
    return needsPython && options.address().equals(RayOptions.LOCAL)
        ? Map.of(PythonFinder.VARIABLE, PythonFinder.find().toString())
        : Map.of();
  }

  private void open() {
    driver.listen(
        new RayDriver.Receiver() {
          @Override
          public void receive(Frame frame) {
            received(frame);
          }

          @Override
          public void ended(String why) {
            failed("the process that talks to Ray has ended: " + why);
          }
        });
    driver.send(connection(options, tasks.size()), jars());
    long limit = System.nanoTime() + options.startTimeout().toNanos();
    synchronized (this) {
      await(limit, () -> cluster != null, "connect to Ray at " + options.address());
      requireRoom();
      for (int slice = 0; slice < own.length; slice++) {
        request(slice);
      }
      await(
          limit,
          () -> processes.values().stream().allMatch(each -> each.ready),
          "start %d actors".formatted(own.length));
    }
  }

  /** Returns the part of this JVM's class path that an actor needs. */
  static byte[] jars() {
    String added = System.getenv("PPO4J_CLASSPATH");
    return ActorJars.zip(System.getProperty("java.class.path"), added == null ? "" : added);
  }

  static ObjectNode connection(RayOptions options, int actors) {
    ObjectNode message =
        Frames.message("connect")
            .put("address", options.address())
            .put("cpus", options.cpus())
            .put("local_cpus", Math.max(1, (int) Math.ceil(actors * options.cpus())))
            .put("main", ActorMain.class.getName());
    addAll(message.putArray("pip"), options.pip());
    addAll(message.putArray("modules"), options.modules());
    addAll(message.putArray("options"), options.javaOptions());
    return message;
  }

  private static void addAll(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  private void requireRoom() {
    JsonNode found = cluster;
    double has = found == null ? 0 : found.path("cpus").asDouble();
    double needed = options.cpus() * own.length;
    if (needed > has) {
      throw new EnvException(
          String.format(
              Locale.ROOT,
              "the cluster at %s has %.4g CPUs, but %d actors of %.4g need %.4g; give fewer"
                  + " --actors or less --actor-cpus, or add nodes",
              options.address(),
              has,
              own.length,
              options.cpus(),
              needed));
    }
  }

  /** Asks Ray for the process of a slice. */
  private void request(int slice) {
    RayProcess process = new RayProcess(nextProcess++);
    processes.put(process.number, process);
    own[slice] = process.number;
    driver.send(Frames.message("start").put("actor", process.number), NOTHING);
  }

  /** Waits, with the lock, until {@code isDone}; throws if that takes too long or cannot be. */
  private void await(long limit, BooleanSupplier isDone, String what) {
    while (!isDone.getAsBoolean()) {
      if (failure != null) {
        throw new EnvException("cannot %s: %s".formatted(what, failure));
      }
      if (System.nanoTime() - limit > 0) {
        throw new EnvException(
            "cannot %s within %d s; see whether the cluster has free CPUs, with ray status"
                .formatted(what, options.startTimeout().toSeconds()));
      }
      try {
        wait(LOOK_MILLIS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private static EnvException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new EnvException("interrupted while actors were awaited", e);
  }

  private synchronized void failed(String why) {
    failure = why;
    List<Call> open = List.copyOf(calls.values());
    calls.clear();
    for (Call each : open) {
      each.reply.completeExceptionally(
          new EnvException(why + "; resume the training from its last checkpoint"));
    }
    notifyAll();
  }

  private void received(Frame frame) {
    switch (frame.text("op")) {
      case "connected" -> connected(frame);
      case "started" -> started(frame);
      case "reply" -> replied(frame);
      case "failed" -> failed(frame.text("failure"));
      default -> LOG.debug("not expected: {}", frame.message());
    }
  }

  private synchronized void connected(Frame frame) {
    cluster = frame.message();
    notifyAll();
  }

  private synchronized void started(Frame frame) {
    int number = frame.message().path("actor").asInt();
    RayProcess process = processes.get(number);
    if (process == null) {
      return; // it was given up
    }
    if (frame.has("failure")) {
      processes.remove(number);
      String why = frame.text("failure");
      if (frame.message().path("lost").asBoolean()) {
        LOG.warn("an actor did not start: {}", why);
      } else {
        failed("an actor does not start: " + why);
      }
    } else {
      process.node = frame.text("node");
      process.ready = true;
    }
    notifyAll();
  }

  private void replied(Frame frame) {
    Call call;
    synchronized (this) {
      call = calls.remove(frame.message().path("call").asLong());
      if (call == null) {
        return; // it was given up
      }
      bytes += frame.payload().length;
      collectMillis = Math.max(collectMillis, frame.message().path("millis").asDouble());
      if (frame.has("failure")) {
        giveUp(call.process);
      }
    }
    if (frame.has("failure")) {
      call.reply.completeExceptionally(
          new ActorLostException(
              "actor %d on node %s was lost: %s"
                  .formatted(call.slice, call.node, frame.text("failure"))));
    } else if (frame.has("error")) {
      call.reply.completeExceptionally(
          new EnvException(
              "actor %d on node %s: %s".formatted(call.slice, call.node, frame.text("error"))));
    } else {
      call.reply.completeAsync(() -> StateBytes.decode(frame.payload()));
    }
  }

  /** Ends a process for good. */
  private synchronized void giveUp(int number) {
    if (processes.remove(number) != null) {
      driver.send(Frames.message("end").put("actor", number), NOTHING);
    }
    notifyAll();
  }

  @Override
  public void publish(long collection, TrainingState common) {
    byte[] payload = StateBytes.encode(common);
    synchronized (this) {
      collectMillis = 0;
      bytes = (long) payload.length * nodes();
    }
    driver.send(Frames.message("common").put("collection", collection), payload);
  }

  @Override
  public CompletableFuture<TrainingState> collect(int actor, long collection, TrainingState order) {
    byte[] payload = StateBytes.encode(order);
    CompletableFuture<TrainingState> reply = new CompletableFuture<>();
    long number;
    RayProcess host;
    synchronized (this) {
      try {
        host = host(actor);
      } catch (EnvException e) {
        reply.completeExceptionally(e);
        return reply;
      }
      number = nextCall++;
      bytes += payload.length;
      calls.put(number, new Call(actor, host.number, host.node, reply));
    }
    driver.send(
        Frames.message("collect")
            .put("call", number)
            .put("actor", host.number)
            .put("collection", collection)
            .put("task", tasks.get(actor).json()),
        payload);
    CompletableFuture.delayedExecutor(options.orderTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> overdue(number));
    return reply;
  }

  /** Gives up a process that takes too long. */
  private void overdue(long number) {
    Call call;
    synchronized (this) {
      call = calls.remove(number);
      if (call == null) {
        return;
      }
      giveUp(call.process);
    }
    call.reply.completeExceptionally(
        new ActorLostException(
            "actor %d on node %s was given up, because it did not collect its part within %d s (--actor-timeout)"
                .formatted(call.slice, call.node, options.orderTimeout().toSeconds())));
  }

  /**
   * Returns the process that collects a slice: its own, for which it waits, or else the one of the
   * others that collects the fewest.
   */
  private RayProcess host(int slice) {
    long limit = System.nanoTime() + options.startTimeout().toNanos();
    while (true) {
      RayProcess mine = processes.get(own[slice]);
      if (mine == null) {
        request(slice);
      } else if (mine.ready) {
        return mine;
      } else if (System.nanoTime() - mine.requested > GRACE_NANOS) {
        RayProcess other = leastLoaded();
        if (other != null) {
          if (!mine.reported) {
            mine.reported = true;
            LOG.warn(
                "there is no room for actor {} yet; the one on node {} collects its part too",
                slice,
                other.node);
          }
          return other;
        }
      }
      if (failure != null) {
        throw new EnvException(failure + "; resume the training from its last checkpoint");
      }
      if (System.nanoTime() - limit > 0) {
        throw new EnvException(
            "no actor can be started on the cluster at %s within %d s; resume the training when it has room"
                .formatted(options.address(), options.startTimeout().toSeconds()));
      }
      try {
        wait(LOOK_MILLIS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private @Nullable RayProcess leastLoaded() {
    return processes.values().stream()
        .filter(each -> each.ready)
        .min(
            Comparator.comparingLong(
                each ->
                    calls.values().stream().filter(call -> call.process == each.number).count()))
        .orElse(null);
  }

  private long nodes() {
    return processes.values().stream()
        .filter(each -> each.ready)
        .map(each -> each.node)
        .distinct()
        .count();
  }

  /** Returns the number of actors and nodes, and of the last collection its megabytes and time. */
  @Override
  public synchronized Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(
        "charts/actors", (double) processes.values().stream().filter(each -> each.ready).count());
    figures.put("charts/actor_nodes", (double) nodes());
    figures.put("charts/actor_megabytes", bytes / 1e6);
    figures.put("charts/actor_slowest_ms", collectMillis);
    return figures;
  }

  @Override
  public void close() {
    driver.close();
  }
}
