package org.ppo4j.lab.peer;

import java.nio.file.Path;
import java.util.List;
import org.ppo4j.gymnasium.PinnedVersions;
import org.ppo4j.lab.peer.PeerPackages.Pins;

/** Another implementation of PPO that {@code ./ppo4j compare} can train. */
public enum Peer {
  /** CleanRL's own scripts, on the Gymnasium and the gym they were written for. */
  CLEANRL(PeerPackages.CLEANRL) {

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
    public void check(String env, boolean continuous) {
      if (!continuous && !DISCRETE.contains(env)) {
        throw new PeerException(
            ("the ppo.py of %s runs on gym %s, which has of its tasks only %s and no %s;"
                    + " compare with curves of CleanRL that were recorded elsewhere")
                .formatted(title(), Pins.GYM_OF_CLEANRL, String.join(", ", DISCRETE), env));
      }
    }

    @Override
    public String note() {
      return NOT_EVALUATED;
    }
  },

  /**
   * CleanRL's {@code ppo_continuous_action.py} on the Gymnasium and the MuJoCo that ppo4j runs on,
   * by the script {@code peer_cleanrl.py}.
   */
  CLEANRL_V5(PeerPackages.CLEANRL_V5) {

    @Override
    public List<String> command(Path python, Training training, Path folder) {
      return List.of(
          python.toString(),
          PeerVenv.script("peer_cleanrl.py", folder).toString(),
          training.env(),
          Long.toString(training.steps()),
          Long.toString(training.seed()));
    }

    @Override
    public void check(String env, boolean continuous) {}

    @Override
    public String note() {
      return ("CleanRL %s was written for Gymnasium %s; to run on %s, three calls of Gymnasium were"
                  + " replaced in it, and nothing of the learning. ")
              .formatted(Pins.CLEANRL, Pins.GYMNASIUM_OF_CLEANRL, PinnedVersions.GYMNASIUM)
          + NOT_EVALUATED;
    }
  },

  /** Stable-Baselines3 with CleanRL's hyperparameters, by the script {@code peer_sb3.py}. */
  SB3(PeerPackages.SB3) {

    @Override
    public List<String> command(Path python, Training training, Path folder) {
      return List.of(
          python.toString(),
          PeerVenv.script("peer_sb3.py", folder).toString(),
          training.env(),
          Long.toString(training.steps()),
          Long.toString(training.seed()),
          folder.toString(),
          Integer.toString(training.evaluationEpisodes()),
          Long.toString(training.evaluationSeed()));
    }

    @Override
    public void check(String env, boolean continuous) {}

    @Override
    public String note() {
      return "Stable-Baselines3 was given CleanRL's hyperparameters; it bootstraps truncated episodes"
          + " and shares one VecNormalize.";
    }
  };

  /** Tasks of gym 0.23.1 with discrete actions that need nothing more, such as Box2D or Atari. */
  private static final List<String> DISCRETE =
      List.of("Acrobot-v1", "CartPole-v0", "CartPole-v1", "MountainCar-v0");

  private static final String NOT_EVALUATED =
      "CleanRL %s does not save its normalisers, so its policies cannot be evaluated after the training."
          .formatted(Pins.CLEANRL);

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

  private final PeerPackages packages;

  Peer(PeerPackages packages) {
    this.packages = packages;
  }

  /**
   * Returns the peer that {@code --against} calls {@code cleanrl} or {@code sb3}. CleanRL runs on
   * the Gymnasium of its time for discrete actions and for MuJoCo's v4 tasks, as its published
   * numbers do, and else on today's.
   */
  public static Peer of(String name, String env, boolean continuous) {
    if (name.equals("sb3")) {
      return SB3;
    }
    return continuous && !env.endsWith("-v4") ? CLEANRL_V5 : CLEANRL;
  }

  /** Returns name and version. */
  public String title() {
    return packages.title();
  }

  /** Returns the name of its folders. */
  public String folder() {
    return packages.folder();
  }

  /** Returns the command that trains, run in {@code folder} with an absolute path. */
  public abstract List<String> command(Path python, Training training, Path folder);

  /**
   * Checks that the peer has an environment.
   *
   * @throws PeerException if it has not
   */
  public abstract void check(String env, boolean continuous);

  /** Returns what a reader must know of its results, in sentences. */
  public abstract String note();

  /** Returns what it is installed from. */
  public PeerPackages packages() {
    return packages;
  }
}
