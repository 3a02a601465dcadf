package org.ppo4j.tokens.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.kernel.Matrix;
import org.ppo4j.agent.kernel.MatrixKernels;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;

/** The adapters of a transformer: their parameters in one array, and where each tensor lies. */
public final class Adapters {
  private static final String PREFIX = "base_model.model.";

  private final AdapterConfig config;
  private final List<Layout.Tensor> tensors = new ArrayList<>();
  private final float[] parameters;
  private final float[] gradients;

  Adapters(AdapterConfig config, Map<String, Linear> linears, MatrixKernels kernels, Team team) {
    this.config = config;
    List<Map.Entry<String, Linear>> adapted =
        linears.entrySet().stream().filter(entry -> isTarget(entry.getKey())).toList();
    if (adapted.isEmpty()) {
      throw new ModelException(
          "no layer of the model is named %s; it has layers such as %s"
              .formatted(
                  String.join(" or ", config.targets()), linears.keySet().iterator().next()));
    }
    int size = 0;
    for (Map.Entry<String, Linear> entry : adapted) {
      Linear linear = entry.getValue();
      String name = PREFIX + entry.getKey();
      tensors.add(
          new Layout.Tensor(
              name + ".lora_A.weight", size, List.of(config.rank(), linear.inputs())));
      size += config.rank() * linear.inputs();
      tensors.add(
          new Layout.Tensor(
              name + ".lora_B.weight", size, List.of(linear.outputs(), config.rank())));
      size += config.rank() * linear.outputs();
    }
    parameters = new float[size];
    gradients = new float[size];
    for (int i = 0; i < adapted.size(); i++) {
      Linear linear = adapted.get(i).getValue();
      int offset = tensors.get(2 * i).offset();
      linear.adapt(
          new Adapter(
              linear, config.rank(), config.alpha(), offset, parameters, gradients, kernels, team));
    }
  }

  private boolean isTarget(String name) {
    return config.targets().contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Returns the settings. */
  public AdapterConfig config() {
    return config;
  }

  /** Returns the tensors, under PEFT's names. */
  public List<Layout.Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** Returns the adapters' parameters, live. */
  public float[] parameters() {
    return parameters;
  }

  /**
   * Draws initial parameters as PEFT does: A uniformly below {@code 1 / sqrt(inputs)}, B 0, so that
   * the model's outputs stay as they are.
   */
  public void draw(long seed) {
    RandomStream random = new RandomStream(seed, Seeds.Purpose.INITIALIZATION);
    for (int i = 0; i < tensors.size(); i += 2) {
      Layout.Tensor a = tensors.get(i);
      double bound = 1 / Math.sqrt(a.shape().get(1));
      for (int j = a.offset(); j < a.offset() + a.size(); j++) {
        parameters[j] = (float) ((2 * random.generator().nextDouble() - 1) * bound);
      }
    }
  }

  /** Adds the adapters' products to copies of the weights that they adapt. */
  void merge(Layout layout, boolean inputsFirst, float[] target, MatrixKernels kernels) {
    int rank = config.rank();
    for (int i = 0; i < tensors.size(); i += 2) {
      Layout.Tensor a = tensors.get(i);
      Layout.Tensor b = tensors.get(i + 1);
      String name = a.name().substring(PREFIX.length()).replace(".lora_A.weight", ".weight");
      int inputs = a.shape().get(1);
      int outputs = b.shape().get(0);
      float[] scaled = Arrays.copyOfRange(parameters, b.offset(), b.offset() + b.size());
      for (int j = 0; j < scaled.length; j++) {
        scaled[j] *= (float) (config.alpha() / rank);
      }
      Matrix up = Matrix.of(scaled, 0, rank);
      Matrix down = Matrix.of(parameters, a.offset(), inputs);
      int offset = layout.tensor(name).offset();
      if (inputsFirst) {
        Matrix weights = Matrix.of(target, offset, outputs);
        kernels.product(inputs, outputs, rank, down.transposed(), up.transposed(), weights, true);
      } else {
        kernels.product(outputs, inputs, rank, up, down, Matrix.of(target, offset, inputs), true);
      }
    }
  }

  float[] gradients() {
    return gradients;
  }
}
