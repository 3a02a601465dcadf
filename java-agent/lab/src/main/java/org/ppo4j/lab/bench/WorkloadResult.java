package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ppo4j.lab.bench.Workload.Unit;

/**
 * The measurements of one workload in {@code bench.json}.
 *
 * @param name the name on the command line
 * @param what a line that describes it
 * @param unit the unit of its measurements
 * @param programs the implementations; the first is ppo4j's
 */
public record WorkloadResult(String name, String what, Unit unit, List<ProgramResult> programs) {

  public WorkloadResult {
    programs = List.copyOf(programs);
  }

  /** Returns the result of a workload; computes the ratios of its programs. */
  static WorkloadResult of(Workload workload, List<ProgramResult> programs) {
    ProgramResult ours = programs.getFirst();
    List<ProgramResult> all = new ArrayList<>(List.of(ours));
    programs.stream()
        .skip(1)
        .map(program -> program.against(ours, workload.unit()))
        .forEach(all::add);
    return new WorkloadResult(workload.name(), workload.what(), workload.unit(), all);
  }

  ProgramResult ours() {
    return programs.getFirst();
  }

  /** Returns the best setting of each measured contender, the one with the smallest ratio. */
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

  /** Returns the ratio of each round in which both ppo4j and the program have a sample. */
  double[] ratios(ProgramResult program) {
    int rounds = Math.min(ours().samples().size(), program.samples().size());
    return IntStream.range(0, rounds)
        .mapToDouble(i -> unit.ratio(ours().samples().get(i), program.samples().get(i)))
        .toArray();
  }
}
