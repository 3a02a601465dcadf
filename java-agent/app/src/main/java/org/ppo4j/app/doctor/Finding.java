package org.ppo4j.app.doctor;

import org.jspecify.annotations.Nullable;

/**
 * The result of one check.
 *
 * @param name what was checked, such as {@code Python}
 * @param status whether it is as it should be
 * @param text what was found, a phrase
 * @param fix what to do or to type; null if nothing
 */
public record Finding(String name, Status status, String text, @Nullable String fix) {
  /** Whether what was checked is as it should be. */
  public enum Status {
    /** It is. */
    OK,
    /** It is not, but what was asked for works without. */
    NOTE,
    /** It is not, and what was asked for needs it. */
    MISSING
  }

  static Finding ok(String name, String text) {
    return new Finding(name, Status.OK, text, null);
  }

  static Finding note(String name, String text, @Nullable String fix) {
    return new Finding(name, Status.NOTE, text, fix);
  }

  static Finding missing(String name, String text, String fix) {
    return new Finding(name, Status.MISSING, text, fix);
  }

  /** Returns MISSING if it is needed, and otherwise NOTE. */
  static Finding unless(boolean needed, String name, String text, String fix) {
    return needed ? missing(name, text, fix) : note(name, text, fix);
  }
}
