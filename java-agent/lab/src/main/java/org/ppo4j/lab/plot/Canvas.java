package org.ppo4j.lab.plot;

/** What plots are drawn on; x grows to the right, y downwards, in pixels. */
interface Canvas {

  /** What a mark is for; its colour follows from that. */
  sealed interface Ink {
    /** Letters and axes. */
    record Text() implements Ink {}

    /** Letters of less weight. */
    record Muted() implements Ink {}

    /** Grid lines. */
    record Grid() implements Ink {}

    /** A series, by the place of its colour in the palette. */
    record Data(int colour) implements Ink {}
  }

  /** Where a text begins. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  Ink TEXT = new Ink.Text();
  Ink MUTED = new Ink.Muted();
  Ink GRID = new Ink.Grid();

  /** Draws a line through points {@code [P]}, dashed or not. */
  void line(double[] xs, double[] ys, Ink ink, double width, boolean dashed);

  /** Fills a polygon of corners {@code [P]}, translucent. */
  void area(double[] xs, double[] ys, Ink ink);

  /** Fills a circle, or draws its rim. */
  void circle(double x, double y, double radius, Ink ink, boolean filled);

  /** Writes a line of text with its baseline at y. */
  void text(double x, double y, String text, Ink ink, Anchor anchor, boolean bold);

  /** Draws what follows within this rectangle only, until {@link #unclip}. */
  void clip(double x, double y, double width, double height);

  /** Ends {@link #clip}. */
  void unclip();
}
