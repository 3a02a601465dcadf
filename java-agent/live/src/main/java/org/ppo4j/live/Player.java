package org.ppo4j.live;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.policy.PolicySession;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Plays episodes with a policy at the speed of a film, in a thread that runs while it is watched.
 * The environment is separate from those of the training.
 */
final class Player implements AutoCloseable {
  /** Frames per second of the environments that the page draws, as Gymnasium's, up to 30. */
  private static final Map<String, Integer> FRAMES_PER_SECOND =
      Map.of(
          "CartPole-v0", 30,
          "CartPole-v1", 30,
          "MountainCar-v0", 30,
          "MountainCarContinuous-v0", 30,
          "Acrobot-v1", 15,
          "Pendulum-v1", 30);

  private static final System.Logger LOG = System.getLogger(Player.class.getName());
  private static final long FIRST_SEED = 1_000_000;
  private static final long PAUSE_AFTER_EPISODE = 400; // milliseconds

  /**
   * What the page draws.
   *
   * @param number counts the frames
   * @param observation the observation, {@code [O]}
   * @param length the steps of the episode so far
   * @param episodicReturn the rewards of the episode so far
   */
  record Frame(long number, double[] observation, int length, double episodicReturn) {}

  private final RunConfig config;
  private final AtomicReference<@Nullable TrainedPolicy> next = new AtomicReference<>();
  private volatile @Nullable Frame frame;
  private @Nullable Thread thread;
  private int viewers;

  private Player(RunConfig config) {
    this.config = config;
  }

  /** Returns a player of a run; null if the page cannot draw its environment. */
  static @Nullable Player of(RunConfig config) {
    return FRAMES_PER_SECOND.containsKey(config.env())
            && config.backend() != RunConfig.Backend.PROGRAM
            && Envs.isNative(config.env())
        ? new Player(config)
        : null;
  }

  /** Has the policy played from the next step on; it is closed here. */
  void play(TrainedPolicy policy) {
    close(next.getAndSet(policy));
  }

  /** Returns the newest frame; null before the first. */
  @Nullable Frame frame() {
    return frame;
  }

  /** Starts to play if this is the first viewer. */
  synchronized void join() {
    viewers++;
    if (thread == null) {
      thread = Thread.ofVirtual().name("ppo4j-player").start(this::run);
    }
  }

  /** Stops playing if this was the last viewer. */
  synchronized void leave() {
    viewers--;
    if (viewers == 0) {
      stop();
    }
  }

  /** Stops playing. */
  @Override
  public synchronized void close() {
    stop();
    close(next.getAndSet(null));
  }

  private void stop() {
    if (thread != null) {
      thread.interrupt();
      thread = null;
    }
  }

  private void run() {
    @Nullable TrainedPolicy policy = null;
    @Nullable PolicySession session = null;
    try (VectorEnv env = Envs.make(config.env(), 1, config.envKwargs())) {
      long period = 1000 / FRAMES_PER_SECOND.getOrDefault(config.env(), 30);
      StepBatch batch = StepBatch.of(env);
      double[] action = new double[env.spec().actionSpace().size()];
      env.reset(FIRST_SEED, batch);
      double sum = 0;
      int length = 0;
      for (long number = 0; !Thread.currentThread().isInterrupted(); number++) {
        @Nullable TrainedPolicy newer = next.getAndSet(null);
        if (newer != null) {
          close(policy);
          policy = newer;
          session = newer.session(1);
        }
        frame = new Frame(number, batch.observations.clone(), length, sum);
        Thread.sleep(period);
        if (session == null) {
          continue;
        }
        session.act(batch.observations, batch.actionMasks, action);
        env.step(action, batch);
        session.step(batch);
        sum += batch.rewards[0];
        length++;
        if (batch.isDone(0)) {
          frame = new Frame(++number, batch.finalObservations.clone(), length, sum);
          Thread.sleep(PAUSE_AFTER_EPISODE);
          sum = 0;
          length = 0;
        }
      }
    } catch (InterruptedException _) {
      // no one watches
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "the dashboard cannot play " + config.env(), e);
    } finally {
      if (policy != null && !next.compareAndSet(null, policy)) {
        policy.close();
      }
    }
  }

  private static void close(@Nullable TrainedPolicy policy) {
    if (policy != null) {
      policy.close();
    }
  }
}
