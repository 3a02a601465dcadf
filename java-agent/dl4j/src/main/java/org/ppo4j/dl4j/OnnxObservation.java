package org.ppo4j.dl4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import onnx.Onnx.TensorProto.DataType;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.normalize.RunningMeanStd;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.Space;

/** Adds a policy's observations to an ONNX graph, up to its first hidden layer. */
final class OnnxObservation {
  private final OnnxGraph graph;
  private final TrainedPolicy policy;
  private final NetworkSpec network;

  OnnxObservation(OnnxGraph graph, TrainedPolicy policy, NetworkSpec network) {
    this.graph = graph;
    this.policy = policy;
    this.network = network;
  }

  /** Adds the input and returns what the first hidden layer takes, {@code [batch, inputs]}. */
  String features() {
    Space space = PolicyNetwork.actorSpace(policy.env());
    String rows =
        graph.rows(
            graph.input("observation", OnnxGraph.type(space), OnnxGraph.shape(space)),
            space.size());
    List<String> bytes = new ArrayList<>();
    List<String> floatImages = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Deque<ImageInput> images = new ArrayDeque<>(network.images());
    int from = 0;
    for (Space leaf : space.leaves()) {
      String own =
          space instanceof Space.Tuple ? graph.columns(rows, from, from + leaf.size()) : rows;
      ImageInput next = images.peek();
      if (next == null || !next.fits(leaf)) {
        others.add(numbers(leaf, graph.cast(own, DataType.DOUBLE)));
      } else if (images.remove().bytes()) {
        bytes.add(graph.cast(own, DataType.FLOAT));
      } else {
        floatImages.add(graph.cast(own, DataType.DOUBLE));
      }
      from += leaf.size();
    }
    others.addAll(0, floatImages);
    String features = others.isEmpty() ? "" : normalized(joined(others));
    return network.images().isEmpty() ? features : encoded(bytes, features);
  }

  private String joined(List<String> parts) {
    return parts.size() == 1 ? parts.getFirst() : graph.concatenation(parts);
  }

  /** Adds the features of a part that is not an image, {@code [batch, features]} of doubles. */
  private String numbers(Space leaf, String rows) {
    return switch (leaf) {
      case Space.Discrete discrete -> oneHot(rows, 0, discrete.start(), discrete.n());
      case Space.MultiDiscrete choices -> {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
          columns.add(oneHot(rows, i, choices.start(i), choices.nvec(i)));
        }
        yield joined(columns);
      }
      case Space.Box _, Space.MultiBinary _, Space.Tuple _ -> rows;
    };
  }

  /** Adds a one for column {@code i} of {@code rows} counted from {@code start}. */
  private String oneHot(String rows, int i, int start, int n) {
    String column = graph.flat(graph.columns(rows, i, i + 1));
    String choice = graph.cast(graph.node("Sub", column, graph.doubles(start)), DataType.INT64);
    return graph.cast(graph.oneHot(choice, n), DataType.DOUBLE);
  }

  /**
   * Adds the convolutions, and joins the features that are not images behind them.
   *
   * @param bytes the images of bytes as floats
   * @param features the features, images of floats first; not read if there are none
   */
  private String encoded(List<String> bytes, String features) {
    OnnxConvolutions convolutions =
        new OnnxConvolutions(graph, policy.network().parameters(), network.actorConvolutions());
    Iterator<String> nextBytes = bytes.iterator();
    List<String> parts = new ArrayList<>();
    int at = 0;
    for (ImageInput image : network.images()) {
      String rows =
          image.bytes() ? nextBytes.next() : graph.columns(features, at, at + image.size());
      at += image.bytes() ? 0 : image.size();
      parts.add(convolutions.encoded(image, rows));
    }
    int all = network.inputs() - network.criticOnly();
    if (at < all) {
      parts.add(graph.columns(features, at, all));
    }
    return joined(parts);
  }

  private String normalized(String features) {
    FeatureTransform transform = policy.transform();
    RunningMeanStd statistics = transform.statistics();
    if (statistics == null) {
      return graph.cast(features, DataType.FLOAT);
    }
    double[] mean = new double[network.inputs() - network.criticOnly()];
    double[] deviation = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = statistics.mean(i);
      deviation[i] = Math.sqrt(statistics.variance(i) + FeatureTransform.EPSILON);
    }
    String scaled =
        graph.node(
            "Div", graph.node("Sub", features, graph.doubles(mean)), graph.doubles(deviation));
    String clipped =
        graph.clipped(scaled, new double[] {-transform.clip()}, new double[] {transform.clip()});
    return graph.cast(clipped, DataType.FLOAT);
  }
}
