package org.ppo4j.lab.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task that ppo4j and other implementations perform.
 *
 * @param name the name on the command line
 * @param what a line that describes it
 * @param unit the unit of its measurements
 * @param programs the implementations; the first is ppo4j's
 */
public record Workload(String name, String what, Unit unit, List<Program> programs) {
  public Workload {
    programs = List.copyOf(programs);
  }

  /** Returns this workload without the programs of peers that are not wanted. */
  public Workload only(Set<BenchPeer> wanted) {
    return new Workload(
        name,
        what,
        unit,
        programs.stream()
            .filter(program -> program.peer() == null || wanted.contains(program.peer()))
            .toList());
  }

  /** The unit of a workload's measurements. */
  public enum Unit {
    STEPS_PER_SECOND("steps/s", true),
    SECONDS("s", false),
    MILLISECONDS("ms", false);

    private final String symbol;
    private final boolean rate;

    Unit(String symbol, boolean rate) {
      this.symbol = symbol;
      this.rate = rate;
    }

    String symbol() {
      return symbol;
    }

    /** Returns how many times faster a program that measured {@code ours} is than the other. */
    double ratio(double ours, double theirs) {
      return rate ? ours / theirs : theirs / ours;
    }
  }

  /**
   * One run of a program.
   *
   * @param folder an empty folder for this run alone, absolute, the program's working folder
   * @param seed the seed of the round, from 1
   */
  public record Round(Path folder, int seed) {}

  /**
   * One implementation of a workload, run in a separate process.
   *
   * @param contender the implementation; the best of a contender's settings counts
   * @param setting a setting such as the number of threads; empty if there is only one
   * @param peer the peer whose packages it needs; null if it needs none
   * @param environment variables that its process gets in addition to this one's
   * @param command returns the command line of a round; installs the peer the first time
   * @param reading reads the measurement of a completed run
   */
  public record Program(
      String contender,
      String setting,
      @Nullable BenchPeer peer,
      Map<String, String> environment,
      Function<Round, List<String>> command,
      Function<CompletedRun, Measurement> reading) {

    /** Returns a program of ppo4j. */
    static Program ours(
        Function<Round, List<String>> command, Function<CompletedRun, Measurement> reading) {
      return new Program("ppo4j", "", null, Map.of(), command, reading);
    }

    String name() {
      return setting.isEmpty() ? contender : contender + ", " + setting;
    }
  }
}
