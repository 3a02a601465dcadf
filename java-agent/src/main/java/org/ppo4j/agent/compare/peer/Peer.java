package org.ppo4j.agent.compare.peer;

import java.nio.file.Path;
import java.util.List;

/** Another implementation of PPO that can be trained here. */
public enum Peer {
  /** CleanRL's own scripts, on the Gymnasium and the gym they were written for. */
  CLEANRL(
      "CleanRL 1.2.0",
      10,
      11,
      List.of(
          List.of(
              "numpy<2",
              "gymnasium==0.29.1",
              "gym==0.23.1",
              "pygame==2.6.1",
              "mujoco==2.3.7",
              "imageio",
              "torch",
              "tensorboard",
              "tyro"),
          List.of("--no-deps", "--ignore-requires-python", "cleanrl==1.2.0"))) {

    @Override
    public List<String> command(Path python, Training training, Path folder) {
      String script = training.continuous() ? "cleanrl.ppo_continuous_action" : "cleanrl.ppo";
      return List.of(
          python.toString(),
          "-m",
          script,
          "--cuda",
          "False",
          "--env-id",
          training.env(),
          "--seed",
          Long.toString(training.seed()),
          "--total-timesteps",
          Long.toString(training.steps()));
    }

    @Override
    public void check(String env) {
      if (env.endsWith("-v5")) {
        throw new PeerException(
            ("%s runs on MuJoCo 2.3.7 and Gymnasium 0.29.1, which have no %s; compare the v4 task,"
                    + " or give curves of CleanRL with --against PATH")
                .formatted(title(), env));
      }
    }

    @Override
    public String note() {
      return "CleanRL 1.2.0 does not save its normalisers, so its policies cannot be evaluated after"
          + " the training.";
    }
  },

  /** Stable-Baselines3 with CleanRL's hyperparameters, by the script {@code peer_sb3.py}. */
  SB3(
      "Stable-Baselines3 2.9.2",
      10,
      14,
      List.of(List.of("stable-baselines3==2.9.2", "gymnasium[mujoco,box2d]==1.4.0"))) {

    @Override
    public List<String> command(Path python, Training training, Path folder) {
      return List.of(
          python.toString(),
          PeerVenv.script("peer_sb3.py", folder.resolveSibling("peer_sb3.py")).toString(),
          training.env(),
          Long.toString(training.steps()),
          Long.toString(training.seed()),
          folder.toString(),
          Integer.toString(training.evaluationEpisodes()),
          Long.toString(training.evaluationSeed()));
    }

    @Override
    public void check(String env) {}

    @Override
    public String note() {
      return "Stable-Baselines3 was given CleanRL's hyperparameters; it bootstraps truncated episodes"
          + " and shares one VecNormalize.";
    }
  };

  /**
   * What is asked of a peer.
   *
   * @param env the environment's id
   * @param continuous whether its actions are
   * @param steps environment steps
   * @param seed the seed
   * @param evaluationEpisodes deterministic episodes after the training
   * @param evaluationSeed the environment's seed in those
   */
  public record Training(
      String env,
      boolean continuous,
      long steps,
      long seed,
      int evaluationEpisodes,
      long evaluationSeed) {}

  private final String title;
  private final int oldestMinor;
  private final int newestMinor;
  private final List<List<String>> packages;

  Peer(String title, int oldestMinor, int newestMinor, List<List<String>> packages) {
    this.title = title;
    this.oldestMinor = oldestMinor;
    this.newestMinor = newestMinor;
    this.packages = packages;
  }

  /** Returns name and version. */
  public String title() {
    return title;
  }

  /** Returns the command that trains, run in {@code folder} with an absolute path. */
  public abstract List<String> command(Path python, Training training, Path folder);

  /**
   * Checks that the peer has an environment.
   *
   * @throws PeerException if it has not
   */
  public abstract void check(String env);

  /** Returns what a reader must know of its results, in a sentence. */
  public abstract String note();

  boolean runsOn(int pythonMinor) {
    return pythonMinor >= oldestMinor && pythonMinor <= newestMinor;
  }

  String pythons() {
    return "3.%d to 3.%d".formatted(oldestMinor, newestMinor);
  }

  /** Returns arguments of {@code pip install}, one list a call. */
  List<List<String>> packages() {
    return packages;
  }
}
