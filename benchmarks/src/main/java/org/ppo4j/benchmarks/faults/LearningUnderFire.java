package org.ppo4j.benchmarks.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.PythonEnvConfig;
import org.ppo4j.gymnasium.PythonVectorEnv;

/**
 * Trainings of CartPole-v1 in Python, of which a random worker is killed in every iteration. The
 * final policy then plays 100 episodes that nothing disturbs, with drawn actions as in training:
 * kills cut long episodes more often than short ones, so the returns of training are too low.
 *
 * <p>They take a million steps. Without a kill all seeds solve the task then; after half of them
 * six of ten do.
 */
final class LearningUnderFire {
  private static final String ID = "CartPole-v1";
  private static final double SOLVED = 475;
  private static final int STEPS = 1_000_000;
  private static final int EPISODES = 100;
  private static final long EVALUATION_SEED = 1_000_000;

  /** A kill ends half the episodes with 2 workers, which then are hardly ever of full length. */
  private static final int WORKERS = 4;

  /** The instants of the kills are spread over this time, about that of an iteration. */
  private static final int SPREAD_MILLIS = 300;

  private LearningUnderFire() {}

  /** Trains with the seeds {@code 1 .. seeds}; returns whether all that ended have solved it. */
  static boolean run(Path csv, int seeds, int minutes) throws IOException, InterruptedException {
    boolean all = true;
    long until = System.nanoTime() + minutes * 60_000_000_000L;
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv))) {
      out.println(
          "seed,outcome,training_return,policy_return,steps,iterations,restarts,seconds,remains");
      for (int seed = 1; seed <= seeds && System.nanoTime() < until; seed++) {
        all &= train(seed, until, out);
      }
    }
    return all;
  }

  private static boolean train(int seed, long until, PrintWriter out)
      throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    AtomicLong iterations = new AtomicLong();
    AtomicLong steps = new AtomicLong();
    List<Thread> killers = new ArrayList<>();
    long start = System.nanoTime();
    Outcome outcome;
    double mean;
    double policy;
    long restarts;
    try (Warnings _ = new Warnings();
        PythonVectorEnv env = PythonVectorEnv.open(config(seed));
        Training training =
            Training.on(env)
                .seed(seed)
                .config(c -> c.totalTimesteps(STEPS))
                .onIteration(
                    (running, iteration) -> {
                      iterations.set(iteration.number());
                      steps.set(iteration.globalStep());
                      if (System.nanoTime() > until) {
                        running.stop();
                      } else if (iteration.globalStep() < running.totalSteps()) {
                        killers.add(Thread.ofPlatform().daemon().start(() -> kill(random)));
                      }
                    })
                .build()) {
      outcome = training.run();
      for (Thread killer : killers) { // none may meet the next training
        killer.join();
      }
      mean = training.returns().mean();
      policy = undisturbed(training.policy());
      restarts = env.restarts();
    }
    String row =
        String.format(
            Locale.ROOT,
            "%d,%s,%.1f,%.1f,%d,%d,%d,%.0f,%d",
            seed,
            outcome,
            mean,
            policy,
            steps.get(),
            iterations.get(),
            restarts,
            (System.nanoTime() - start) / 1e9,
            Remains.find().size());
    out.println(row);
    out.flush();
    System.out.println(row);
    return policy >= SOLVED;
  }

  private static double undisturbed(TrainedPolicy policy) {
    try (VectorEnv env = Envs.make(ID, 10)) {
      return Evaluator.run(env, policy, EPISODES, true, EVALUATION_SEED).meanReturn();
    }
  }

  private static PythonEnvConfig config(int seed) {
    PythonEnvConfig config = PythonEnvConfig.of(ID, 8).withWorkers(WORKERS).withSeed(seed);
    return config.withMaxWorkerRestarts(1_000_000);
  }

  private static void kill(SplittableRandom random) {
    try {
      Thread.sleep(random.nextInt(SPREAD_MILLIS));
    } catch (InterruptedException e) {
      return;
    }
    List<ProcessHandle> guards = Workers.guards();
    if (!guards.isEmpty()) {
      guards
          .get(random.nextInt(guards.size()))
          .children()
          .findFirst()
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
