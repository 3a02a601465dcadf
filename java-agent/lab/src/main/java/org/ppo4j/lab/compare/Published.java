package org.ppo4j.lab.compare;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;

/**
 * A row of a published table: mean and deviation over seeds of the mean return of the last 100
 * training episodes.
 *
 * @param env the environment's id
 * @param steps environment steps of the training
 * @param seeds the number of seeds
 * @param mean the mean over seeds
 * @param populationStd the standard deviation over seeds as numpy computes it, with n in the
 *     denominator
 * @param versions the software versions, as far as the source states them
 * @param source where it was published
 * @param edition the table it is from, among those with the same environment, steps and seeds
 */
public record Published(
    String env,
    long steps,
    int seeds,
    double mean,
    double populationStd,
    String versions,
    String source,
    String edition) {

  /** Returns all rows of {@code published.json}. */
  static List<Published> all() {
    try (InputStream in =
        Objects.requireNonNull(Published.class.getResourceAsStream("published.json"))) {
      return Json.MAPPER.readValue(in, new TypeReference<>() {});
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read the published tables", e);
    }
  }

  /**
   * Returns the rows of an environment; if none has its version, those of the latest version that
   * has any.
   */
  public static List<Published> of(String env) {
    List<Published> family = all().stream().filter(row -> EnvId.isFamily(row.env, env)).toList();
    List<Published> same = family.stream().filter(row -> row.env.equals(env)).toList();
    int latest = family.stream().mapToInt(row -> EnvId.version(row.env)).max().orElse(-1);
    return same.isEmpty()
        ? family.stream().filter(row -> EnvId.version(row.env) == latest).toList()
        : same;
  }
}
