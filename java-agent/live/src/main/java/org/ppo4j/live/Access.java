package org.ppo4j.live;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask the server. The host and, if a browser gives one, the origin must be this server's
 * address, so that no page of another site reaches it, also by a name that it points to this
 * machine (DNS rebinding). Numbers of a training are given to those only who have the token, which
 * other users of this machine do not.
 */
final class Access {
  private static final int TOKEN_BYTES = 32;
  private static final String SCHEME = "Bearer ";

  private final String token;
  private final Set<String> hosts;

  /** Makes a token for the server at {@code port}. */
  Access(int port) {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
  }

  /** Returns the token: 256 random bits as 43 letters that a URL can hold. */
  String token() {
    return token;
  }

  /** Returns whether a request is for this server and from its own page or from no page. */
  boolean isOwn(Headers request) {
    String host = request.getFirst("Host");
    String origin = request.getFirst("Origin");
    return host != null
        && hosts.contains(host)
        && (origin == null || origin.equals("http://" + host));
  }

  /** Returns whether a request has the token, in a time that does not depend on what it has. */
  boolean hasToken(Headers request) {
    @Nullable String given = request.getFirst("Authorization");
    return given != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8),
            (SCHEME + token).getBytes(StandardCharsets.UTF_8));
  }
}
