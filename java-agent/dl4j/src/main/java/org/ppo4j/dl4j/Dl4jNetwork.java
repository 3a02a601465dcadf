package org.ppo4j.dl4j;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.distribution.OrthogonalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * An actor and a critic as a DL4J graph. A subclass describes the graph; it is public and has a
 * public constructor without parameters, so that a training can be saved, resumed, evaluated and
 * exported by the name of the class.
 *
 * <p>DL4J initialises the weights as the configuration says, but with a seed that comes from the
 * training's: the seed of the configuration is not used. To start from given weights, implement
 * {@link NetworkFactory} with {@link Dl4jActorCritic#of} instead.
 *
 * <p>PPO has its own losses and its own Adam, so updater, regularisation and gradient clipping of
 * the configuration are not used. Forward passes run as at inference: dropout has no effect.
 */
public abstract class Dl4jNetwork implements NetworkFactory {
  /** The name of the actor's output. */
  public static final String POLICY = Dl4jGraph.POLICY;

  /** The name of the critic's output. */
  public static final String VALUE = Dl4jGraph.VALUE;

  /**
   * Describes the graph: one input {@code [rows, spec.inputs()]}, and two outputs, {@value #POLICY}
   * of shape {@code [rows, spec.policyOutputs()]} and {@value #VALUE} of shape {@code [rows, 1]},
   * in this order. Log standard deviations are not in the graph.
   *
   * @param spec the sizes of input and outputs, and the hidden layers that the hyperparameters ask
   *     for, which may be ignored
   */
  protected abstract ComputationGraphConfiguration configuration(NetworkSpec spec);

  /** Returns the layer for the output {@value #POLICY}, with small weights as in PPO's MLPs. */
  protected static DenseLayer policyHead(NetworkSpec spec) {
    return head(spec.policyOutputs(), 0.01);
  }

  /** Returns the layer for the output {@value #VALUE}. */
  protected static DenseLayer valueHead() {
    return head(1, 1);
  }

  private static DenseLayer head(int outputs, double gain) {
    return new DenseLayer.Builder()
        .nOut(outputs)
        .activation(Activation.IDENTITY)
        .weightInit(new OrthogonalDistribution(gain))
        .build();
  }

  /**
   * Makes the networks. Unless {@code OMP_NUM_THREADS} is set, ND4J uses one thread from then on,
   * in the whole process.
   *
   * @throws IllegalArgumentException if the graph is not as {@link #configuration} has to describe
   *     it
   */
  @Override
  public final ActorCritic create(NetworkSpec spec, int threads) {
    ComputationGraphConfiguration configuration = configuration(spec);
    List<String> outputs = configuration.getNetworkOutputs();
    if (!outputs.equals(List.of(POLICY, VALUE))) {
      throw new IllegalArgumentException(
          "the graph's outputs must be policy and value, in this order, but are " + outputs);
    }
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    try {
      return Dl4jActorCritic.initializing(graph, spec.inputs(), spec.logStdSize());
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }
}
