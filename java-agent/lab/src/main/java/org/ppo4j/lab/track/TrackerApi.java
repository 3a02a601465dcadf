package org.ppo4j.lab.track;

/** The calls of {@code tracking.py}, the class {@code Calls}; arguments and replies are JSON. */
interface TrackerApi {
  /** Begins a run, or continues the one of an id; replies with its id and where it is shown. */
  String open(String request);

  /** Adds rows: environment step, time in milliseconds since 1970, numbers by name. */
  String log(String rows);

  /** Ends the run. */
  String close(String summary, boolean succeeded);
}
