package org.ppo4j.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;

/**
 * What the page receives, as JSON. Unknown numbers are null, and many numbers are Base64 of floats,
 * lowest byte first, which takes the server no time to format.
 */
final class PageJson {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private PageJson() {}

  /**
   * Returns the description of a run.
   *
   * @param number its place among the runs of the page
   */
  static ObjectNode run(int number, ShownRun run) {
    ObjectNode json = MAPPER.createObjectNode().put("run", number);
    switch (run.about()) {
      case ShownRun.OfEnvironment(String title, RunConfig config) -> {
        PpoConfig hyperparameters = config.hyperparameters();
        json.put("title", title)
            .put("state", run.state())
            .put("env", config.env())
            .put("backend", config.backend().name().toLowerCase(Locale.ROOT))
            .put("algorithm", config.algorithm().id())
            .put("seed", config.seed())
            .put("total_steps", hyperparameters.totalSteps())
            .put("clip_coef", hyperparameters.loss().clipCoef())
            .put("plays", run.player() != null);
      }
      case ShownRun.OfLanguage(LanguageRun.About about, boolean hasUpdates) ->
          json.put("title", about.title())
              .put("state", run.state())
              .put("model", about.model())
              .put("algorithm", about.algorithm())
              .put("seed", about.seed())
              .put("total_steps", about.steps())
              .put("has_updates", hasUpdates);
    }
    return json;
  }

  /** Returns the numbers that a reader does not have. */
  static ObjectNode points(int number, History.News news) {
    ObjectNode json = MAPPER.createObjectNode().put("run", number).put("reset", news.reset());
    ArrayNode names = json.putArray("names");
    news.names().forEach(names::add);
    ArrayNode rows = json.putArray("rows");
    for (History.Row row : news.rows()) {
      ArrayNode array = rows.addArray();
      array.add(row.step());
      add(array, row.seconds());
      for (double value : row.values()) {
        add(array, value);
      }
    }
    return json;
  }

  /** Returns the samples of an update. */
  static ObjectNode update(int number, Update update) {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("run", number)
            .put("iteration", update.iteration())
            .put("step", update.step())
            .put("clip_coef", update.clipCoef())
            .put("minibatches", update.minibatches());
    ArrayNode frames = json.putArray("frames");
    for (Update.Frame frame : update.frames()) {
      frames
          .addObject()
          .put("index", frame.index())
          .put("ratios", floats(frame.ratios()))
          .put("advantages", floats(frame.advantages()));
    }
    return json;
  }

  /** Returns what the page draws of an episode. */
  static ObjectNode frame(int number, Player.Frame frame) {
    ObjectNode json = MAPPER.createObjectNode().put("run", number);
    ArrayNode observation = json.putArray("observation");
    for (double each : frame.observation()) {
      add(observation, each);
    }
    return json.put("length", frame.length())
        .put("episodic_return", (float) frame.episodicReturn());
  }

  /** Returns texts that a language model drew. */
  static ObjectNode samples(int number, List<LanguageRun.Sample> samples) {
    ObjectNode json = MAPPER.createObjectNode().put("run", number);
    ArrayNode array = json.putArray("samples");
    for (LanguageRun.Sample sample : samples) {
      array
          .addObject()
          .put("prompt", sample.prompt())
          .put("completion", sample.completion())
          .put("reward", (float) sample.reward());
    }
    return json;
  }

  private static void add(ArrayNode array, double value) {
    if (!Double.isFinite(value)) {
      array.addNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      array.add((long) value);
    } else {
      array.add((float) value);
    }
  }

  static String floats(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
