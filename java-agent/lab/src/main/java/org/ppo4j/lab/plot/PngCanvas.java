package org.ppo4j.lab.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.jspecify.annotations.Nullable;

/** Draws on a white image, two pixels for each of a plot's. Letters need a font of this machine. */
final class PngCanvas implements Canvas {
  private static final int SCALE = 2;
  private static final int OPAQUE = 255;
  private static final int DOT = 190;
  private static final int BAND = 46;

  private final BufferedImage image;
  private final Graphics2D graphics;
  private @Nullable Shape before;

  PngCanvas(double width, double height) {
    image =
        new BufferedImage(
            (int) Math.ceil(width * SCALE),
            (int) Math.ceil(height * SCALE),
            BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fill(new Rectangle2D.Double(0, 0, width, height));
  }

  /** Ends the drawing and returns it. */
  BufferedImage image() {
    graphics.dispose();
    return image;
  }

  @Override
  public void line(double[] xs, double[] ys, Ink ink, double width, boolean dashed) {
    graphics.setColor(colour(ink, OPAQUE));
    float[] dash = dashed ? new float[] {6, 4} : null;
    graphics.setStroke(
        new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0));
    graphics.draw(path(xs, ys));
  }

  @Override
  public void area(double[] xs, double[] ys, Ink ink) {
    graphics.setColor(colour(ink, BAND));
    Path2D path = path(xs, ys);
    path.closePath();
    graphics.fill(path);
  }

  @Override
  public void circle(double x, double y, double radius, Ink ink, boolean filled) {
    Shape circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    graphics.setColor(colour(ink, filled ? DOT : OPAQUE));
    if (filled) {
      graphics.fill(circle);
    } else {
      graphics.setStroke(new BasicStroke(2));
      graphics.draw(circle);
    }
  }

  @Override
  public void text(double x, double y, String text, Ink ink, Anchor anchor, boolean bold) {
    graphics.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, bold ? 14 : 12));
    graphics.setColor(colour(ink, OPAQUE));
    double length = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
    double shift =
        switch (anchor) {
          case START -> 0;
          case MIDDLE -> length / 2;
          case END -> length;
        };
    graphics.drawString(text, (float) (x - shift), (float) y);
  }

  @Override
  public void clip(double x, double y, double width, double height) {
    before = graphics.getClip();
    graphics.clip(new Rectangle2D.Double(x, y, width, height));
  }

  @Override
  public void unclip() {
    graphics.setClip(before);
  }

  private static Path2D path(double[] xs, double[] ys) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < xs.length; i++) {
      if (i == 0) {
        path.moveTo(xs[i], ys[i]);
      } else {
        path.lineTo(xs[i], ys[i]);
      }
    }
    return path;
  }

  private static Color colour(Ink ink, int alpha) {
    int rgb = Palette.onLight(ink);
    return new Color(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff, alpha);
  }
}
