package org.ppo4j.lab.show;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.ppo4j.env.StepBatch;
import org.ppo4j.gymnasium.PythonVectorEnv;
import org.ppo4j.gymnasium.RenderedFrame;

/** Takes pictures of sub-environment 0. */
public interface Scene {

  /**
   * Takes a picture.
   *
   * @param batch the result of the last reset or step
   * @param actions the actions of that step; zeros after a reset
   */
  BufferedImage frame(StepBatch batch, double[] actions);

  /** Returns the number of pictures for a second of the environment's time. */
  int framesPerSecond();

  /** Returns the scene of a native environment, whose last state of an episode is drawn too. */
  static Scene drawn(Drawing drawing) {
    return new Scene() {
      @Override
      public BufferedImage frame(StepBatch batch, double[] actions) {
        double[] observations = batch.isDone(0) ? batch.finalObservations : batch.observations;
        return drawing.draw(Arrays.copyOf(observations, batch.observationSize()), actions);
      }

      @Override
      public int framesPerSecond() {
        return drawing.framesPerSecond();
      }
    };
  }

  /**
   * Returns the scene of an environment in Python that was made with the render mode {@code
   * rgb_array}. A step that ends an episode shows the start of the next.
   */
  static Scene rendered(PythonVectorEnv env) {
    return new Scene() {
      @Override
      public BufferedImage frame(StepBatch batch, double[] actions) {
        RenderedFrame frame = env.render();
        BufferedImage image =
            new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = frame.rgb();
        int[] row = new int[frame.width()];
        for (int y = 0; y < frame.height(); y++) {
          for (int x = 0; x < row.length; x++) {
            int at = 3 * (y * row.length + x);
            row[x] = (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | (rgb[at + 2] & 0xFF);
          }
          image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return image;
      }

      @Override
      public int framesPerSecond() {
        return env.renderFps();
      }
    };
  }
}
