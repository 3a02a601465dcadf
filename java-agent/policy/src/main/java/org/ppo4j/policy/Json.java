package org.ppo4j.policy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A strict JSON reader (RFC 8259). Objects become {@link Map}s in the order of the text, arrays
 * {@link List}s, integers of up to 18 digits {@link Long}s and other numbers {@link Double}s.
 *
 * <p>A name that occurs twice in an object is an error, and so is nesting deeper than {@link
 * #MAX_DEPTH}, which bounds the stack.
 */
final class Json {
  static final int MAX_DEPTH = 64;

  /** How many digits surely fit a long. */
  private static final int LONG_DIGITS = 18;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** Thrown if a text is not JSON; the message is a phrase with the place. */
  static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    SyntaxException(String message) {
      super(message);
    }
  }

  /**
   * Reads a text that consists of one value.
   *
   * @param utf8 the text in UTF-8
   * @return the value; null, a {@link Boolean}, {@link String}, {@link Long}, {@link Double},
   *     {@link List} or {@link Map}
   * @throws SyntaxException if the text is not JSON
   */
  static @Nullable Object parse(byte[] utf8) throws SyntaxException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new SyntaxException("the text is not UTF-8");
    }
    Json json = new Json(text);
    Object value = json.value(0);
    if (json.peek() >= 0) {
      throw json.unexpected("the end");
    }
    return value;
  }

  private @Nullable Object value(int depth) throws SyntaxException {
    if (depth > MAX_DEPTH) {
      throw new SyntaxException("the text is nested deeper than " + MAX_DEPTH);
    }
    int c = peek();
    return switch (c) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", null);
      default -> {
        if (c == '-' || isDigit(c)) {
          yield number();
        }
        throw unexpected("a value");
      }
    };
  }

  private Map<String, @Nullable Object> object(int depth) throws SyntaxException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    at++;
    if (take('}')) {
      return object;
    }
    do {
      if (peek() != '"') {
        throw unexpected("a name");
      }
      String name = string();
      require(':');
      Object value = value(depth + 1);
      if (object.containsKey(name)) {
        throw new SyntaxException("the name %s occurs twice".formatted(name));
      }
      object.put(name, value);
    } while (take(','));
    require('}');
    return object;
  }

  private List<@Nullable Object> array(int depth) throws SyntaxException {
    List<@Nullable Object> array = new ArrayList<>();
    at++;
    if (take(']')) {
      return array;
    }
    do {
      array.add(value(depth + 1));
    } while (take(','));
    require(']');
    return array;
  }

  private String string() throws SyntaxException {
    StringBuilder string = new StringBuilder();
    at++;
    while (true) {
      int c = next("the end of a string");
      if (c == '"') {
        return string.toString();
      }
      if (c < ' ') {
        at--;
        throw unexpected("a character of a string");
      }
      string.append(c == '\\' ? escaped() : (char) c);
    }
  }

  private char escaped() throws SyntaxException {
    int c = next("an escape");
    return switch (c) {
      case '"', '\\', '/' -> (char) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> codeUnit();
      default -> {
        at--;
        throw unexpected("an escape");
      }
    };
  }

  private char codeUnit() throws SyntaxException {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = hexDigit(next("a hexadecimal digit"));
      if (digit < 0) {
        at--;
        throw unexpected("a hexadecimal digit");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private Number number() throws SyntaxException {
    int start = at;
    skip('-');
    if (!skip('0')) {
      digits();
    }
    boolean integer = true;
    if (skip('.')) {
      integer = false;
      digits();
    }
    if (skip('e') || skip('E')) {
      integer = false;
      if (!skip('+')) {
        skip('-');
      }
      digits();
    }
    String number = text.substring(start, at);
    if (integer && number.length() <= LONG_DIGITS) {
      return Long.valueOf(number);
    }
    return Double.valueOf(number);
  }

  private void digits() throws SyntaxException {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw unexpected("a digit");
    }
  }

  private @Nullable Object literal(String word, @Nullable Object value) throws SyntaxException {
    if (!text.startsWith(word, at)) {
      throw unexpected("a value");
    }
    at += word.length();
    return value;
  }

  private void require(char c) throws SyntaxException {
    if (!take(c)) {
      throw unexpected("'" + c + "'");
    }
  }

  /** Skips white space and, if {@code c} follows, that too; returns whether it did. */
  private boolean take(char c) {
    return peek() == c && skip(c);
  }

  private boolean skip(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /** Skips white space and returns the next character, or -1 at the end. */
  private int peek() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : -1;
  }

  private int next(String expected) throws SyntaxException {
    if (at == text.length()) {
      throw unexpected(expected);
    }
    return text.charAt(at++);
  }

  private SyntaxException unexpected(String expected) {
    String found = at < text.length() ? "character " + (int) text.charAt(at) : "the end";
    return new SyntaxException(
        "%s was expected at offset %d, but %s was found".formatted(expected, at, found));
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static int hexDigit(int c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }
}
