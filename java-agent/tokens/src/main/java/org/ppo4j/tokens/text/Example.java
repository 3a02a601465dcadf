package org.ppo4j.tokens.text;

import java.util.Map;

/**
 * A line of a data set, in the names of TRL's standard formats.
 *
 * @param columns all columns that are texts: {@code prompt}, {@code completion}, {@code chosen},
 *     {@code rejected}, and any others, which reward functions receive
 * @param place the file and the line, for messages
 */
public record Example(Map<String, String> columns, String place) {

  /** Returns a column, which {@link Examples#read} has required. */
  public String column(String name) {
    String text = columns.get(name);
    if (text == null) {
      throw new IllegalArgumentException("%s has no %s".formatted(place, name));
    }
    return text;
  }

  /** Returns the prompt. */
  public String prompt() {
    return column("prompt");
  }
}
