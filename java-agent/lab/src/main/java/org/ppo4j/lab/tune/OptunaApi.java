package org.ppo4j.lab.tune;

/** The calls of {@code tuning.py}, the class {@code Calls}; arguments and replies are JSON. */
interface OptunaApi {
  /** Opens or makes the study of {@code request}. */
  String open(String request);

  /** Begins a trial. */
  String ask();

  /** Records a figure of a running trial; replies with whether to prune it. */
  String report(int number, long step, double value);

  /** Ends a trial. */
  String tell(int number, String outcome);

  /** Replies with all trials that have begun. */
  String trials();

  /** Replies with the importance of each parameter. */
  String importance();
}
