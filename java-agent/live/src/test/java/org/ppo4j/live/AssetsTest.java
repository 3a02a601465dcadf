package org.ppo4j.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssetsTest {
  private static final Pattern LINKED =
      Pattern.compile("(?:href|src)=\"([^\"#]+)\"|from '\\./([^']+)'");

  /** The hashes of the files of uplot@1.6.32, which {@code java-agent/live/vendor} prints. */
  @ParameterizedTest
  @CsvSource({
    "uPlot.iife.min.js,19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css,df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "LICENSE,8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd"
  })
  void theChartingLibraryIsUnchanged(String name, String hash) throws NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Assets.bytes("uplot/" + name));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(hash);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/main.js", "/objective.js", "/explorer.js", "/charts.js"})
  void whatAFileLinksToIsServed(String path) {
    String text =
        new String(Objects.requireNonNull(Assets.of(path)).bytes(), StandardCharsets.UTF_8);
    Matcher linked = LINKED.matcher(text);
    int links = 0;
    while (linked.find()) {
      String name = linked.group(1) == null ? linked.group(2) : linked.group(1);
      assertThat(Assets.of("/" + name)).as("%s, which %s links to", name, path).isNotNull();
      links++;
    }
    assertThat(links).isPositive();
  }

  @Test
  void nothingElseIsServed() {
    assertThat(Assets.of("/uplot/README.md")).isNull();
    assertThat(Assets.of("/../package-info.class")).isNull();
  }
}
