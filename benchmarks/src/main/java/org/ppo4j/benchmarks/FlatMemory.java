package org.ppo4j.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

/**
 * Measures the memory of a training of ten million steps of CartPole-v1: {@code
 * benchmarks/flat-memory}. Prints ten times the bytes that all threads allocated since the last
 * time, the number of collections, and the size of the heap after a full collection.
 */
public final class FlatMemory {
  /** The first multiple of the batch size above ten million. */
  private static final long STEPS = 10_000_384;

  private static final long MARK = 1_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FlatMemory() {}

  public static void main(String[] args) {
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2)).with(c -> c.totalTimesteps(STEPS));
    System.out.println(
        "| steps | bytes allocated a step | collections | heap after a full one, KB |");
    System.out.println("| ---: | ---: | ---: | ---: |");
    try (VectorEnv env = Stepping.inJava("CartPole-v1", config.collect().numEnvs(), 1);
        ActorCritic network =
            ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config), 2)) {
      new Ppo(env, Algorithm.PPO, config, network, 1).train(new Marks());
    }
  }

  private static final class Marks implements TrainingListener {
    private long next = MARK;
    private long last;
    private long allocated = THREADS.getTotalThreadAllocatedBytes();
    private long collections = collections();

    @Override
    public void iteration(Iteration iteration) {
      long globalStep = iteration.globalStep();
      if (globalStep < next) {
        return;
      }
      long bytes = THREADS.getTotalThreadAllocatedBytes() - allocated;
      long collected = collections() - collections;
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          "| %,d | %.2f | %d | %,d |%n",
          globalStep,
          (double) bytes / (globalStep - last),
          collected,
          (runtime.totalMemory() - runtime.freeMemory()) / 1024);
      next += MARK;
      last = globalStep;
      collections = collections();
      allocated = THREADS.getTotalThreadAllocatedBytes();
    }

    private static long collections() {
      return ManagementFactory.getGarbageCollectorMXBeans().stream()
          .mapToLong(GarbageCollectorMXBean::getCollectionCount)
          .sum();
    }
  }
}
