package org.ppo4j.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Values from 0 to 100 with a margin of 5 are drawn between pixels 64 and 736, so that 0 is at 64 +
 * 5 / 110 * 672 = 94.5 and every further unit is 6.1 pixels to the right.
 */
class DotPlotTest {
  private static final DotPlot.Row ROW =
      new DotPlot.Row("ours", 0, new double[] {0, 50, 100}, 50, 25, 75);
  private static final double NONE = Double.NaN;

  @Test
  void dotsAreAtTheirValues() {
    assertThat(found(plot(ROW), "<circle class=\"fd0\" fill-opacity=\"0.75\" (.*?)/>"))
        .containsExactly(
            "cx=\"94.5\" cy=\"81\" r=\"4.5\"", // 52 + 29
            "cx=\"400\" cy=\"81\" r=\"4.5\"",
            "cx=\"705.5\" cy=\"81\" r=\"4.5\"");
  }

  @Test
  void theMeanIsARingOnTheIntervalBelowTheDots() {
    String svg = plot(ROW);

    assertThat(found(svg, "<circle class=\"sd0\" stroke-width=\"2\" (.*?)/>"))
        .containsExactly("cx=\"400\" cy=\"96\" r=\"4.5\""); // 52 + 44
    assertThat(found(svg, "<polyline class=\"sd0\" stroke-width=\"2\" points=\"(.*?)\"/>"))
        .containsExactly("247.3,96 552.7,96", "247.3,91 247.3,101", "552.7,91 552.7,101");
  }

  @Test
  void aRowWithoutAnIntervalHasItsDotsAndItsMeanOnly() {
    String svg = plot(new DotPlot.Row("one", 0, new double[] {0, 100}, 50, NONE, NONE));

    assertThat(found(svg, "<(circle) class")).hasSize(3);
    assertThat(found(svg, "<polyline class=\"(sd0)\"")).isEmpty();
  }

  @Test
  void eachRowIsBelowTheOneBeforeInItsOwnColour() {
    String svg = plot(ROW, new DotPlot.Row("theirs", 1, new double[] {50}, NONE, NONE, NONE));

    assertThat(found(svg, "<circle class=\"fd1\".*? (cx=.*?)/>"))
        .containsExactly("cx=\"400\" cy=\"139\" r=\"4.5\""); // 81 + 58
    assertThat(svg).contains("height=\"220\""); // 52 + 2 * 58 + 44 + 8
  }

  /** One value has no range; the axis is then a little wider than a point. */
  @Test
  void equalValuesAreInTheMiddle() {
    assertThat(found(plot(new DotPlot.Row("one", 0, new double[] {7}, 7, NONE, NONE)), "(cx=\\S+)"))
        .containsExactly("cx=\"400\"", "cx=\"400\"");
  }

  private static String plot(DotPlot.Row... rows) {
    return new DotPlot("title", "return", List.of(rows)).svg("id");
  }

  private static List<String> found(String svg, String pattern) {
    return Pattern.compile(pattern).matcher(svg).results().map(DotPlotTest::group).toList();
  }

  private static String group(MatchResult match) {
    return match.group(1);
  }
}
