package org.ppo4j.agent.parameter;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;

/** Checks values against the ranges that {@link Hyperparameter} declares. */
public final class Ranges {
  private Ranges() {}

  /**
   * Checks all values of a record. Call it in the record's compact constructor.
   *
   * @param type the record's class
   * @param values the record's components, in their order; those without the annotation are not
   *     checked
   * @throws InvalidHyperparameterException if one is not in its range
   */
  public static void require(Class<? extends Record> type, Object... values) {
    RecordComponent[] components = type.getRecordComponents();
    if (components.length != values.length) {
      throw new IllegalStateException(
          "%s has %d components, but %d values are checked"
              .formatted(type.getSimpleName(), components.length, values.length));
    }
    for (int i = 0; i < values.length; i++) {
      if (components[i].isAnnotationPresent(Hyperparameter.class)) {
        require(components[i], values[i]);
      }
    }
  }

  /**
   * Checks one value.
   *
   * @param component a component that has the annotation
   * @throws InvalidHyperparameterException if the value is not in the component's range
   */
  public static void require(RecordComponent component, Object value) {
    switch (Objects.requireNonNull(value, component.getName())) {
      case Number number -> requireNumber(component, number, value);
      case List<?> list ->
          list.forEach(element -> requireNumber(component, (Number) element, list));
      default -> {}
    }
  }

  private static void requireNumber(RecordComponent component, Number number, Object shown) {
    Hyperparameter declared =
        Objects.requireNonNull(component.getAnnotation(Hyperparameter.class), component.getName());
    double value = number.doubleValue();
    boolean valid =
        declared.in().isEmpty()
            ? Double.isFinite(value)
            : Interval.parse(declared.in()).contains(value);
    if (!valid) {
      throw new InvalidHyperparameterException(
          "%s%s must lie in %s, but got %s (%s)"
              .formatted(
                  shown instanceof List ? "each of the " : "",
                  component.getName(),
                  declared.in().isEmpty() ? "(-inf, inf)" : declared.in(),
                  shown,
                  declared.value()),
          component.getName());
    }
  }
}
