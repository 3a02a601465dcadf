package org.ppo4j.tokens.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.kernel.MatrixKernels;

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

  float[] gradients() {
    return gradients;
  }
}
