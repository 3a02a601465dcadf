package org.ppo4j.agent.network;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Orthogonal initialisation (Saxe et al. 2014) with the gains of PPO: sqrt(2) for hidden layers,
 * usually 0.01 for the policy head, 1 for the value head and for recurrent layers; biases are zero
 * (details 2 and 32 of the 37).
 */
public final class OrthogonalInit {
  private OrthogonalInit() {}

  /**
   * Overwrites an MLP's parameters; log standard deviations become {@code logStd}. Other networks
   * {@linkplain ActorCritic#initialize initialise themselves}.
   */
  public static void initialize(
      ActorCritic network, double policyGain, double logStd, UniformRandomProvider random) {
    NetworkShape shape = network.shape();
    float[] parameters = network.parameters();
    if (shape instanceof NetworkSpec spec) {
      List<NetworkSpec.Layer> cells = spec.actorCells();
      List<NetworkSpec.Layer> actor = spec.actorConvolutions();
      actor.addAll(spec.actorLayers());
      actor.addAll(actor.size() - 1, cells);
      List<NetworkSpec.Layer> critic = spec.criticConvolutions();
      critic.addAll(spec.criticLayers());
      critic.addAll(critic.size() - 1, spec.criticCells());
      critic.removeAll(actor); // shared layers are initialised only once
      initialize(actor, cells, policyGain, parameters, random);
      initialize(critic, spec.criticCells(), 1.0, parameters, random);
      if (spec.auxiliaryValue()) {
        initialize(List.of(spec.auxiliaryHead()), List.of(), 1.0, parameters, random);
      }
    } else {
      network.initialize(random);
    }
    int logStds = shape.logStdOffset();
    Arrays.fill(parameters, logStds, logStds + shape.logStdSize(), (float) logStd);
    network.parametersChanged();
  }

  private static void initialize(
      List<NetworkSpec.Layer> layers,
      List<NetworkSpec.Layer> cells,
      double headGain,
      float[] parameters,
      UniformRandomProvider random) {
    for (NetworkSpec.Layer layer : layers) {
      double gain =
          layer.equals(layers.getLast()) ? headGain : cells.contains(layer) ? 1 : Math.sqrt(2);
      RealMatrix weights = orthogonal(layer.in(), layer.out(), random);
      for (int i = 0; i < layer.in(); i++) {
        for (int j = 0; j < layer.out(); j++) {
          int at = layer.weights() + i * layer.out() + j;
          parameters[at] = (float) (gain * weights.getEntry(i, j));
        }
      }
      Arrays.fill(parameters, layer.biases(), layer.biases() + layer.out(), 0f);
    }
  }

  /**
   * Returns a matrix with orthonormal columns, or rows if they are fewer, uniform over all such
   * matrices: Q of a matrix of normal deviates, with its columns multiplied by the signs of R's
   * diagonal (Mezzadri 2007), as in {@code torch.nn.init.orthogonal_}.
   */
  static RealMatrix orthogonal(int rows, int columns, UniformRandomProvider random) {
    boolean isWide = rows < columns;
    int length = Math.max(rows, columns);
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[][] vectors = new double[Math.min(rows, columns)][length];
    for (int i = 0; i < length; i++) {
      for (double[] vector : vectors) {
        vector[i] = normal.sample();
      }
    }
    RealMatrix orthonormal = new Array2DRowRealMatrix(Householder.orthonormal(vectors), false);
    return isWide ? orthonormal : orthonormal.transpose();
  }
}
