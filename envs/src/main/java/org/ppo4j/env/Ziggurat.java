package org.ppo4j.env;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Normal deviates by the ziggurat method of Marsaglia and Tsang ("The Ziggurat Method for
 * Generating Random Variables", 2000) with 256 layers of equal area, drawn as numpy draws them: the
 * low byte of 64 bits is the layer, the next bit is the sign, and 52 bits are the position in the
 * layer.
 *
 * <p>The widths of the layers could be computed from the tail and the area, but the results would
 * differ from numpy's in the last bit. They are therefore read from {@code ziggurat.txt}, which
 * {@code record_ziggurat.py} recorded from numpy.
 */
final class Ziggurat {
  private static final int LAYERS = 256;

  /** The x at which the lowest layer's tail begins. The next constant is its inverse. */
  private static final double TAIL = 3.654152885361009;

  private static final double INVERSE_TAIL = 0.2736612373297583;

  /**
   * Half the width of each layer over 2<sup>52</sup>, {@code [LAYERS]}; layer 0 includes the tail.
   */
  private static final double[] WIDTH = new double[LAYERS];

  /** The density at the outer edge of each layer, {@code [LAYERS]}; 1 at the top. */
  private static final double[] DENSITY = new double[LAYERS];

  /** The positions below which a layer is entirely under the density, {@code [LAYERS]}. */
  private static final long[] INSIDE = new long[LAYERS];

  static {
    int layer = 0;
    for (String line : table()) {
      if (!line.startsWith("#")) {
        String[] words = line.split(" ", -1);
        WIDTH[layer] = Double.longBitsToDouble(Long.parseUnsignedLong(words[0], 16));
        INSIDE[layer] = Long.parseLong(words[1]);
        DENSITY[layer] = layer == 0 ? 1 : density(WIDTH[layer] * 0x1p52);
        layer++;
      }
    }
  }

  private static List<String> table() {
    try (InputStream in = Ziggurat.class.getResourceAsStream("ziggurat.txt")) {
      if (in == null) {
        throw new IllegalStateException("the resource ziggurat.txt is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ziggurat() {}

  /** Draws one deviate from {@code random}. */
  static double normal(NumpyRandom random) {
    while (true) {
      long bits = random.nextUint64();
      int layer = (int) (bits & 0xff);
      boolean negative = (bits >>> 8 & 1) == 1;
      long place = bits >>> 9 & 0xf_ffff_ffff_ffffL;
      double x = negative ? -(place * WIDTH[layer]) : place * WIDTH[layer];
      if (place < INSIDE[layer]) {
        return x;
      }
      if (layer == 0) {
        return tail(random, (place >>> 8 & 1) == 1);
      }
      double step = DENSITY[layer - 1] - DENSITY[layer];
      if (step * random.nextDouble() + DENSITY[layer] < density(x)) {
        return x;
      }
    }
  }

  private static double tail(NumpyRandom random, boolean negative) {
    while (true) {
      double beyond = -INVERSE_TAIL * StrictMath.log1p(-random.nextDouble());
      double bound = -StrictMath.log1p(-random.nextDouble());
      if (bound + bound > beyond * beyond) {
        return negative ? -(TAIL + beyond) : TAIL + beyond;
      }
    }
  }

  private static double density(double x) {
    return StrictMath.exp(-0.5 * x * x);
  }
}
