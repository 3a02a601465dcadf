package org.ppo4j.lab.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * What a mark is for, which determines its colour. Series have colours that people with any colour
 * vision can distinguish (Okabe and Ito, 2008).
 *
 * @param name its name in CSS classes
 * @param onLight its colour on a light background, as RGB
 * @param onDark its colour on a dark background, as RGB
 */
record Ink(String name, int onLight, int onDark) {
  /** Letters. */
  static final Ink TEXT = new Ink("t", 0x1f2328, 0xe6e9ed);

  /** Less important letters. */
  static final Ink MUTED = new Ink("m", 0x59636e, 0x9ba4ae);

  /** Grid lines. */
  static final Ink GRID = new Ink("g", 0xdfe3e8, 0x363c44);

  private static final int[] SERIES_ON_LIGHT = {
    0x0072b2, 0xd55e00, 0x009e73, 0xaa4499, 0x997700, 0x666666
  };
  private static final int[] SERIES_ON_DARK = {
    0x56b4e9, 0xff8c42, 0x2fc79a, 0xe08fc0, 0xe6c229, 0xaaaaaa
  };

  /** Returns the ink of a series; after the last colour it starts again from the first. */
  static Ink series(int index) {
    int colour = index % SERIES_ON_LIGHT.length;
    return new Ink("d" + colour, SERIES_ON_LIGHT[colour], SERIES_ON_DARK[colour]);
  }

  /** Returns all inks. */
  static List<Ink> all() {
    List<Ink> all = new ArrayList<>(List.of(TEXT, MUTED, GRID));
    for (int i = 0; i < SERIES_ON_LIGHT.length; i++) {
      all.add(series(i));
    }
    return all;
  }
}
