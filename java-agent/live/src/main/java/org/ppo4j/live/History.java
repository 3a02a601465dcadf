package org.ppo4j.live;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The numbers of a training over its steps. It holds at most {@value #CAPACITY} rows: when it is
 * full, each two rows become one, their mean, and so do those that follow, so that a training of
 * any length takes the same memory and its rows stay equally far apart.
 *
 * <p>One thread adds rows, and any number of threads read them.
 */
final class History {
  private static final int CAPACITY = 2000;

  /**
   * A row.
   *
   * @param step the environment steps so far
   * @param seconds the seconds since the training began
   * @param values the numbers in the order of the names; those after the end, and NaN, are unknown
   */
  record Row(long step, double seconds, double[] values) {}

  /** A place in a history, up to which a reader has it. */
  record Cursor(int generation, int names, int rows) {
    static final Cursor START = new Cursor(-1, 0, 0);
  }

  /**
   * What a reader does not have.
   *
   * @param reset whether the rows replace all that the reader has
   */
  record News(Cursor cursor, boolean reset, List<String> names, List<Row> rows) {}

  /** What {@link #add} put aside. */
  private record Added(
      long step, double seconds, Map<String, Double> numbers, Map<String, Double> moreNumbers) {
    List<Map<String, Double>> maps() {
      return List.of(numbers, moreNumbers);
    }
  }

  private final Queue<Added> added = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> names = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<Row> pending = new ArrayList<>();
  private int stride = 1;
  private int generation;

  /**
   * Adds the numbers of an iteration. They are only put aside, so that the caller loses no time;
   * {@link #tidy} and readers arrange them.
   *
   * @param numbers the numbers by name, which do not change any more
   */
  void add(long step, double seconds, Map<String, Double> numbers) {
    add(step, seconds, numbers, Map.of());
  }

  /** Adds numbers of two maps, which have no name in common; otherwise as above. */
  void add(
      long step, double seconds, Map<String, Double> numbers, Map<String, Double> moreNumbers) {
    added.add(new Added(step, seconds, numbers, moreNumbers));
  }

  /** Arranges the rows that were added. */
  synchronized void tidy() {
    for (Added each = added.poll(); each != null; each = added.poll()) {
      arrange(each);
    }
  }

  private void arrange(Added each) {
    for (Map<String, Double> map : each.maps()) {
      map.keySet().forEach(name -> names.computeIfAbsent(name, _ -> names.size()));
    }
    double[] values = new double[names.size()];
    Arrays.fill(values, Double.NaN);
    for (Map<String, Double> map : each.maps()) {
      map.forEach((name, value) -> values[names.getOrDefault(name, 0)] = value);
    }
    pending.add(new Row(each.step, each.seconds, values));
    if (pending.size() < stride) {
      return;
    }
    rows.add(mean(pending));
    pending.clear();
    if (rows.size() >= CAPACITY) {
      halve();
    }
  }

  private void halve() {
    List<Row> all = List.copyOf(rows);
    rows.clear();
    for (int i = 0; i + 1 < all.size(); i += 2) {
      rows.add(mean(all.subList(i, i + 2)));
    }
    stride *= 2;
    generation++;
  }

  /** Returns the mean of rows, at the last one's step; of unknown numbers, that of the others. */
  private static Row mean(List<Row> rows) {
    Row last = rows.getLast();
    double[] values = new double[last.values.length];
    for (int i = 0; i < values.length; i++) {
      int column = i;
      values[i] =
          rows.stream()
              .filter(row -> column < row.values.length)
              .mapToDouble(row -> row.values[column])
              .filter(value -> !Double.isNaN(value))
              .average()
              .orElse(Double.NaN);
    }
    return new Row(last.step, last.seconds, values);
  }

  /** Returns what a reader at {@code cursor} does not have. */
  synchronized News since(Cursor cursor) {
    tidy();
    boolean reset = cursor.generation != generation || cursor.names != names.size();
    List<Row> fresh = List.copyOf(rows.subList(reset ? 0 : cursor.rows, rows.size()));
    return new News(
        new Cursor(generation, names.size(), rows.size()),
        reset,
        List.copyOf(names.keySet()),
        fresh);
  }
}
