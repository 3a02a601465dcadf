package org.ppo4j.lab.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * All that a report is made of.
 *
 * @param env the environment's id
 * @param command the command line that repeats the study
 * @param ours what all others are compared to
 * @param others what it is compared to, in the order they were asked for
 * @param problems what is missing, in sentences
 * @param about how the trainings were run, in sentences
 */
public record Sides(
    String env,
    String command,
    Contender.Trained ours,
    List<Contender> others,
    List<String> problems,
    List<String> about) {

  public Sides {
    others = List.copyOf(others);
    problems = List.copyOf(problems);
    about = List.copyOf(about);
  }

  List<Contender> all() {
    List<Contender> all = new ArrayList<>();
    all.add(ours);
    all.addAll(others);
    return all;
  }

  List<Contender.Trained> trained() {
    return all().stream()
        .filter(Contender.Trained.class::isInstance)
        .map(Contender.Trained.class::cast)
        .toList();
  }

  List<Contender.Table> tables() {
    return all().stream()
        .filter(Contender.Table.class::isInstance)
        .map(Contender.Table.class::cast)
        .toList();
  }

  /** Returns what a reader must know besides the numbers, in sentences. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    trained().forEach(each -> remarks.addAll(each.problems()));
    remarks.addAll(problems);
    remarks.addAll(about);
    for (Contender.Table each : tables()) {
      remarks.add(
          "%s: %s; the seeds themselves are not published. Versions: %s."
              .formatted(each.name(), each.row().source(), each.row().versions()));
    }
    return remarks;
  }
}
