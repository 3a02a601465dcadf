package org.ppo4j.lab.show;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;

/**
 * Gymnasium's {@code envs/classic_control/mountain_car.py} and {@code continuous_mountain_car.py},
 * {@code render}.
 *
 * @param goal the position of the flag
 */
record MountainCarDrawing(double goal) implements Drawing {
  private static final double LEFT = -1.2;
  private static final double SCALE = 600 / 1.8;
  private static final double CLEARANCE = 10;
  private static final Color WHEEL = new Color(128, 128, 128);
  private static final Color FLAG = new Color(204, 204, 0);

  @Override
  public BufferedImage draw(double[] observation, double[] action) {
    double[] hill = new double[200];
    for (int i = 0; i < 100; i++) {
      double position = LEFT + 1.8 * i / 99;
      hill[2 * i] = x(position);
      hill[2 * i + 1] = y(position);
    }
    double position = observation[0];
    AffineTransform car = Sketch.at(x(position), CLEARANCE + y(position), Math.cos(3 * position));
    Sketch sketch =
        new Sketch(600, 400)
            .lines(Color.BLACK, hill)
            .polygon(Color.BLACK, car, -20, 0, -20, 20, 20, 20, 20, 0);
    for (double wheel : new double[] {10, -10}) {
      Point2D at = car.transform(new Point2D.Double(wheel, 0), null);
      sketch.circle(WHEEL, at.getX(), at.getY(), 8);
    }
    double pole = Math.floor(x(goal));
    double top = Math.floor(y(goal)) + 50;
    return sketch
        .lines(Color.BLACK, pole, y(goal), pole, top)
        .polygon(FLAG, new AffineTransform(), pole, top, pole, top - 10, pole + 25, top - 5)
        .image();
  }

  private static double x(double position) {
    return (position - LEFT) * SCALE;
  }

  private static double y(double position) {
    return (Math.sin(3 * position) * 0.45 + 0.55) * SCALE;
  }

  @Override
  public int framesPerSecond() {
    return 30;
  }
}
