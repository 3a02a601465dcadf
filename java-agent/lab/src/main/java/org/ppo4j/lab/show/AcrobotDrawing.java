package org.ppo4j.lab.show;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;

/** Gymnasium's {@code envs/classic_control/acrobot.py}, {@code render}. */
final class AcrobotDrawing implements Drawing {
  private static final double SCALE = 500 / 4.4;
  private static final double CENTRE = 250;
  private static final Color LINK = new Color(0, 204, 204);
  private static final Color JOINT = new Color(204, 204, 0);

  @Override
  public BufferedImage draw(double[] observation, double[] action) {
    double first = Math.atan2(observation[1], observation[0]);
    double second = first + Math.atan2(observation[3], observation[2]);
    AffineTransform upper = Sketch.at(CENTRE, CENTRE, first - Math.PI / 2);
    Point2D elbow = upper.transform(new Point2D.Double(SCALE, 0), null);
    AffineTransform lower = Sketch.at(elbow.getX(), elbow.getY(), second - Math.PI / 2);
    double half = 0.1 * SCALE;
    double[] link = {0, -half, 0, half, SCALE, half, SCALE, -half};
    double goal = Math.floor(CENTRE + SCALE);
    return new Sketch(500, 500)
        .lines(Color.BLACK, 0, goal, 500, goal)
        .polygon(LINK, upper, link)
        .circle(JOINT, CENTRE, CENTRE, half)
        .polygon(LINK, lower, link)
        .circle(JOINT, elbow.getX(), elbow.getY(), half)
        .image();
  }

  @Override
  public int framesPerSecond() {
    return 15;
  }
}
