package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The figures of one work in {@code bench.json}.
 *
 * @param name what the user calls the work
 * @param what a line that describes it
 * @param unit what its figures are
 * @param programs who did it; the first is ours
 */
public record WorkResult(String name, String what, Unit unit, List<ProgramResult> programs) {

  public WorkResult {
    programs = List.copyOf(programs);
  }

  /** Returns the result of a work of which the programs have no ratios yet. */
  static WorkResult of(Work work, List<ProgramResult> programs) {
    ProgramResult ours = programs.getFirst();
    List<ProgramResult> all = new ArrayList<>(List.of(ours));
    programs.stream().skip(1).map(program -> program.against(ours, work.unit())).forEach(all::add);
    return new WorkResult(work.name(), work.what(), work.unit(), all);
  }

  ProgramResult ours() {
    return programs.getFirst();
  }

  /** Returns for each contender that was measured its best setting: that of the least ratio. */
  List<ProgramResult> rivals() {
    Comparator<ProgramResult> byRatio = Comparator.comparing(ProgramResult::ratio);
    List<ProgramResult> measured =
        programs.stream().skip(1).filter(program -> program.ratio() != null).toList();
    return measured.stream()
        .map(ProgramResult::contender)
        .distinct()
        .map(
            contender ->
                measured.stream()
                    .filter(program -> program.contender().equals(contender))
                    .min(byRatio)
                    .orElseThrow())
        .toList();
  }

  /** Returns the ratio of each round that both ours and a program have a figure of. */
  double[] ratios(ProgramResult program) {
    int rounds = Math.min(ours().samples().size(), program.samples().size());
    return IntStream.range(0, rounds)
        .mapToDouble(i -> unit.ratio(ours().samples().get(i), program.samples().get(i)))
        .toArray();
  }
}
