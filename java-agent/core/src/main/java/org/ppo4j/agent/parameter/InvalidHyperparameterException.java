package org.ppo4j.agent.parameter;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A hyperparameter has a value that is not valid, or not valid together with others. */
public final class InvalidHyperparameterException extends IllegalArgumentException
    implements NamesHyperparameters {
  private static final long serialVersionUID = 1L;

  private final String component;
  private final String[] others;

  /**
   * Creates the exception.
   *
   * @param message one sentence that names the hyperparameters as Java does
   * @param component the hyperparameter at fault
   * @param others the other hyperparameters that the message names
   */
  public InvalidHyperparameterException(String message, String component, String... others) {
    super(message);
    this.component = component;
    this.others = others.clone();
  }

  /**
   * Creates the exception.
   *
   * @param message one sentence that names the hyperparameters as Java does
   * @param names the hyperparameters that the message names, the one at fault first
   */
  public InvalidHyperparameterException(String message, List<String> names) {
    this(message, names.getFirst(), names.subList(1, names.size()).toArray(String[]::new));
  }

  /** Returns the name of the hyperparameter at fault. */
  public String component() {
    return component;
  }

  @Override
  public List<String> hyperparameters() {
    return Stream.concat(Stream.of(component), Arrays.stream(others)).toList();
  }
}
