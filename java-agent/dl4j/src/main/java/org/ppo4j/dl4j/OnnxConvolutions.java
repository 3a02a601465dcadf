package org.ppo4j.dl4j;

import java.util.Arrays;
import java.util.Iterator;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkSpec;

/** Adds the convolutions of an image to an ONNX graph, whose images have their channels first. */
final class OnnxConvolutions {
  private final OnnxGraph graph;
  private final float[] parameters;
  private final Iterator<NetworkSpec.Layer> layers;

  /**
   * Starts at the first image of an actor.
   *
   * @param layers the actor's convolutions, image by image
   */
  OnnxConvolutions(OnnxGraph graph, float[] parameters, Iterable<NetworkSpec.Layer> layers) {
    this.graph = graph;
    this.parameters = parameters;
    this.layers = layers.iterator();
  }

  /**
   * Adds what leaves the convolutions of the next image, {@code [batch, outputs]}, row by row and
   * channels last as in {@link ImageInput#outputs}.
   *
   * @param rows the numbers of the image as floats, {@code [batch, size]}; bytes not yet divided
   */
  String encoded(ImageInput image, String rows) {
    String value = image.bytes() ? graph.node("Div", rows, graph.floats(255)) : rows;
    long height = image.height();
    long width = image.width();
    long channels = image.channels();
    value =
        image.channelsFirst()
            ? graph.node("Reshape", value, graph.integers(-1, channels, height, width))
            : graph.transposed(
                graph.node("Reshape", value, graph.integers(-1, height, width, channels)),
                0,
                3,
                1,
                2);
    boolean endsRectified = true;
    for (Cnn.Stage stage : image.cnn().stages()) {
      endsRectified = stage instanceof Cnn.Convolution;
      value =
          switch (stage) {
            case Cnn.Convolution each ->
                graph.node(
                    "Relu", convolution(value, each.kernel(), each.stride(), each.padding()));
            case Cnn.Block _ -> block(value);
          };
    }
    if (!endsRectified) {
      value = graph.node("Relu", value);
    }
    return graph.rows(graph.transposed(value, 0, 2, 3, 1), image.outputs());
  }

  private String block(String image) {
    String value = graph.maxima(convolution(image, 3, 1, 1));
    for (int i = 0; i < 2; i++) {
      String first = graph.node("Relu", convolution(graph.node("Relu", value), 3, 1, 1));
      value = graph.node("Add", value, convolution(first, 3, 1, 1));
    }
    return value;
  }

  private String convolution(String value, int kernel, int stride, int padding) {
    NetworkSpec.Layer layer = layers.next();
    int channels = layer.in() / (kernel * kernel);
    float[] weights = new float[layer.in() * layer.out()];
    for (int number = 0; number < layer.in(); number++) {
      int pixel = number / channels;
      int channel = number % channels;
      for (int out = 0; out < layer.out(); out++) {
        weights[(out * channels + channel) * kernel * kernel + pixel] =
            parameters[layer.weights() + number * layer.out() + out];
      }
    }
    float[] biases = Arrays.copyOfRange(parameters, layer.biases(), layer.biases() + layer.out());
    return graph.convolution(value, weights, biases, channels, kernel, stride, padding);
  }
}
