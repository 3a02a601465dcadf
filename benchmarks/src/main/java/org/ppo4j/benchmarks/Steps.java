package org.ppo4j.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts environment steps, for JMH to report them per second. */
@AuxCounters
@State(Scope.Thread)
public class Steps {
  /** Steps of single environments. */
  public long steps;
}
