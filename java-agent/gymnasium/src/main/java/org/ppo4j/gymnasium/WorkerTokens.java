package org.ppo4j.gymnasium;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The tokens by which Java and one worker recognise each other, 256 random bits each. They are
 * written to the worker's standard input, which nobody else can read, and stand nowhere else.
 *
 * @param ofJava what each connection to the worker must begin with
 * @param ofWorker what the worker must answer
 */
record WorkerTokens(String ofJava, String ofWorker) {
  private static final int BYTES = 32;

  /** Draws tokens. */
  static WorkerTokens random() {
    SecureRandom random = new SecureRandom();
    return new WorkerTokens(token(random), token(random));
  }

  private static String token(SecureRandom random) {
    byte[] token = new byte[BYTES];
    random.nextBytes(token);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** Returns the lines by which the worker learns them. */
  String lines() {
    return ofJava + "\n" + ofWorker + "\n";
  }

  /** Returns whether an answer is the worker's, in a time that does not depend on the answer. */
  boolean isOfWorker(String answer) {
    return MessageDigest.isEqual(
        ofWorker.getBytes(StandardCharsets.UTF_8), answer.getBytes(StandardCharsets.UTF_8));
  }

  /** Does not contain the tokens. */
  @Override
  public String toString() {
    return "WorkerTokens";
  }
}
