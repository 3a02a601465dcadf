package org.ppo4j.tokens.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;

/** Writes a tokenizer.json whose tokens are single characters, for models made from nothing. */
public final class CharacterTokenizer {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The token that ends a text. */
  public static final int EOS = 0;

  private static final List<String> SPECIAL = List.of("<eos>", "<unk>");

  private CharacterTokenizer() {}

  /** Returns the number of tokens for these characters. */
  public static int size(String characters) {
    return SPECIAL.size() + characters.length();
  }

  /** Writes the tokenizer of some characters, each of which occurs once. */
  public static void write(Path file, String characters) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    for (int i = 0; i < SPECIAL.size(); i++) {
      json.withArray("added_tokens")
          .addObject()
          .put("id", i)
          .put("content", SPECIAL.get(i))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    json.putNull("normalizer").putNull("pre_tokenizer").putNull("post_processor");
    json.putObject("decoder").put("type", "Fuse");
    ObjectNode model = json.putObject("model");
    model.put("type", "BPE").putNull("dropout").put("unk_token", SPECIAL.get(1));
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int i = 0; i < SPECIAL.size(); i++) {
      vocabulary.put(SPECIAL.get(i), i);
    }
    for (int i = 0; i < characters.length(); i++) {
      vocabulary.put(characters.substring(i, i + 1), SPECIAL.size() + i);
    }
    model.putArray("merges");
    try {
      AtomicFile.write(file, out -> out.write(MAPPER.writeValueAsBytes(json)));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }
}
