package org.ppo4j.dl4j;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * The convolutions of one network as layers of a DL4J graph, image by image: {@code
 * actorConvolution0}, {@code actorConvolution1}, ....
 *
 * <p>Arrays have the shape {@code [rows, channels, height, width]}. An image whose channels are
 * last is taken as one of a single channel and of {@code width * channels} columns: with kernels,
 * strides and borders as many times as wide, the first convolution finds the same patches.
 */
final class Dl4jConvolutions {
  private final GraphBuilder builder;
  private final String prefix;
  private int convolutions;
  private int vertices;

  // The image that the next layer takes.
  private String value = "";
  private int height;
  private int width;
  private int channels;

  /**
   * Starts at the first image.
   *
   * @param prefix the start of the names of all layers
   */
  Dl4jConvolutions(GraphBuilder builder, String prefix) {
    this.builder = builder;
    this.prefix = prefix;
  }

  /**
   * Adds the convolutions of the next image; returns the vertex of what leaves them, {@code [rows,
   * outputs]}, channel by channel.
   *
   * @param rows the vertex of the image's numbers as the environment gives them, {@code [rows,
   *     size]}; bytes already divided
   */
  String encoded(ImageInput image, String rows) {
    value = rows;
    height = image.height();
    width = image.width();
    channels = image.channels();
    boolean flat = true;
    boolean endsRectified = true;
    for (Cnn.Stage stage : image.cnn().stages()) {
      Cnn.Convolution convolution =
          switch (stage) {
            case Cnn.Convolution each -> each;
            case Cnn.Block(int out) -> new Cnn.Convolution(out, 3, 1, 1);
          };
      endsRectified = stage instanceof Cnn.Convolution;
      if (flat) {
        first(image, convolution, endsRectified);
        flat = false;
      } else {
        next(convolution, endsRectified);
      }
      if (stage instanceof Cnn.Block) {
        block();
      }
    }
    if (!endsRectified) {
      rectified();
    }
    builder.addVertex(
        name("Flat"),
        new PreprocessorVertex(new CnnToFeedForwardPreProcessor(height, width, channels)),
        value);
    return last("Flat");
  }

  /** Adds the convolution of the image's numbers. */
  private void first(ImageInput image, Cnn.Convolution convolution, boolean rectified) {
    int columns = image.channelsFirst() ? 1 : channels;
    int depth = image.channelsFirst() ? channels : 1;
    builder.addLayer(
        prefix + "Convolution" + convolutions,
        convolution(convolution, depth, columns, rectified),
        new FeedForwardToCnnPreProcessor(height, (long) width * columns, depth),
        value);
    convolved(convolution);
  }

  private void next(Cnn.Convolution convolution, boolean rectified) {
    builder.addLayer(
        prefix + "Convolution" + convolutions,
        convolution(convolution, channels, 1, rectified),
        value);
    convolved(convolution);
  }

  private void convolved(Cnn.Convolution convolution) {
    value = prefix + "Convolution" + convolutions++;
    height = (height + 2 * convolution.padding() - convolution.kernel()) / convolution.stride() + 1;
    width = (width + 2 * convolution.padding() - convolution.kernel()) / convolution.stride() + 1;
    channels = convolution.channels();
  }

  private static Layer convolution(
      Cnn.Convolution convolution, int depth, int columns, boolean rectified) {
    return new ConvolutionLayer.Builder(
            convolution.kernel(), Math.multiplyExact(convolution.kernel(), columns))
        .stride(convolution.stride(), convolution.stride() * columns)
        .padding(convolution.padding(), convolution.padding() * columns)
        .nIn(depth)
        .nOut(convolution.channels())
        .activation(rectified ? Activation.RELU : Activation.IDENTITY)
        .build();
  }

  /** Adds what follows the first convolution of one of IMPALA's blocks. */
  private void block() {
    builder.addLayer(
        name("Pooled"),
        new SubsamplingLayer.Builder(PoolingType.MAX)
            .kernelSize(3, 3)
            .stride(2, 2)
            .padding(1, 1)
            .build(),
        value);
    value = last("Pooled");
    height = (height + 1) / 2;
    width = (width + 1) / 2;
    Cnn.Convolution same = new Cnn.Convolution(channels, 3, 1, 1);
    for (int i = 0; i < 2; i++) {
      String residual = value;
      rectified();
      next(same, true);
      next(same, false);
      builder.addVertex(
          name("Sum"), new ElementWiseVertex(ElementWiseVertex.Op.Add), residual, value);
      value = last("Sum");
    }
  }

  /**
   * Adds a rectifier. At inference DL4J's changes its input in place, which another layer may need:
   * a vertex that multiplies by 1 copies it.
   */
  private void rectified() {
    builder.addVertex(name("Copy"), new ScaleVertex(1), value);
    String copy = last("Copy");
    builder.addLayer(name("Rectified"), new ActivationLayer(Activation.RELU), copy);
    value = last("Rectified");
  }

  private String name(String kind) {
    return prefix + kind + ++vertices;
  }

  /** Returns the name that {@link #name} gave last. */
  private String last(String kind) {
    return prefix + kind + vertices;
  }

  /**
   * Writes where the graph's flat array has the parameters of a network's convolutions.
   *
   * @param layers the convolutions, image by image
   * @param places receives the index of each parameter, {@code [parameterCount]}
   */
  static void place(
      List<NetworkSpec.Layer> layers, String prefix, ComputationGraph graph, int[] places) {
    int convolution = 0;
    for (NetworkSpec.Layer layer : layers) {
      String name = prefix + "Convolution" + convolution++;
      INDArray weights = graph.getParam(name + "_W"); // [out, depth, rows, columns]
      INDArray biases = graph.getParam(name + "_b");
      int depth = (int) weights.size(1);
      int columns = (int) weights.size(3);
      for (int number = 0; number < layer.in(); number++) {
        int pixel = number / depth;
        long[] at = {0, number % depth, pixel / columns, pixel % columns};
        for (int out = 0; out < layer.out(); out++) {
          at[0] = out;
          places[layer.weights() + number * layer.out() + out] = index(weights, at);
        }
      }
      for (int out = 0; out < layer.out(); out++) {
        places[layer.biases() + out] = (int) (biases.offset() + out);
      }
    }
  }

  /** Returns the index of an element of a view of the flat array. */
  private static int index(INDArray view, long[] at) {
    long index = view.offset();
    for (int i = 0; i < at.length; i++) {
      index += at[i] * view.stride(i);
    }
    return (int) index;
  }

  /**
   * Returns where the graph has each input of the first hidden layer: it has what leaves the
   * convolutions channel by channel, {@link NetworkSpec} pixel by pixel.
   */
  static int[] inputOrder(NetworkSpec spec) {
    int[] order = new int[spec.features()];
    int at = 0;
    for (ImageInput image : spec.images()) {
      int depth = channels(image.cnn().stages().getLast());
      int pixels = image.outputs() / depth;
      for (int i = 0; i < image.outputs(); i++) {
        order[at + i] = at + i % depth * pixels + i / depth;
      }
      at += image.outputs();
    }
    for (; at < order.length; at++) {
      order[at] = at;
    }
    return order;
  }

  private static int channels(Cnn.Stage stage) {
    return switch (stage) {
      case Cnn.Convolution convolution -> convolution.channels();
      case Cnn.Block(int channels) -> channels;
    };
  }
}
