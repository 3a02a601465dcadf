package org.ppo4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.ppo4j.policy.PolicyFiles.box;
import static org.ppo4j.policy.PolicyFiles.discrete;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are not what they should be: each is refused in one sentence. */
class PolicyFileTest {
  private static final double[] OBSERVATION = {1, -2, 0.5, 3};

  @TempDir private Path folder;

  @Test
  void refusesWhatIsNotThere() {
    Path file = folder.resolve("none.zip");
    assertRefused(file).withMessage("there is no policy file " + file);
    assertRefused(folder).withMessage(folder + " is a folder; give a policy file in it");
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path file = folder.resolve("policy.zip");
    String notPolicy = file + " is not a ppo4j policy";
    Files.write(file, new byte[0]);
    assertRefused(file).withMessage(notPolicy);
    Files.writeString(file, "hello");
    assertRefused(file).withMessage(notPolicy);
    Files.write(file, PolicyFiles.zip(Map.of("model.json", new byte[10])));
    assertRefused(file).withMessage(notPolicy);
    for (String manifest : new String[] {"null", "[]", "4", "{}", "{\"version\": 4}"}) {
      Files.write(file, zip(manifest));
      assertRefused(file).withMessage(notPolicy);
    }
    Files.write(file, zip("{"));
    assertRefused(file)
        .withMessage(
            "the manifest of %s is not JSON: a name was expected at offset 1, but the end was found"
                .formatted(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"format_version\": 4 | \"format_version\": 3 | has format 3, which was written before"
            + " ppo4j 0.2; train again or load it with ppo4j 0.1",
        "\"format_version\": 4 | \"format_version\": 5 | has format 5, which was written by a newer"
            + " ppo4j; use a newer ppo4j-policy, since this one reads format 4",
        "\"format_version\": 4 | \"format_version\": \"4\" | is not an integer from 1 to"
            + " 2147483647",
        "\"type\": \"mlp\" | \"type\": \"class\" | is a network of type class, which only the class"
            + " that made it runs; use TrainedPolicy of ppo4j-core with that class on the class"
            + " path",
        "\"type\": \"mlp\" | \"type\": \"lstm\" | is a network of type lstm, which this version of"
            + " ppo4j-policy does not know; it runs networks of types mlp, rnn and cnn, and each"
            + " with masked_ before it",
        "\"type\": \"mlp\" | \"type\": \"cnn\" | does not describe its convolutions, because a"
            + " development version of ppo4j 0.2 wrote it; use TrainedPolicy of ppo4j-core, or"
            + " resume the training, which writes it in full",
        "\"type\": \"mlp\" | \"type\": \"cnn\", \"images\": [] | a network with convolutions has no"
            + " images",
        "\"tanh\" | \"gelu\" | has the activation gelu, which this version of ppo4j-policy does not"
            + " know (known are tanh, relu, elu, leaky_relu, silu); use the version that wrote it",
        "\"clip\" | \"reflect\" | has the action bounds reflect, which this version of ppo4j-policy"
            + " does not know (known are clip, squash, none); use the version that wrote it",
        "\"action_bounds\" | \"action_head\": \"mixture\", \"action_bounds\" | has the action head"
            + " mixture, which this version of ppo4j-policy does not know (known are gaussian,"
            + " state_dependent_gaussian, beta, gsde); use the version that wrote it",
        "\"action_bounds\" | \"action_head\": \"state_dependent_gaussian\", \"action_bounds\" |"
            + " contradicts itself: the network has 2 outputs, but actions need 4",
        "\"box\" | \"graph\" | has the space graph, which this version of ppo4j-policy does not"
            + " know (known are box, discrete, multi_discrete, multi_binary, tuple); use the"
            + " version that wrote it",
        "\"box\" | \"BOX\" | has the space BOX",
        "\"type\": \"box\" | \"kind\": \"box\" | has no policy.observation_space.type",
        "\"hidden_sizes\": [7, 6] | \"hidden_sizes\": [7, 0] | policy.network.hidden_sizes in the"
            + " manifest of",
        "\"hidden_sizes\": [7, 6] | \"hidden_sizes\": [7, 6.0] | is not an integer from 1 to"
            + " 2147483647",
        "\"hidden_sizes\": [7, 6] | \"hidden_sizes\": 7 | is not a list",
        "\"hidden_sizes\": [7, 6] | \"hidden_sizes\": [6, 7] | the array network/parameters of",
        "\"hidden_sizes\": [7, 6] | \"hidden_sizes\": [2147483647, 2147483647, 2147483647] | has"
            + " more than 67108864 parameters, which ppo4j-policy does not load",
        "\"hidden_sizes\": [7, 6] | \"hidden_sizes\": [7, 6], \"critic_hidden_sizes\": [7] | the"
            + " array network/parameters of",
        "\"hidden_sizes\": [7, 6] | \"hidden_sizes\": [7, 6], \"critic_hidden_sizes\": [0] |"
            + " policy.network.critic_hidden_sizes in the manifest of",
        "\"inputs\": 4 | \"inputs\": 5 | contradicts itself: the network has 5 inputs, but"
            + " observations have 4 features",
        "\"outputs\": 2 | \"outputs\": 3 | contradicts itself: the network has 3 outputs, but"
            + " actions need 2",
        "\"outputs\": 2 | \"outputs\": 99999999999999999999 | is not an integer from 1 to"
            + " 2147483647",
        "\"shared_trunk\": false | \"shared_trunk\": 0 | is not true or false",
        "\"log_std_size\": 2 | \"log_std_size\": -1 | is not an integer from 0 to 2147483647",
        "\"log_std_size\": 2 | \"log_std_size\": 2147483647 | has more than 67108864 parameters",
        "\"shape\": [4] | \"shape\": [2, 3] | contradicts itself: a space of shape [2, 3] has 4"
            + " numbers",
        "\"shape\": [4] | \"shape\": [2147483647, 2147483647, 2147483647, 4] | contradicts itself",
        "\"shape\": [4] | \"shape\": [0] | contradicts itself",
        "\"low\": [-1.0, -1.0, -1.0, -1.0] | \"low\": [-1.0] | a box has 1 low and 4 high bounds",
        "\"low\": [-1.0, -1.0, -1.0, -1.0] | \"low\": [-1.0, 3, 0, 0] | number 1 of a box has low"
            + " 3.0 and high 2.0",
        "\"low\": [-1.0, -1.0, -1.0, -1.0] | \"low\": [-1.0, \"NaN\", 0, 0] | is not a number,"
            + " \"Infinity\" or \"-Infinity\"",
        "\"clip_observations\": 10.0 | \"clip_observations\": 0 | clip_observations is 0.0, which"
            + " leaves nothing",
        "\"clip_observations\": 10.0 | \"clip_observations\": null | has no"
            + " policy.clip_observations",
        "\"policy\": | \"politics\": | has no policy",
        "\"arrays\": | \"lists\": | has no arrays",
        "\"name\": \"network/parameters\" | \"name\": \"other\" | has no array network/parameters",
        "\"name\": \"policy/observation_mean\" | \"name\": \"network/parameters\" | the array"
            + " network/parameters occurs twice",
        "\"dtype\": \"float32\", | \"dtype\": \"float16\", | is float16 [",
        "\"dtype\": \"float32\"} | \"dtype\": \"float16\"} | has the dtype float16, which this"
            + " version",
        "\"name\": \"network/parameters\" | \"names\": \"network/parameters\" | has no arrays.name",
      })
  void refusesManifestsByName(String from, String to, String message) throws IOException {
    Path file = PolicyFiles.random(1).replacing(from, to).write(folder);
    assertRefused(file).withMessageContaining(message);
  }

  @Test
  void ignoresWhatANewerWriterAdds() throws IOException {
    double[] action;
    try (Policy policy = PolicyFiles.random(1).load(folder)) {
      action = policy.act(OBSERVATION);
    }
    try (Policy policy =
        PolicyFiles.random(1)
            .array("adam/m", "float32", new byte[400])
            .array("new", "float128", new byte[3])
            .replacing(
                "\"algorithm\": \"ppo\"",
                "\"algorithm\": \"trpo\", \"training\": {\"a\": [{}]}, \"b\": null")
            .load(folder)) {
      assertThat(policy.act(OBSERVATION)).containsExactly(action);
    }
  }

  @Test
  void refusesToSquashIntoNoBounds() throws IOException {
    Path file =
        PolicyFiles.of(box(1, -1, 1), 1, box(1, -1, Double.POSITIVE_INFINITY), 1)
            .bounds("squash")
            .randomParameters(1)
            .write(folder);
    assertRefused(file)
        .withMessageContaining(
            "actions are squashed into their bounds, but number 0 has low -1.0 and high Infinity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Infinity | clip | actions are scaled to their bounds, but number 0 has low -1.0 and high"
            + " Infinity",
        "1 | squash | actions of a beta distribution lie within the bounds, but action_bounds is"
            + " not clip",
        "1 | none | actions of a beta distribution lie within the bounds, but action_bounds is not"
            + " clip"
      })
  void refusesBetaWithoutBounds(double high, String bounds, String message) throws IOException {
    Path file =
        PolicyFiles.of(box(1, -1, 1), 1, box(1, -1, high), 2)
            .replacing("\"action_bounds\"", "\"action_head\": \"beta\", \"action_bounds\"")
            .bounds(bounds)
            .randomParameters(1)
            .write(folder);
    assertRefused(file).withMessageContaining(message);
  }

  @Test
  void refusesSpacesLargerThanAnyNetwork() throws IOException {
    Path file =
        PolicyFiles.of(discrete(Integer.MAX_VALUE, 0), 3, discrete(2, 0), 2)
            .randomParameters(1)
            .write(folder);
    assertRefused(file)
        .withMessageContaining("a space of 2147483647 values is larger than any network");
  }

  @Test
  void refusesParametersAndStatisticsThatAreNotFinite() throws IOException {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      PolicyFiles file = PolicyFiles.random(1);
      float[] parameters = new float[file.parameterCount()];
      parameters[9] = wrong;
      assertRefused(file.parameters(parameters).write(folder))
          .withMessageContaining("number 9 of network/parameters in ")
          .withMessageContaining(" is %s, with which no policy can act".formatted((double) wrong));
    }
    PolicyFiles file = PolicyFiles.random(1);
    file.doubles("policy/observation_mean", 0, 0, Double.NaN, 0);
    assertRefused(file.write(folder))
        .withMessageContaining("number 2 of policy/observation_mean in ");
    file = PolicyFiles.random(1);
    file.doubles("policy/observation_variance", 0, -1e-9, 0, 0);
    assertRefused(file.write(folder))
        .withMessageContaining("has a negative variance of observation number 1");
  }

  @Test
  void refusesAMissingEntry() throws IOException {
    Path file = folder.resolve("policy.zip");
    Files.write(file, zip(PolicyFiles.random(1).manifest()));
    assertRefused(file).withMessage(file + " has no entry arrays/network/parameters");
  }

  /** An entry that expands to more than the network needs is not expanded. */
  @Test
  void refusesAnEntryLargerThanDeclared() throws IOException {
    Path file = folder.resolve("policy.zip");
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("manifest.json", PolicyFiles.random(1).manifest().getBytes(StandardCharsets.UTF_8));
    entries.put("arrays/network/parameters", new byte[1 << 26]);
    Files.write(file, PolicyFiles.zip(entries));
    assertRefused(file)
        .withMessage(
            "%s is damaged: arrays/network/parameters is not what was written; copy it again"
                .formatted(file));
  }

  /** The same with a directory that lies about the size, which is read up to what it says. */
  @Test
  void refusesAnEntryThatLiesAboutItsSize() throws IOException {
    PolicyFiles policy = PolicyFiles.random(1);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("manifest.json", policy.manifest().getBytes(StandardCharsets.UTF_8));
    entries.put("arrays/network/parameters", new byte[1 << 26]);
    byte[] bytes = PolicyFiles.zip(entries);
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int directory = zip.getInt(bytes.length - 22 + 16);
    int second = directory + 46 + "manifest.json".length();
    assertThat(zip.getInt(second)).isEqualTo(0x02014b50);
    assertThat(zip.getInt(second + 24)).isEqualTo(1 << 26);
    zip.putInt(second + 24, policy.parameterCount() * Float.BYTES);
    Path file = Files.write(folder.resolve("policy.zip"), bytes);
    assertRefused(file).withMessageContaining("is damaged: arrays/network/parameters");
  }

  @Test
  void refusesAManifestTooLarge() throws IOException {
    Path file = folder.resolve("policy.zip");
    Files.write(file, PolicyFiles.zip(Map.of("manifest.json", new byte[(1 << 24) + 1])));
    assertRefused(file)
        .withMessage(
            "the manifest of %s has 16777217 bytes, but at most 16777216 are read".formatted(file));
  }

  /** Names are compared with four constants and never used as paths. */
  @Test
  void ignoresEntriesWithPathsElsewhere() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("../../outside", new byte[10]);
    entries.put("/absolute", new byte[10]);
    entries.put("arrays/../manifest.json", new byte[10]);
    Path file = folder.resolve("policy.zip");
    Files.write(file, PolicyFiles.zip(entries));
    assertRefused(file).withMessage(file + " is not a ppo4j policy");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }

  /** Opening a pipe waits for a writer. */
  @Test
  @Timeout(20)
  @EnabledOnOs(OS.LINUX)
  void refusesAPipe() throws IOException, InterruptedException {
    Path file = folder.resolve("policy.zip");
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertRefused(file).withMessage(file + " is not a regular file; give a policy file");
  }

  /** The last two bytes are the length of the zip's comment. */
  @Test
  void refusesDamageAtTheVeryEnd() throws IOException {
    byte[] bytes = PolicyFiles.random(1).bytes();
    Path file = folder.resolve("policy.zip");
    for (int i = 1; i <= 2; i++) {
      byte[] damaged = bytes.clone();
      damaged[bytes.length - i] ^= 0x40;
      Files.write(file, damaged);
      assertRefused(file).withMessageContaining("is truncated or damaged");
    }
  }

  @Test
  void everyCutIsRefused() throws IOException {
    byte[] bytes = PolicyFiles.random(1).bytes();
    Path file = folder.resolve("policy.zip");
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertRefused(file)
          .withMessageMatching(
              length < 4
                  ? ".* is not a ppo4j policy"
                  : ".* is truncated or damaged \\(" + length + " bytes\\); copy it again");
    }
  }

  @Test
  void everyFlippedBitIsRefusedOrChangesNothing() throws IOException {
    byte[] bytes = PolicyFiles.random(1).bytes();
    assertThat(bytes.length).isLessThan(4096);
    int equal = 0;
    double[] action;
    try (Policy policy = Policy.load(new ByteArrayInputStream(bytes))) {
      action = policy.act(OBSERVATION);
    }
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      if (isLoaded(bytes, action, "bit " + bit)) {
        equal++;
      }
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }
    // Times, versions and attributes of the entries, which nobody reads.
    assertThat(equal).isBetween(1, bytes.length * 8 / 2);
  }

  @Test
  void survivesMutatedFiles() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] original = PolicyFiles.random(1).bytes();
    double[] action;
    try (Policy policy = Policy.load(new ByteArrayInputStream(original))) {
      action = policy.act(OBSERVATION);
    }
    int loaded = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = original.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      if (isLoaded(bytes, action, "seed %d, round %d".formatted(seed, round))) {
        loaded++;
      }
    }
    System.out.printf("PolicyFileTest: seed %d, %d of 2000 files loaded%n", seed, loaded);
  }

  @Test
  void readsFromOtherFileSystems() throws IOException {
    Path jar = folder.resolve("service.jar");
    Files.write(jar, PolicyFiles.zip(Map.of("policy.zip", PolicyFiles.random(1).bytes())));
    try (FileSystem files = FileSystems.newFileSystem(jar);
        Policy policy = Policy.load(files.getPath("policy.zip"));
        Policy same = PolicyFiles.random(1).load(folder)) {
      assertThat(policy.act(OBSERVATION)).containsExactly(same.act(OBSERVATION));
      assertRefused(files.getPath("none.zip")).withMessage("there is no policy file none.zip");
    }
  }

  @Test
  void refusesAStreamThatFails() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection lost");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };
    assertThatExceptionOfType(PolicyException.class)
        .isThrownBy(() -> Policy.load(failing))
        .withMessage("cannot read the stream: connection lost");
  }

  private ThrowableAssertAlternative<PolicyException> assertRefused(Path file) {
    return assertThatExceptionOfType(PolicyException.class)
        .isThrownBy(() -> Policy.load(file))
        .withMessageNotContaining("\n");
  }

  /** Returns whether the file loads, and fails if it then acts differently. */
  private boolean isLoaded(byte[] bytes, double[] action, String where) throws IOException {
    Path file = Files.write(folder.resolve("mutated.zip"), bytes);
    try (Policy policy = Policy.load(file)) {
      assertThat(policy.act(OBSERVATION)).as(where).containsExactly(action);
      return true;
    } catch (PolicyException e) {
      assertThat(e.getMessage()).as(where).doesNotContain("\n");
      return false;
    } catch (RuntimeException e) {
      return fail(where, e);
    }
  }

  private static byte[] zip(String manifest) {
    return PolicyFiles.zip(Map.of("manifest.json", manifest.getBytes(StandardCharsets.UTF_8)));
  }
}
