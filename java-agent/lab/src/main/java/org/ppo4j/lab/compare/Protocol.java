package org.ppo4j.lab.compare;

/** What the return of a training is. The two are different quantities and are never mixed. */
enum Protocol {
  /** CleanRL's: how well the policy did while it learnt, actions drawn. */
  LAST_EPISODES(
      "last 100 training episodes, stochastic",
      "The mean raw return of the last 100 episodes of the training itself, actions drawn from the"
          + " policy. CleanRL's tables have this.") {
    @Override
    double[] returns(SeedRun run) {
      return run.episodes().last();
    }
  },

  /** SB3's and Tianshou's: how well the trained policy does, most probable actions. */
  EVALUATION(
      "evaluation of the trained policy, deterministic",
      "The mean raw return of episodes after the training, the most probable action taken and the"
          + " normaliser frozen. SB3 Zoo's and Tianshou's tables have this.") {
    @Override
    double[] returns(SeedRun run) {
      return run.evaluation();
    }
  };

  private final String title;
  private final String explanation;

  Protocol(String title, String explanation) {
    this.title = title;
    this.explanation = explanation;
  }

  String title() {
    return title;
  }

  String explanation() {
    return explanation;
  }

  /** Returns the returns of a training, one an episode; of length 0 where there are none. */
  abstract double[] returns(SeedRun run);
}
