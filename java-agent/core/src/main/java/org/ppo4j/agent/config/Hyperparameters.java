package org.ppo4j.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/**
 * The flat view of {@link PpoConfig}: every hyperparameter of every stage, by name. The command
 * line, JSON and presets use it; programs use {@link PpoConfig#with}.
 */
public final class Hyperparameters {
  private static final Map<String, Entry> ENTRIES = new LinkedHashMap<>();

  static {
    collect(PpoConfig.class, List.of());
  }

  private Hyperparameters() {}

  /**
   * One hyperparameter.
   *
   * @param component the component of its stage's record
   * @param path the components that lead from {@link PpoConfig} to that record
   */
  public record Entry(RecordComponent component, List<RecordComponent> path) {

    /** Returns the name, {@code numEnvs}. */
    public String name() {
      return component.getName();
    }

    /**
     * Returns the type: {@code int}, {@code long}, {@code double}, an enum or a list of integers.
     */
    public Class<?> type() {
      return component.getType();
    }

    /** Returns the type, including the type of a list's elements. */
    public Type genericType() {
      return component.getGenericType();
    }

    /** Returns the meaning, as a phrase without a full stop. */
    public String meaning() {
      return declared().value();
    }

    /** Returns the interval of valid numbers; empty if any finite number is valid. */
    public String range() {
      return declared().in();
    }

    /** Returns the algorithms that use it. */
    public List<Algorithm> algorithms() {
      List<Algorithm> some = List.of(declared().of());
      List<Algorithm> except = List.of(declared().except());
      return (some.isEmpty() ? List.of(Algorithm.values()) : some)
          .stream().filter(algorithm -> !except.contains(algorithm)).toList();
    }

    /** Returns the value in {@code config}. */
    public Object valueIn(PpoConfig config) {
      Object record = config;
      for (RecordComponent step : path) {
        record = Hyperparameters.value(record, step);
      }
      return Hyperparameters.value(record, component);
    }

    /**
     * Checks a value.
     *
     * @throws org.ppo4j.agent.parameter.InvalidHyperparameterException if it is out of range
     */
    public void check(Object value) {
      Ranges.require(component, value);
    }

    private Hyperparameter declared() {
      return Objects.requireNonNull(component.getAnnotation(Hyperparameter.class));
    }
  }

  /**
   * The hyperparameters read from JSON.
   *
   * @param config the configuration
   * @param missing the names of the hyperparameters that the JSON lacks, in the order of {@link
   *     #all}; they have their defaults
   */
  public record Read(PpoConfig config, List<String> missing) {
    public Read {
      missing = List.copyOf(missing);
    }
  }

  /** Returns all hyperparameters, stage by stage. */
  public static List<Entry> all() {
    return List.copyOf(ENTRIES.values());
  }

  /** Returns the hyperparameter of that name, if there is one. */
  public static Optional<Entry> named(String name) {
    return Optional.ofNullable(ENTRIES.get(name));
  }

  /**
   * Returns {@code config} with changes, which are validated together.
   *
   * @param changes values by name, each of its hyperparameter's type
   * @throws IllegalArgumentException if a name is unknown or the result is not valid
   */
  public static PpoConfig with(PpoConfig config, Map<String, ?> changes) {
    for (String name : changes.keySet()) {
      if (!ENTRIES.containsKey(name)) {
        throw new IllegalArgumentException(
            "there is no hyperparameter named %s; the names are %s"
                .formatted(name, String.join(", ", ENTRIES.keySet())));
      }
      requireType(name, changes.get(name));
    }
    return (PpoConfig) changed(config, changes);
  }

  /**
   * Reads hyperparameters from an object with {@code snake_case} names. Missing ones have their
   * values in {@code defaults}.
   *
   * @param json the object
   * @param defaults the defaults for the profile and the action space of the JSON
   * @throws IllegalArgumentException if there is an unknown name, or a value is not valid
   */
  public static Read fromJson(JsonNode json, PpoConfig defaults) {
    return FlatJson.read(json, defaults);
  }

  private static void collect(Class<?> type, List<RecordComponent> path) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.isAnnotationPresent(Hyperparameter.class)) {
        ENTRIES.put(component.getName(), new Entry(component, path));
      } else {
        List<RecordComponent> longer = new ArrayList<>(path);
        longer.add(component);
        collect(component.getType(), List.copyOf(longer));
      }
    }
  }

  /** Requires what a record's constructor cannot: no null, and integers as elements of a list. */
  private static void requireType(String name, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("%s must have a value, but is null".formatted(name));
    }
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (!(element instanceof Integer)) {
          throw new IllegalArgumentException(
              "%s must be a list of Integers, but has the element %s of type %s"
                  .formatted(
                      name,
                      element,
                      element == null ? "null" : element.getClass().getSimpleName()));
        }
      }
    }
  }

  private static Object value(Object record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a copy of a record, and of the records in it, with values replaced by name. */
  private static Object changed(Object record, Map<String, ?> changes) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      Object value = value(record, component);
      types[i] = component.getType();
      values[i] =
          !component.isAnnotationPresent(Hyperparameter.class)
              ? changed(value, changes)
              : changes.containsKey(component.getName()) ? changes.get(component.getName()) : value;
    }
    try {
      return record.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
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
}
