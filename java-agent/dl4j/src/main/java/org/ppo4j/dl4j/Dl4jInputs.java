package org.ppo4j.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * The parts of a graph's input, each of whose rows has the images of bytes as numbers from 0 to
 * 255, then the {@link NetworkSpec#inputs}: images of floats, and the features that are not images.
 *
 * @param images the vertex of each image, {@code [rows, size]}, in the order of {@link
 *     NetworkSpec#images}; bytes divided by 255
 * @param others the vertex of the features that are not images; empty if there are none
 */
record Dl4jInputs(List<String> images, List<String> others) {

  /**
   * Adds the vertices that take the parts out of the input.
   *
   * @param normalized adds what normalises the features of a vertex; returns the vertex of the
   *     result
   */
  static Dl4jInputs of(
      GraphBuilder builder, NetworkSpec spec, String input, UnaryOperator<String> normalized) {
    int bytes = spec.imageBytes();
    int all = bytes + spec.inputs();
    String fractions = "";
    if (bytes > 0) {
      builder.addVertex(
          "fractions", new ScaleVertex(1 / 255.0), part(builder, "pixels", input, 0, bytes, all));
      fractions = "fractions";
    }
    String features =
        spec.inputs() == 0
            ? ""
            : normalized.apply(part(builder, "features", input, bytes, all, all));
    List<String> images = new ArrayList<>();
    int byteAt = 0;
    int at = 0;
    for (ImageInput image : spec.images()) {
      String name = "image" + images.size();
      int size = image.size();
      if (image.bytes()) {
        images.add(part(builder, name, fractions, byteAt, byteAt + size, bytes));
        byteAt += size;
      } else {
        images.add(part(builder, name, features, at, at + size, spec.inputs()));
        at += size;
      }
    }
    return new Dl4jInputs(
        images,
        at == spec.inputs()
            ? List.of()
            : List.of(part(builder, "others", features, at, spec.inputs(), spec.inputs())));
  }

  /** Adds some columns of a vertex of {@code size} columns, unless they are all. */
  private static String part(
      GraphBuilder builder, String name, String from, int start, int end, int size) {
    if (start == 0 && end == size) {
      return from;
    }
    builder.addVertex(name, new SubsetVertex(start, end - 1), from);
    return name;
  }

  /**
   * Adds the convolutions of one network, and joins the other features behind what leaves them;
   * returns the vertex of what its first layer takes, {@code [rows, features]}.
   *
   * @param prefix the start of the names of all layers
   */
  String joined(GraphBuilder builder, String prefix, NetworkSpec spec) {
    Dl4jConvolutions convolutions = new Dl4jConvolutions(builder, prefix);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      parts.add(convolutions.encoded(spec.images().get(i), images.get(i)));
    }
    parts.addAll(others);
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    String name = prefix + "Features";
    builder.addVertex(name, new MergeVertex(), parts.toArray(String[]::new));
    return name;
  }
}
