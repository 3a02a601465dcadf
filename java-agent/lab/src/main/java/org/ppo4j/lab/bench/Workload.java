package org.ppo4j.lab.bench;

import java.util.List;
import java.util.Set;

/**
 * Something that ppo4j and others do.
 *
 * @param name what the user calls it
 * @param what a line that describes it
 * @param unit what its figures are
 * @param programs who do it; the first is ours
 */
public record Work(String name, String what, Unit unit, List<Program> programs) {

  public Work {
    programs = List.copyOf(programs);
  }

  /** Returns this work without the programs of peers that are not wanted. */
  public Work only(Set<BenchPeer> wanted) {
    return new Work(
        name,
        what,
        unit,
        programs.stream()
            .filter(program -> program.peer() == null || wanted.contains(program.peer()))
            .toList());
  }
}
