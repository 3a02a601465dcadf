package org.ppo4j.agent.network;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * PyTorch's initialisation of a linear layer: weights and biases uniform between -1 / sqrt(inputs)
 * and 1 / sqrt(inputs), which is {@code kaiming_uniform_} with {@code a = sqrt(5)}. Those of
 * recurrent layers lie between -1 / sqrt(units) and 1 / sqrt(units), as PyTorch's.
 */
public final class UniformInit {
  private UniformInit() {}

  /**
   * Overwrites an MLP's parameters; log standard deviations become {@code logStd}. Other networks
   * {@linkplain ActorCritic#initialize initialise themselves}.
   */
  public static void initialize(ActorCritic network, double logStd, UniformRandomProvider random) {
    NetworkShape shape = network.shape();
    float[] parameters = network.parameters();
    if (shape instanceof NetworkSpec spec) {
      Stream.of(
              spec.actorConvolutions(),
              spec.actorLayers(),
              spec.criticConvolutions(),
              spec.criticLayers())
          .flatMap(List::stream)
          .distinct() // both lists have the shared layers
          .forEach(layer -> initialize(layer, layer.in(), parameters, random));
      Stream.of(spec.actorCells(), spec.criticCells())
          .flatMap(List::stream)
          .distinct()
          .forEach(cell -> initialize(cell, spec.recurrence().units(), parameters, random));
      if (spec.auxiliaryValue()) {
        NetworkSpec.Layer head = spec.auxiliaryHead();
        initialize(head, head.in(), parameters, random);
      }
    } else {
      network.initialize(random);
    }
    int logStds = shape.logStdOffset();
    Arrays.fill(parameters, logStds, logStds + shape.logStdSize(), (float) logStd);
    network.parametersChanged();
  }

  private static void initialize(
      NetworkSpec.Layer layer, int inputs, float[] parameters, UniformRandomProvider random) {
    double bound = 1 / Math.sqrt(inputs);
    for (int i = layer.weights(); i < layer.biases() + layer.out(); i++) {
      parameters[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
  }
}
