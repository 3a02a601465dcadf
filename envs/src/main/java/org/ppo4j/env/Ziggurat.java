package org.ppo4j.env;

/**
 * Normal deviates by the ziggurat method of Marsaglia and Tsang ("The Ziggurat Method for
 * Generating Random Variables", 2000) with 256 layers of equal area, drawn as numpy draws them: the
 * low byte of 64 bits is the layer, the next bit the sign, and 52 bits the place in the layer.
 */
final class Ziggurat {
  private static final int LAYERS = 256;

  /** Where the lowest layer's tail begins. */
  private static final double TAIL = 3.6541528853610087963519472518;

  /** The area of each layer under exp(-x&sup2;/2); it follows from the layers and the tail. */
  private static final double AREA = 0.004928673233974652;

  /** Half the width of each layer over 2<sup>52</sup>, {@code [LAYERS]}; layer 0 has the tail. */
  private static final double[] WIDTH = new double[LAYERS];

  /** The density at the outer edge of each layer, {@code [LAYERS]}; 1 at the top. */
  private static final double[] DENSITY = new double[LAYERS];

  /** The places below which a layer lies wholly under the density, {@code [LAYERS]}. */
  private static final long[] INSIDE = new long[LAYERS];

  static {
    double edge = TAIL;
    DENSITY[LAYERS - 1] = density(TAIL);
    WIDTH[LAYERS - 1] = TAIL * 0x1p-52;
    for (int i = LAYERS - 2; i > 0; i--) {
      double inner = Math.sqrt(-2 * StrictMath.log(AREA / edge + DENSITY[i + 1]));
      INSIDE[i + 1] = (long) (inner / edge * 0x1p52);
      DENSITY[i] = density(inner);
      WIDTH[i] = inner * 0x1p-52;
      edge = inner;
    }
    double base = AREA / DENSITY[LAYERS - 1];
    INSIDE[0] = (long) (TAIL / base * 0x1p52);
    WIDTH[0] = base * 0x1p-52;
    DENSITY[0] = 1;
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
      double beyond = -StrictMath.log1p(-random.nextDouble()) / TAIL;
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
