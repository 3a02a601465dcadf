package org.ppo4j.lab.bench;

/**
 * What one run of a program gave.
 *
 * @param value in the work's unit
 * @param bound whether the program gave up, so that {@code value} is the least its time can be
 */
public record Figure(double value, boolean bound) {

  static Figure of(double value) {
    return new Figure(value, false);
  }
}
