package org.ppo4j.gymnasium;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.StepBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all workers of one environment were asked, if others are to repeat it ({@link
 * PythonEnvConfig#exactRecovery}). The repetition begins with the last reset by a seed: what an
 * environment does after it depends, if it is deterministic, on that seed and the actions only.
 */
final class Replays {
  private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

  private final EnvSpec spec;
  private final PythonEnvConfig config;
  private final long maxBytes;

  /** A log for each worker; empty if nothing is to be repeated. */
  private final ReplayLog[] logs;

  private boolean warned;

  /** Creates the logs, which take at most a quarter of the memory that Java may use. */
  Replays(EnvSpec spec, PythonEnvConfig config) {
    this(spec, config, Runtime.getRuntime().maxMemory() / 4);
  }

  /** Creates the logs, which take at most {@code maxBytes}. */
  Replays(EnvSpec spec, PythonEnvConfig config, long maxBytes) {
    this.spec = spec;
    this.config = config;
    this.maxBytes = maxBytes;
    AtomicLong remaining = new AtomicLong(maxBytes);
    logs = new ReplayLog[config.exactRecovery() ? config.processes() : 0];
    for (int w = 0; w < logs.length; w++) {
      int first = config.firstOf(w);
      logs[w] = new ReplayLog(first, config.firstOf(w + 1) - first, spec, remaining);
    }
  }

  /** Logs a request that worker {@code w} has carried out. */
  void note(int w, Consumer<ReplayLog> request) {
    if (logs.length == 0) {
      return;
    }
    boolean wasComplete = logs[w].isComplete();
    request.accept(logs[w]);
    if (wasComplete && !logs[w].isComplete() && !warned) {
      warned = true;
      LOG.warn(
          "the actions since the last reset of {} take more than {} MB, a quarter of"
              + " Java's memory, so exactRecovery (--exact-recovery) has no effect from now on;"
              + " more memory (-Xmx) allows more",
          spec.id(),
          maxBytes >> 20);
    }
  }

  /** Returns whether all that worker {@code w} did since its last reset by a seed is known. */
  boolean isPossible(int w) {
    return logs.length > 0 && logs[w].isComplete();
  }

  /** Returns the number of steps that are to be repeated for worker {@code w}. */
  int steps(int w) {
    return logs[w].size() - 1;
  }

  /**
   * Has {@code worker} repeat what worker {@code w} did.
   *
   * @param deadline is set for each request
   * @param requireWanted throws if the caller no longer wants to wait
   * @return whether everything was the same; if not, nothing is repeated from now on
   */
  boolean replay(int w, Worker worker, Deadline deadline, Runnable requireWanted) {
    StepBatch given =
        new StepBatch(config.numEnvs(), spec.observationSpace().size(), spec.maskSize());
    int same =
        logs[w].replay(
            new ReplayLog.Replayer() {
              @Override
              public void reset(long seed) {
                worker.carryOut(each -> each.postReset(seed), deadline, requireWanted);
                worker.read(given, false);
              }

              @Override
              public void reset(long[] seeds) {
                worker.carryOut(each -> each.postReset(seeds), deadline, requireWanted);
                worker.read(given, seeds);
              }

              @Override
              public void step(double[] actions) {
                worker.carryOut(each -> each.postStep(actions), deadline, requireWanted);
                worker.read(given, true);
              }

              @Override
              public StepBatch given() {
                return given;
              }
            });
    boolean isSame = same == logs[w].size();
    if (!isSame) {
      giveUp(
          "gave other observations, rewards or masks of actions %s than before"
              .formatted(
                  same == 0 ? "at the reset" : "at step %d after the reset".formatted(same)));
    }
    return isSame;
  }

  /**
   * Receives the failure of a repetition. One that raises what it did not raise before, or fails
   * again where the worker failed, is of no use a second time.
   *
   * @param inLastStep whether it failed where the worker failed
   */
  void failed(int w, EnvException failure, boolean inLastStep) {
    if (inLastStep) {
      logs[w].forget();
      LOG.warn("{} fails again in the same step, which is therefore lost", spec.id());
    } else if (failure instanceof PythonException raised) {
      giveUp("raised what it did not raise before (%s)".formatted(raised.summary()));
    }
  }

  private void giveUp(String difference) {
    LOG.warn(
        "{} is not deterministic: its repetition {}, so exactRecovery (--exact-recovery)"
            + " has no effect from now on, and the episodes of a worker that fails are cut off",
        spec.id(),
        difference);
    for (ReplayLog log : logs) {
      log.end();
    }
  }
}
