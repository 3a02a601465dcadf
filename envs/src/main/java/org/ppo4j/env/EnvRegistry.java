package org.ppo4j.env;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ppo4j.env.internal.NearMatches;

/** The native environments by id: those of the providers and those registered later. */
final class EnvRegistry {
  private final TreeMap<String, EnvDefinition> definitions = new TreeMap<>();

  /**
   * Creates a registry with the environments of the providers that {@code loader} finds.
   *
   * @throws EnvException if a provider cannot be created, fails, or contributes an id that is taken
   */
  EnvRegistry(ClassLoader loader) {
    try {
      ServiceLoader.load(EnvProvider.class, loader).forEach(this::addAll);
    } catch (ServiceConfigurationError e) {
      throw new EnvException("an environment provider cannot be used: " + e.getMessage(), e);
    }
  }

  private void addAll(EnvProvider provider) {
    try {
      provider.environments().forEach(this::add);
    } catch (RuntimeException e) {
      throw new EnvException(
          "the environment provider %s cannot be used: %s"
              .formatted(provider.getClass().getName(), e.getMessage()),
          e);
    }
  }

  /**
   * Adds an environment.
   *
   * @throws IllegalArgumentException if its id is already taken
   */
  synchronized void add(EnvDefinition definition) {
    if (definitions.putIfAbsent(definition.id(), definition) != null) {
      throw new IllegalArgumentException(
          "the environment id %s is already taken; choose another id".formatted(definition.id()));
    }
  }

  /**
   * Returns the environment with the given id.
   *
   * @throws IllegalArgumentException if there is none; the message suggests similar ids
   */
  synchronized EnvDefinition definition(String id) {
    EnvDefinition definition = definitions.get(id);
    if (definition == null) {
      throw new IllegalArgumentException(
          "there is no native environment %s%s (the native environments are %s; the artifact ppo4j-gymnasium steps those of Gymnasium in Python)"
              .formatted(
                  id,
                  NearMatches.question(id, definitions.keySet()),
                  String.join(", ", definitions.keySet())));
    }
    return definition;
  }

  /** Returns whether there is an environment with the given id. */
  synchronized boolean contains(String id) {
    return definitions.containsKey(id);
  }

  /** Returns a copy of the set of all ids. */
  synchronized SortedSet<String> ids() {
    return new TreeSet<>(definitions.keySet());
  }
}
