package org.ppo4j.tokens.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.Layout;
import org.ppo4j.tokens.model.ModelConfig;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Transformer;

/**
 * A folder with a model in Hugging Face's files: {@code config.json}, {@code model.safetensors} (or
 * several, by {@code model.safetensors.index.json}) and {@code tokenizer.json}.
 */
public final class ModelFolder {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** The tokenizer's file. */
  public static final String TOKENIZER = "tokenizer.json";

  private final Path path;
  private final ModelConfig config;

  private ModelFolder(Path path, ModelConfig config) {
    this.path = path;
    this.config = config;
  }

  /**
   * Reads the shape of the model in a folder.
   *
   * @throws ModelException if there is none, or it is of an unknown kind
   */
  public static ModelFolder open(Path path) {
    if (!Files.isRegularFile(path.resolve(CONFIG))) {
      throw new ModelException(
          "%s has no config.json; give the folder of a model in Hugging Face's format"
              .formatted(path));
    }
    return new ModelFolder(path, ConfigJson.read(path.resolve(CONFIG)));
  }

  /** Returns the folder. */
  public Path path() {
    return path;
  }

  /** Returns the model's shape. */
  public ModelConfig config() {
    return config;
  }

  /** Returns the tokenizer's file, which may not exist. */
  public Path tokenizer() {
    return path.resolve(TOKENIZER);
  }

  /** Reads the model, run on {@code threads} threads. */
  public Transformer load(int threads) {
    return load(config.head(), threads);
  }

  /**
   * Reads the model with a head. A head that the files do not have is zero, so that a score model
   * can start from a language model.
   *
   * @throws ModelException if another tensor is missing, or one has another shape
   */
  public Transformer load(Head head, int threads) {
    Transformer model = new Transformer(config.with(head), threads);
    Map<String, SafeTensors> tensors = tensors();
    for (Layout.Tensor tensor : model.layout().tensors()) {
      String name = name(tensor, tensors);
      SafeTensors file = tensors.get(name);
      if (file == null) {
        if (head == Head.SCORE
            && config.head() != Head.SCORE
            && tensor.name().startsWith("score")) {
          continue;
        }
        throw new ModelException(
            "%s has no tensor %s, which %s needs; save the whole model"
                .formatted(path, tensor.name(), CONFIG));
      }
      if (!file.shape(name).equals(tensor.shape())) {
        throw new ModelException(
            "the tensor %s of %s has shape %s, but by %s it must have %s"
                .formatted(name, path, file.shape(name), CONFIG, tensor.shape()));
      }
      file.floats(name, model.parameters(), tensor.offset());
    }
    model.parametersChanged();
    return model;
  }

  /** Returns the tensor's name in the files; GPT-2's first files have no {@code transformer.}. */
  private static String name(Layout.Tensor tensor, Map<String, SafeTensors> tensors) {
    String plain = tensor.name().replaceFirst("^transformer\\.", "");
    return !tensors.containsKey(tensor.name()) && tensors.containsKey(plain)
        ? plain
        : tensor.name();
  }

  private Map<String, SafeTensors> tensors() {
    List<Path> files = new ArrayList<>();
    Path index = path.resolve(INDEX);
    if (Files.exists(index)) {
      TreeSet<String> names = new TreeSet<>();
      ConfigJson.tree(index).path("weight_map").forEach(name -> names.add(name.asText()));
      names.forEach(name -> files.add(path.resolve(name)));
    } else {
      files.add(path.resolve(WEIGHTS));
    }
    Map<String, SafeTensors> tensors = new HashMap<>();
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new ModelException(
            "%s has no %s; only models saved as safetensors can be read"
                .formatted(path, file.getFileName()));
      }
      SafeTensors open = SafeTensors.open(file);
      open.names().forEach(name -> tensors.put(name, open));
    }
    return tensors;
  }

  /** Returns whether a folder has a whole model, whose configuration {@link #save} writes last. */
  public static boolean isAt(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG));
  }

  /**
   * Writes a model, which transformers can read; adapters are merged into the weights.
   *
   * @param tokenizer the tokenizer's file, which is copied
   */
  public static void save(Transformer model, Path tokenizer, Path folder) {
    try {
      Files.createDirectories(folder);
      if (Files.isRegularFile(tokenizer)) {
        Files.copy(tokenizer, folder.resolve(TOKENIZER), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + folder, e);
    }
    float[] parameters = model.merged();
    List<SafeTensors.Written> arrays = new ArrayList<>();
    for (Layout.Tensor tensor : model.layout().tensors()) {
      arrays.add(
          new SafeTensors.Written(tensor.name(), tensor.shape(), parameters, tensor.offset()));
    }
    SafeTensors.write(folder.resolve(WEIGHTS), Map.of("format", "pt"), arrays);
    ConfigJson.write(folder.resolve(CONFIG), model.config());
  }
}
