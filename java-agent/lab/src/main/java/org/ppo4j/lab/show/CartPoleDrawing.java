package org.ppo4j.lab.show;

import java.awt.Color;
import java.awt.image.BufferedImage;

/** Gymnasium's {@code envs/classic_control/cartpole.py}, {@code render}. */
final class CartPoleDrawing implements Drawing {
  private static final double SCALE = 600 / 4.8;
  private static final double TRACK = 100;
  private static final double AXLE = TRACK + 7.5;
  private static final Color POLE = new Color(202, 152, 101);
  private static final Color PIN = new Color(129, 132, 203);

  @Override
  public BufferedImage draw(double[] observation, double[] action) {
    double x = observation[0] * SCALE + 300;
    return new Sketch(600, 400)
        .polygon(Color.BLACK, Sketch.at(x, TRACK, 0), -25, -15, -25, 15, 25, 15, 25, -15)
        .polygon(
            POLE, Sketch.at(x, AXLE, -observation[2]), -5, -5, -5, SCALE - 5, 5, SCALE - 5, 5, -5)
        .circle(PIN, x, AXLE, 5)
        .lines(Color.BLACK, 0, TRACK, 600, TRACK)
        .image();
  }

  @Override
  public int framesPerSecond() {
    return 50;
  }
}
