package org.ppo4j.lab.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * The input of a comparison report.
 *
 * @param env the environment's id
 * @param command the command line that repeats the study
 * @param ours the contender that all others are compared with
 * @param others the contenders it is compared with, in the order of the command line
 * @param problems missing data, in sentences
 * @param about how the trainings were run, in sentences
 */
public record ComparisonInput(
    String env,
    String command,
    Contender.Trained ours,
    List<Contender> others,
    List<String> problems,
    List<String> about) {

  public ComparisonInput {
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

  /** Returns the facts that a reader needs in addition to the numbers, in sentences. */
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
