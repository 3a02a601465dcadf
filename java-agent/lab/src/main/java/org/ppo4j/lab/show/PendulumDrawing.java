package org.ppo4j.lab.show;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;

/**
 * Gymnasium's {@code envs/classic_control/pendulum.py}, {@code render}, with the torque as an arc
 * instead of the picture of an arrow.
 */
final class PendulumDrawing implements Drawing {
  private static final double SCALE = 500 / 4.4;
  private static final double CENTRE = 250;
  private static final double WIDTH = 0.2 * SCALE;
  private static final Color ROD = new Color(204, 77, 77);

  @Override
  public BufferedImage draw(double[] observation, double[] action) {
    double angle = Math.atan2(observation[1], observation[0]) + Math.PI / 2;
    AffineTransform rod = Sketch.at(CENTRE, CENTRE, angle);
    Point2D end = rod.transform(new Point2D.Double(SCALE, 0), null);
    double half = WIDTH / 2;
    Sketch sketch =
        new Sketch(500, 500)
            .polygon(ROD, rod, 0, -half, 0, half, SCALE, half, SCALE, -half)
            .circle(ROD, CENTRE, CENTRE, half)
            .circle(ROD, end.getX(), end.getY(), half);
    double torque = Math.clamp(action[0], -2, 2);
    if (torque != 0) {
      arrow(sketch, torque);
    }
    return sketch.circle(Color.BLACK, CENTRE, CENTRE, 0.05 * SCALE).image();
  }

  /** Draws three quarters of a circle as large as the torque, from the top to where it pushes. */
  private static void arrow(Sketch sketch, double torque) {
    double radius = SCALE * Math.abs(torque) / 4;
    double turn = Math.copySign(1.5 * Math.PI, torque);
    double start = Math.PI / 2;
    double[] arc = new double[2 * 49];
    for (int i = 0; i < 49; i++) {
      arc[2 * i] = CENTRE + radius * Math.cos(start + turn * i / 48);
      arc[2 * i + 1] = CENTRE + radius * Math.sin(start + turn * i / 48);
    }
    double tip = radius / 4;
    AffineTransform end =
        Sketch.at(arc[96], arc[97], start + turn + Math.copySign(Math.PI / 2, torque));
    sketch.lines(Color.BLACK, arc).polygon(Color.BLACK, end, tip, 0, -tip, tip / 2, -tip, -tip / 2);
  }

  @Override
  public int framesPerSecond() {
    return 30;
  }
}
