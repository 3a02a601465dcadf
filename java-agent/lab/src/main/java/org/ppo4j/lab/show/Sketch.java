package org.ppo4j.lab.show;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/**
 * A white picture with the origin at the bottom left and y upwards; the counterpart of the surface
 * that Gymnasium's classic control draws on with pygame and flips at the end.
 */
final class Sketch {
  private final BufferedImage image;
  private final Graphics2D graphics;

  Sketch(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.transform(new AffineTransform(1, 0, 0, -1, 0, height));
  }

  /** Returns the place ({@code x}, {@code y}) with its axes turned by {@code angle}. */
  static AffineTransform at(double x, double y, double angle) {
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.rotate(angle);
    return place;
  }

  /** Fills the polygon of the points {@code x0, y0, x1, y1, ...}, in the axes of {@code place}. */
  Sketch polygon(Color color, AffineTransform place, double... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
    path.closePath();
    return fill(color, place.createTransformedShape(path));
  }

  Sketch circle(Color color, double x, double y, double radius) {
    return fill(color, new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  /**
   * Draws lines through the points {@code x0, y0, x1, y1, ...}, one pixel wide. As in pygame, the
   * pixel of a point is above it and to its right.
   */
  Sketch lines(Color color, double... points) {
    graphics.setColor(color);
    for (int i = 2; i < points.length; i += 2) {
      double x = points[i - 2] + 0.5;
      double y = points[i - 1] + 0.5;
      graphics.draw(new Line2D.Double(x, y, points[i] + 0.5, points[i + 1] + 0.5));
    }
    return this;
  }

  private Sketch fill(Color color, Shape shape) {
    graphics.setColor(color);
    graphics.fill(shape);
    return this;
  }

  /** Returns the picture; nothing can be drawn afterwards. */
  BufferedImage image() {
    graphics.dispose();
    return image;
  }
}
