package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one program has given so far. */
final class Tally {
  final Program program;
  private final List<Figure> figures = new ArrayList<>();
  private @Nullable String failure;

  Tally(Program program) {
    this.program = program;
  }

  void add(Figure figure) {
    figures.add(figure);
  }

  void fail(String why) {
    failure = why;
  }

  boolean hasFailed() {
    return failure != null;
  }

  ProgramResult result() {
    return ProgramResult.of(program.contender(), program.setting(), figures, failure);
  }

  /** Returns what the last run gave, for the user. */
  String last(Unit unit) {
    return failure == null
        ? "%s %s".formatted(Figures.text(figures.getLast()), unit.symbol())
        : "failed, " + failure;
  }
}
