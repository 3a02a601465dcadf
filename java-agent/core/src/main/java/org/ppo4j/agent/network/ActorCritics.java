package org.ppo4j.agent.network;

import java.lang.reflect.Modifier;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;

/** Creates networks. */
public final class ActorCritics {
  private ActorCritics() {}

  /** Creates networks whose parameters are zero on an engine, run on the caller's thread only. */
  public static ActorCritic create(Engine engine, NetworkSpec spec) {
    return create(engine, spec, 1);
  }

  /**
   * Creates networks whose parameters are zero on an engine.
   *
   * @param threads how many threads may run them at once, the caller's included
   * @throws IllegalStateException if the engine's module is not on the class path
   * @throws IllegalArgumentException if the engine does not have latent features or an auxiliary
   *     value head, and {@code spec} demands it
   */
  public static ActorCritic create(Engine engine, NetworkSpec spec, int threads) {
    return switch (engine) {
      case AUTO, SIMD ->
          spec.recurrence().isPresent()
              ? new RecurrentActorCritic(spec, threads)
              : spec.images().isEmpty()
                  ? new SimdActorCritic(spec, threads)
                  : new ImageActorCritic(spec, threads);
      case DL4J -> {
        requireNoRecurrence(spec, "the engine dl4j");
        requireNoLatents(spec, "the engine dl4j");
        requireNoCriticOnly(spec, "the engine dl4j");
        if (spec.auxiliaryValue()) {
          throw new IllegalArgumentException(
              "ppg needs networks whose actor predicts values too, which the engine dl4j does not"
                  + " have; use the engine simd");
        }
        yield provider(engine).create(spec, threads);
      }
    };
  }

  /**
   * Creates networks with a factory, or on an engine if there is none.
   *
   * @param threads how many threads may run them at once, the caller's included
   * @throws IllegalStateException as above
   * @throws IllegalArgumentException as above and below
   */
  public static ActorCritic create(
      Engine engine, @Nullable NetworkFactory factory, NetworkSpec spec, int threads) {
    return factory == null ? create(engine, spec, threads) : create(factory, spec, threads);
  }

  /**
   * Creates networks with a factory.
   *
   * @param threads how many threads may run them at once, the caller's included
   * @throws IllegalArgumentException if the factory fails, what it makes does not have the sizes of
   *     {@code spec}, or the actor's outputs include latent features
   */
  public static ActorCritic create(NetworkFactory factory, NetworkSpec spec, int threads) {
    String name = factory.getClass().getName();
    requireNoRecurrence(spec, name);
    requireNoLatents(spec, name);
    requireNoImages(spec, name);
    requireNoCriticOnly(spec, name);
    ActorCritic network = make(factory, name, spec, threads);
    NetworkShape shape = network.shape();
    if (shape.inputs() != spec.inputs()
        || shape.policyOutputs() != spec.policyOutputs()
        || shape.logStdSize() != spec.logStdSize()) {
      network.close();
      throw new IllegalArgumentException(
          ("%s made a network of %d inputs, %d policy outputs and %d log standard deviations, but"
                  + " the environment needs %d, %d and %d")
              .formatted(
                  name,
                  shape.inputs(),
                  shape.policyOutputs(),
                  shape.logStdSize(),
                  spec.inputs(),
                  spec.policyOutputs(),
                  spec.logStdSize()));
    }
    int parameters = network.parameters().length;
    int gradients = network.gradients().length;
    if (parameters != shape.parameterCount() || gradients != shape.parameterCount()) {
      network.close();
      throw new IllegalArgumentException(
          ("%s made a network of %d parameters and %d gradients, but by its shape() it has %d of"
                  + " each")
              .formatted(name, parameters, gradients, shape.parameterCount()));
    }
    return network;
  }

  private static void requireNoLatents(NetworkSpec spec, String name) {
    if (spec.latentOutputs()) {
      throw new InvalidHyperparameterException(
          "actionHead GSDE needs the last hidden layer of the networks, which %s does not give; use the engine simd and its networks, or another actionHead"
              .formatted(name),
          "actionHead");
    }
  }

  private static void requireNoRecurrence(NetworkSpec spec, String name) {
    if (spec.recurrence().isPresent()) {
      throw new InvalidHyperparameterException(
          "lstm and gru need recurrent layers, which %s does not have; use the engine simd and its networks, or leave them out"
              .formatted(name),
          "lstm",
          "gru");
    }
  }

  private static void requireNoImages(NetworkSpec spec, String name) {
    if (!spec.images().isEmpty()) {
      throw new InvalidHyperparameterException(
          "cnn %s needs convolutions, which %s does not have; use the engine simd and its networks, or cnn none"
              .formatted(spec.images().getFirst().cnn(), name),
          "cnn");
    }
  }

  private static void requireNoCriticOnly(NetworkSpec spec, String name) {
    if (spec.criticOnly() > 0) {
      throw new IllegalArgumentException(
          "a critic that sees more than the policy needs the networks of the engine simd, not those of %s; use these, or leave --critic-observation out"
              .formatted(name));
    }
  }

  private static ActorCritic make(
      NetworkFactory factory, String name, NetworkSpec spec, int threads) {
    try {
      return factory.create(spec, threads);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s cannot make its networks: %s"
              .formatted(name, e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  /**
   * Returns an instance of a factory, given the name of its class.
   *
   * @throws IllegalArgumentException if the class is not on the class path, is not a factory, or
   *     does not have a public constructor without parameters
   */
  public static NetworkFactory factory(String className) {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> type = Class.forName(className, false, loader);
      if (!NetworkFactory.class.isAssignableFrom(type)) {
        throw new IllegalArgumentException(
            "%s does not implement %s".formatted(className, NetworkFactory.class.getName()));
      }
      if (Modifier.isAbstract(type.getModifiers())) {
        throw new IllegalArgumentException(
            "%s is abstract; give a class that extends or implements it".formatted(className));
      }
      return (NetworkFactory) type.getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "the network's class %s is not on the class path; add its jar or folder (for ./ppo4j in PPO4J_CLASSPATH)"
              .formatted(className),
          e);
    } catch (LinkageError e) {
      throw new IllegalArgumentException(
          "the network's class %s cannot be loaded: %s".formatted(className, e), e);
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw new IllegalArgumentException(
          "%s must be a public class with a public constructor without parameters"
              .formatted(className),
          e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "the constructor of %s failed: %s".formatted(className, e.getCause()), e);
    }
  }

  private static EngineProvider provider(Engine engine) {
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      if (provider.engine() == engine) {
        return provider;
      }
    }
    throw new IllegalStateException(
        "the engine dl4j is not on the class path; add the artifact ppo4j-dl4j, or use the engine"
            + " simd");
  }
}
