package org.ppo4j.agent.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.util.Arrays;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * Reader of a {@link Space.Box} from JSON. An array of one bound stands for as many equal bounds as
 * the box has elements, which keeps the description of an image short.
 */
final class BoxReader extends JsonDeserializer<Space.Box> {
  /** More elements than any observation has; a file that declares more is damaged. */
  private static final int MAX_SIZE = 1 << 22;

  @SuppressWarnings("ArrayRecordComponent") // lives as long as a box is read
  private record Form(double[] low, double[] high, int[] shape, DType dtype) {
    Space.Box box() {
      int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      return new Space.Box(expand(low, size), expand(high, size), shape, dtype);
    }

    private static double[] expand(double[] bounds, int size) {
      if (bounds.length != 1 || size <= 1) {
        return bounds;
      }
      if (size > MAX_SIZE) {
        throw new IllegalArgumentException(
            "a Box of %d elements is too large; at most %d are read".formatted(size, MAX_SIZE));
      }
      double[] all = new double[size];
      Arrays.fill(all, bounds[0]);
      return all;
    }
  }

  @Override
  public Space.Box deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    Form form = context.readValue(parser, Form.class);
    try {
      return form.box();
    } catch (RuntimeException e) {
      return (Space.Box) context.handleInstantiationProblem(Space.Box.class, form, e);
    }
  }
}
