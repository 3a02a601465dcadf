package org.ppo4j.benchmarks;

import java.util.List;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.VectorEnv;

/**
 * One iteration of a training, a rollout and its update: {@code benchmarks/jmh IterationBenchmark}.
 * The line {@code iteration:steps} counts environment steps, {@code iteration:updateSeconds} the
 * seconds of each second that the update takes. With {@code -p backend=python} environments are
 * Gymnasium's.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class IterationBenchmark {

  @Param({"CartPole-v1", "HalfCheetah-v5"})
  public String task = "";

  @Param("native")
  public String backend = "";

  @Param("8")
  public int envs;

  /** Transitions of a rollout. */
  @Param("2048")
  public int batch;

  /** Steps of each environment in a rollout; 0 for those of {@link #batch}. */
  @Param("0")
  public int steps;

  /** Transitions of a minibatch; 0 for the task's default number of minibatches. */
  @Param("64")
  public int minibatch;

  /** Of both hidden layers. */
  @Param("64")
  public int width;

  /** Of the networks, and of MuJoCo's native tasks. */
  @Param({"1", "2"})
  public int threads;

  /** Python processes. */
  @Param("1")
  public int workers;

  @SuppressWarnings("NullAway.Init") // set by open
  private Loop loop;

  /** Counts work, for JMH to report it per second. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    public long steps;
    public double updateSeconds;
  }

  @Setup
  public void open() {
    VectorEnv env =
        backend.equals("python")
            ? Stepping.inPython(task, envs, workers)
            : Stepping.inJava(task, envs, threads);
    int rollout = steps == 0 ? batch / envs : steps;
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, env.spec().actionSpace())
            .with(
                c -> {
                  c.totalTimesteps((long) envs * rollout).numEnvs(envs).numSteps(rollout);
                  c.hiddenSizes(List.of(width, width));
                  if (minibatch > 0) {
                    c.numMinibatches(envs * rollout / minibatch);
                  }
                });
    loop = new Loop(env, config, threads);
  }

  @TearDown
  public void close() {
    loop.close();
  }

  @Benchmark
  public Metrics iteration(Work work) {
    loop.collect();
    long collected = System.nanoTime();
    Metrics stats = loop.update();
    work.updateSeconds += 1e-9 * (System.nanoTime() - collected);
    work.steps += loop.batchSize();
    return stats;
  }
}
