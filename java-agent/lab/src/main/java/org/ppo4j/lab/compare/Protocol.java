package org.ppo4j.lab.compare;

/** The definition of a training's return. The two are different quantities and are never mixed. */
enum Protocol {
  /** CleanRL's: the returns during training, with sampled actions. */
  LAST_EPISODES(
      "last 100 training episodes, stochastic",
      "The mean raw return of the last 100 episodes of the training itself, with actions sampled"
          + " from the policy. CleanRL's tables use this protocol.") {
    @Override
    double[] returns(SeedRun run) {
      return run.episodes().last();
    }
  },

  /** SB3's and Tianshou's: the returns of the trained policy, with its most probable actions. */
  EVALUATION(
      "evaluation of the trained policy, deterministic",
      "The mean raw return of episodes after the training, with the most probable actions and a"
          + " frozen normaliser. The tables of SB3 Zoo and Tianshou use this protocol.") {
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

  /** Returns the returns of a training, one an episode; of length 0 if there are none. */
  abstract double[] returns(SeedRun run);
}
