package org.ppo4j.lab.plot;

/** Colours that people with any colour vision can tell apart (Okabe and Ito, 2008), as RGB. */
final class Palette {
  private static final int[] ON_LIGHT = {
    0x0072b2, 0xd55e00, 0x009e73, 0xaa4499, 0x997700, 0x666666
  };
  private static final int[] ON_DARK = {0x56b4e9, 0xff8c42, 0x2fc79a, 0xe08fc0, 0xe6c229, 0xaaaaaa};

  private Palette() {}

  static int size() {
    return ON_LIGHT.length;
  }

  static int onLight(Canvas.Ink ink) {
    return switch (ink) {
      case Canvas.Ink.Text text -> 0x1f2328;
      case Canvas.Ink.Muted muted -> 0x59636e;
      case Canvas.Ink.Grid grid -> 0xdfe3e8;
      case Canvas.Ink.Data data -> ON_LIGHT[data.colour() % ON_LIGHT.length];
    };
  }

  static int onDark(Canvas.Ink ink) {
    return switch (ink) {
      case Canvas.Ink.Text text -> 0xe6e9ed;
      case Canvas.Ink.Muted muted -> 0x9ba4ae;
      case Canvas.Ink.Grid grid -> 0x363c44;
      case Canvas.Ink.Data data -> ON_DARK[data.colour() % ON_DARK.length];
    };
  }
}
