package org.ppo4j.agent.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The components of {@link PpoConfig} as things to go through: by name, with their ranges, and as
 * the options of the command line that are named after them.
 */
public final class Hyperparameters {
  private static final List<RecordComponent> COMPONENTS =
      List.of(PpoConfig.class.getRecordComponents());

  private static final Map<String, Interval> INTERVALS =
      COMPONENTS.stream()
          .filter(component -> !description(component).in().isEmpty())
          .collect(
              Collectors.toUnmodifiableMap(
                  RecordComponent::getName,
                  component -> Interval.parse(description(component).in())));

  private Hyperparameters() {}

  /** Returns the components in the order of the record. */
  public static List<RecordComponent> components() {
    return COMPONENTS;
  }

  /** Returns what {@code component} means. */
  public static Hyperparameter description(RecordComponent component) {
    return Objects.requireNonNull(component.getAnnotation(Hyperparameter.class));
  }

  /** Returns the option that sets the component of that name: {@code --num-envs} for numEnvs. */
  public static String option(String name) {
    return "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** Returns the value of {@code component} in {@code config}. */
  public static Object value(PpoConfig config, RecordComponent component) {
    try {
      return component.getAccessor().invoke(config);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns {@code config} with the components named in {@code changes} replaced. */
  static PpoConfig with(PpoConfig config, Map<String, ?> changes) {
    Map<String, Object> left = new TreeMap<>(changes);
    Class<?>[] types = COMPONENTS.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        COMPONENTS.stream()
            .map(c -> left.containsKey(c.getName()) ? left.remove(c.getName()) : value(config, c))
            .toArray();
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no hyperparameter named %s; the names are %s"
              .formatted(
                  left.keySet().iterator().next(),
                  COMPONENTS.stream()
                      .map(RecordComponent::getName)
                      .collect(Collectors.joining(", "))));
    }
    try {
      return PpoConfig.class.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a value in %s is not of its hyperparameter's type".formatted(changes), e);
    }
  }

  /** Throws {@link IllegalArgumentException} if {@code value} is not valid for that component. */
  public static void check(String name, Object value) {
    switch (value) {
      case Number number -> checkNumber(name, number, value);
      case List<?> list -> list.forEach(element -> checkNumber(name, (Number) element, list));
      default -> {}
    }
  }

  private static void checkNumber(String name, Number number, Object shown) {
    Interval interval = INTERVALS.get(name);
    boolean valid =
        interval == null
            ? Double.isFinite(number.doubleValue())
            : interval.contains(number.doubleValue());
    if (!valid) {
      RecordComponent component =
          COMPONENTS.stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
      String range = interval == null ? "(-inf, inf)" : description(component).in();
      String subject = shown instanceof List ? "each of the " : "";
      throw new IllegalArgumentException(
          "%s%s must lie in %s, but got %s (%s)"
              .formatted(subject, option(name), range, shown, description(component).value()));
    }
  }
}
