package org.ppo4j.lab.show;

import java.awt.image.BufferedImage;
import java.util.Optional;

/** Draws an environment from an observation, as Gymnasium draws it. */
public interface Drawing {

  /**
   * Draws one moment.
   *
   * @param observation the observation, {@code [O]}
   * @param action the action that led to it, {@code [A]}; zeros at the start of an episode
   * @return a new image in RGB
   */
  BufferedImage draw(double[] observation, double[] action);

  /** Returns the frames per second, as the metadata of Gymnasium's environment say. */
  int framesPerSecond();

  /** Returns the drawing of the native environment {@code id}; empty if there is none. */
  static Optional<Drawing> of(String id) {
    return switch (id) {
      case "CartPole-v0", "CartPole-v1" -> Optional.of(new CartPoleDrawing());
      case "Acrobot-v1" -> Optional.of(new AcrobotDrawing());
      case "MountainCar-v0" -> Optional.of(new MountainCarDrawing(0.5));
      case "MountainCarContinuous-v0" -> Optional.of(new MountainCarDrawing(0.45));
      case "Pendulum-v1" -> Optional.of(new PendulumDrawing());
      default -> Optional.empty();
    };
  }
}
