package org.ppo4j.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.files.Json;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ReportTest {
  private static final String NAME = "them <&> \"co\"";

  private int made;

  @TempDir private Path folder;

  @Test
  void plotsAreWellFormedAndReferToNothingOutside()
      throws IOException, ParserConfigurationException, SAXException {
    report().write(folder);

    List<String> plots =
        List.of("returns-training", "returns-evaluation", "curves-steps", "curves-time");
    for (String plot : plots) {
      Document svg = parsed(Files.readString(folder.resolve("plots").resolve(plot + ".svg")));
      assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(svg.getElementsByTagName("text").getLength()).isPositive();
      assertThat(svg.getElementsByTagName("*").getLength()).isGreaterThan(20);
    }
    assertThat(Files.readString(folder.resolve("report.md")))
        .contains(plots.stream().map(plot -> "plots/%s.svg".formatted(plot)).toList());
  }

  @Test
  void theHtmlIsOneWellFormedFile() throws IOException {
    report().write(folder);

    String html = Files.readString(folder.resolve("report.html"));
    assertThat(html.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("src=", "href=", "@import", "<script", "<link", "http:")
        .doesNotContainPattern("url\\((?!#)");
    assertThat(count(html, "<svg ")).isEqualTo(4).isEqualTo(count(html, "</svg>"));
    assertThat(html).contains("them &lt;&amp;&gt;").doesNotContain("them <&>");
    List<String> ids =
        Pattern.compile(" id=\"([^\"]*)\"").matcher(html).results().map(m -> m.group(1)).toList();
    assertThat(ids).doesNotHaveDuplicates().isNotEmpty();
    List<String> used =
        Pattern.compile("url\\(#([^)]*)\\)").matcher(html).results().map(m -> m.group(1)).toList();
    assertThat(ids).containsAll(used);
  }

  @Test
  void namesAreNoHtmlInMarkdown() throws IOException {
    report().write(folder);

    assertThat(Files.readString(folder.resolve("report.md")))
        .contains("them &lt;&amp;> \"co\"")
        .doesNotContain("them <&>");
  }

  @Test
  void tellsHowLongEachTrainingTook() throws IOException {
    report().write(folder);

    assertThat(Files.readString(folder.resolve("report.md")))
        .contains("| training | last step | episodes | minutes |")
        .contains("| ppo4j, seed | 400 | 100 | 0.07 | 2.00 |")
        .contains("| ppo4j, seed 4 | 0 | 0 | - | - |");
  }

  /** The published row stands between the two trained sides; a side keeps its colour. */
  @Test
  void aSideHasOneColourInAllPlots() throws IOException {
    report().write(folder);

    assertThat(colourOf("returns-training", "circle", 6)).isEqualTo("d2");
    assertThat(legend("curves-steps")).containsExactly("d0", "d2", "d1");
    assertThat(legend("curves-time")).containsExactly("d0", "d2");
  }

  @Test
  void theTerminalGetsNoHeadingWithoutTextAndNoEmptyRow() {
    String text = report().text();

    assertThat(text)
        .doesNotContain("Learning curves", "\n\n\n", "mujoco")
        .contains("\nVersions\n", "gymnasium");
    assertThat(text.lines()).noneMatch(line -> line.endsWith(" "));
  }

  /** Of 1, 2, 3 against 2, 2, 5: 3 wins and 2 ties in 9 pairs; means 2 and 3. */
  @Test
  void comparisonJsonHoldsEveryFigure() throws IOException {
    report().write(folder);

    JsonNode json = Json.MAPPER.readTree(folder.resolve("comparison.json").toFile());
    assertThat(json.at("/env").asText()).isEqualTo("A-v1");
    JsonNode training = json.at("/protocols/0");
    assertThat(training.at("/protocol").asText()).isEqualTo("last_episodes");
    JsonNode us = training.at("/sides/0");
    assertThat(us.at("/seeds").asInt()).isEqualTo(3);
    assertThat(us.at("/expected_seeds").asInt()).isEqualTo(4);
    assertThat(us.at("/mean").asDouble()).isEqualTo(2);
    assertThat(us.at("/std").asDouble()).isEqualTo(1);
    assertThat(us.at("/median").asDouble()).isEqualTo(2);
    assertThat(us.at("/iqm/value").asDouble()).isEqualTo(2);
    assertThat(us.at("/iqm/low").isNull()).isTrue(); // too few
    assertThat(us.at("/per_seed/1/value").asDouble()).isEqualTo(2);
    assertThat(us.at("/per_seed/1/minutes").asDouble()).isEqualTo(4 / 60.0);
    assertThat(us.at("/per_seed/3/value").isNull()).isTrue();
    assertThat(us.at("/per_seed/3/minutes").isNull()).isTrue();
    assertThat(us.at("/per_seed/3/flaw").asText()).isEqualTo("crashed");
    assertThat(us.at("/versions/gymnasium").asText()).isEqualTo("1.4.0");
    JsonNode table = training.at("/sides/1");
    assertThat(table.at("/mean").asDouble()).isEqualTo(4);
    assertThat(table.at("/median").isNull()).isTrue();
    assertThat(table.at("/per_seed")).isEmpty();

    assertThat(training.at("/pairs")).hasSize(3); // the trained ones, and each with the table
    JsonNode pair = training.at("/pairs/0");
    assertThat(pair.at("/first").asText()).isEqualTo("ppo4j");
    assertThat(pair.at("/second").asText()).isEqualTo(NAME);
    assertThat(pair.at("/difference/value").asDouble()).isEqualTo(-1);
    assertThat(pair.at("/probability_of_improvement/value").asDouble())
        .isCloseTo(3 / 9.0, within(1e-12));
    assertThat(pair.at("/welch_p").asDouble()).isBetween(0.3, 0.6);
    assertThat(pair.at("/mann_whitney_p").asDouble()).isBetween(0.3, 1.0);
    assertThat(pair.at("/verdict").asText()).startsWith("With 3 and 3 seeds (1 of ppo4j missing)");
    assertThat(training.at("/pairs/1/mann_whitney_p").isNull()).isTrue();
    assertThat(json.at("/protocols/1/protocol").asText()).isEqualTo("evaluation");
    assertThat(json.at("/protocols/1/sides/1/mean").isNull()).isTrue();
  }

  @Test
  void tablesOfOneTaskHaveNamesOfTheirOwn() {
    for (String env : List.of("HalfCheetah-v4", "Hopper-v5", "Walker2d-v2")) {
      List<String> names =
          Published.of(env).stream().map(row -> new Contender.Table(row).name()).toList();
      assertThat(names).hasSizeGreaterThan(1).doesNotHaveDuplicates();
    }
  }

  private Report report() {
    List<SeedRun> ours =
        new ArrayList<>(List.of(run(1, "1.4.0"), run(2, "1.4.0"), run(3, "1.4.0")));
    ours.add(SeedRun.flawed("seed 4", "crashed"));
    List<Contender> others =
        List.of(
            new Contender.Table(new Published("A-v1", 400, 3, 4, 1, "old", "a paper", "v1")),
            new Contender.Trained(
                NAME, "A-v1", List.of(run(2, "0.29"), run(2, "0.29"), run(5, "0.29")), List.of()));
    Contender.Trained us = new Contender.Trained("ppo4j", "A-v1", ours, List.of());
    return new ReportBuilder(
            new ComparisonInput("A-v1", "./ppo4j compare A-v1", us, others, List.of(), List.of()))
        .build();
  }

  /**
   * A training of 400 steps in four seconds with an episode every four steps, of that return except
   * in the first two episodes, which tell it from every other.
   */
  private SeedRun run(double value, String gymnasium) {
    double[] returns = new double[100];
    Arrays.fill(returns, value);
    made++;
    returns[0] += made;
    returns[1] -= made;
    Episodes episodes =
        new Episodes(
            IntStream.rangeClosed(1, 100).mapToLong(i -> 4L * i).toArray(),
            returns,
            IntStream.rangeClosed(1, 100).mapToDouble(i -> 0.04 * i).toArray());
    return new SeedRun(
        "seed", episodes, new double[] {value, value}, "", Map.of("gymnasium", gymnasium));
  }

  private static Document parsed(String svg)
      throws IOException, ParserConfigurationException, SAXException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  /** Returns the colours of the lines in a plot's legend, which stand before the names. */
  private List<String> legend(String plot) throws IOException {
    return Pattern.compile("class=\"s(d\\d)\" stroke-width=\"2.5\"")
        .matcher(svg(plot))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** Returns the colour of a plot's n-th element of that name. */
  private String colourOf(String plot, String element, int n) throws IOException {
    List<MatchResult> all =
        Pattern.compile("<%s class=\"[fs](d\\d)\"".formatted(element))
            .matcher(svg(plot))
            .results()
            .toList();
    return all.get(n).group(1);
  }

  private String svg(String plot) throws IOException {
    return Files.readString(folder.resolve("plots").resolve(plot + ".svg"));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
