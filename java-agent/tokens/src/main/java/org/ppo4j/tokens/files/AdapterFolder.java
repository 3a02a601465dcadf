package org.ppo4j.tokens.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.model.Adapters;
import org.ppo4j.tokens.model.Layout;
import org.ppo4j.tokens.model.ModelException;

/**
 * Adapters in the files of PEFT: {@code adapter_model.safetensors}, {@code adapter_config.json}.
 */
public final class AdapterFolder {
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AdapterFolder() {}

  /**
   * Writes adapters, which PEFT can read.
   *
   * @param base the folder of the model that they were made for
   */
  public static void save(Adapters adapters, boolean gpt2, Path base, Path folder) {
    List<SafeTensors.Written> arrays = new ArrayList<>();
    for (Layout.Tensor tensor : adapters.tensors()) {
      arrays.add(
          new SafeTensors.Written(
              tensor.name(), tensor.shape(), adapters.parameters(), tensor.offset()));
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("peft_type", "LORA").put("task_type", "CAUSAL_LM").put("bias", "none");
    json.put("r", adapters.config().rank()).put("lora_alpha", adapters.config().alpha());
    json.put("lora_dropout", 0.0).put("fan_in_fan_out", gpt2);
    json.put("base_model_name_or_path", base.toString());
    adapters.config().targets().forEach(json.putArray("target_modules")::add);
    try {
      Files.createDirectories(folder);
      SafeTensors.write(folder.resolve(WEIGHTS), Map.of("format", "pt"), arrays);
      AtomicFile.write(
          folder.resolve("adapter_config.json"),
          out -> out.write(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json)));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + folder, e);
    }
  }

  /**
   * Reads adapters of the same shape into {@code adapters}; the model's {@code parametersChanged}
   * is not needed.
   *
   * @throws ModelException if one is missing or has another shape
   */
  public static void load(Path folder, Adapters adapters) {
    SafeTensors file = SafeTensors.open(folder.resolve(WEIGHTS));
    for (Layout.Tensor tensor : adapters.tensors()) {
      if (!file.has(tensor.name()) || !file.shape(tensor.name()).equals(tensor.shape())) {
        throw new ModelException(
            "%s has no array %s of shape %s".formatted(folder, tensor.name(), tensor.shape()));
      }
      file.floats(tensor.name(), adapters.parameters(), tensor.offset());
    }
  }
}
