package org.ppo4j.agent.action;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.env.Space;

/**
 * Independent distributions of the parts of an action, such as choices and numbers together: log
 * probabilities, entropies and divergences are the sums of those of the parts. The outputs and the
 * log standard deviations of the parts follow one another.
 */
final class JointDistribution implements ActionDistribution {
  private final List<Part> parts = new ArrayList<>();
  private int actionSize;
  private int outputSize;
  private int rows;

  private JointDistribution() {}

  /**
   * Returns the distribution of the values of {@code space}.
   *
   * @param logStdOffset where the log standard deviations start in the flat parameters
   */
  static JointDistribution of(Space.Tuple space, ActionConfig config, int logStdOffset) {
    JointDistribution joint = new JointDistribution();
    int logStds = 0;
    for (Space leaf : space.leaves()) {
      ActionDistribution distribution =
          ActionDistribution.of(leaf, config, logStdOffset + logStds, 0);
      int logStdSize = ActionDistribution.logStdSize(leaf, config, 0);
      boolean isShifted = leaf instanceof Space.Box;
      joint.parts.add(
          new Part(
              distribution, joint.actionSize, joint.outputSize, logStds, logStdSize, isShifted));
      joint.actionSize += distribution.actionSize();
      joint.outputSize += distribution.outputSize();
      logStds += logStdSize;
    }
    return joint;
  }

  /** Returns which outputs are means of continuous numbers, {@code [D]}. */
  boolean[] means() {
    boolean[] means = new boolean[outputSize];
    for (Part part : parts) {
      if (part.isShifted) {
        int from = part.firstOutput;
        Arrays.fill(means, from, from + part.distribution.actionSize(), true);
      }
    }
    return means;
  }

  @Override
  public int actionSize() {
    return actionSize;
  }

  @Override
  public int outputSize() {
    return outputSize;
  }

  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    for (Part part : parts) {
      part.takeOutputs(outputs, rows, outputSize);
      part.distribution.sample(part.outputs, rows, parameters, random, part.actions);
      part.giveActions(actions, rows, actionSize);
    }
  }

  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    for (Part part : parts) {
      part.takeOutputs(outputs, rows, outputSize);
      part.distribution.mode(part.outputs, rows, part.actions);
      part.giveActions(actions, rows, actionSize);
    }
  }

  @Override
  public void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    this.rows = rows;
    Arrays.fill(logProbs, 0, rows, 0);
    Arrays.fill(entropies, 0, rows, 0);
    for (Part part : parts) {
      part.takeOutputs(outputs, rows, outputSize);
      part.takeActions(actions, rows, actionSize);
      part.distribution.evaluate(
          part.outputs, rows, parameters, part.actions, part.logProbs, part.entropies);
      for (int row = 0; row < rows; row++) {
        logProbs[row] += part.logProbs[row];
        entropies[row] += part.entropies[row];
      }
    }
  }

  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    for (Part part : parts) {
      part.distribution.gradients(logProbGradients, entropyGradient, part.gradients, gradients);
      part.giveGradients(outputGradients, rows, outputSize);
    }
  }

  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    Arrays.fill(divergences, 0, rows, 0);
    for (Part part : parts) {
      part.takeOld(oldOutputs, oldLogStds, rows, outputSize);
      part.distribution.kl(part.oldOutputs, part.oldLogStds, part.logProbs);
      for (int row = 0; row < rows; row++) {
        divergences[row] += part.logProbs[row];
      }
    }
  }

  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    for (Part part : parts) {
      part.takeOld(oldOutputs, oldLogStds, rows, outputSize);
      part.takeGradients(outputGradients, rows, outputSize);
      part.distribution.addKlGradients(
          part.oldOutputs, part.oldLogStds, weight, part.gradients, gradients);
      part.giveGradients(outputGradients, rows, outputSize);
    }
  }

  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    for (Part part : parts) {
      part.takeGradients(tangents, rows, outputSize);
      part.distribution.fisherProduct(part.gradients, parameterTangents, products);
      part.giveGradients(tangents, rows, outputSize);
    }
  }

  /** A part with its columns of the batch's arrays, each {@code [B, own size]}. */
  private static final class Part {
    final ActionDistribution distribution;
    final int firstAction;
    final int firstOutput;
    final int firstLogStd;
    final boolean isShifted;
    final float[] oldLogStds;
    float[] outputs = {};
    float[] oldOutputs = {};
    float[] gradients = {};
    float[] actions = {};
    float[] logProbs = {};
    float[] entropies = {};

    Part(
        ActionDistribution distribution,
        int firstAction,
        int firstOutput,
        int firstLogStd,
        int logStdSize,
        boolean isShifted) {
      this.distribution = distribution;
      this.firstAction = firstAction;
      this.firstOutput = firstOutput;
      this.firstLogStd = firstLogStd;
      this.isShifted = isShifted;
      oldLogStds = new float[logStdSize];
    }

    void takeOutputs(float[] all, int rows, int stride) {
      if (logProbs.length < rows) {
        outputs = new float[rows * distribution.outputSize()];
        oldOutputs = new float[outputs.length];
        gradients = new float[outputs.length];
        actions = new float[rows * distribution.actionSize()];
        logProbs = new float[rows];
        entropies = new float[rows];
      }
      take(all, rows, stride, firstOutput, outputs, distribution.outputSize());
    }

    void takeOld(float[] all, float[] logStds, int rows, int stride) {
      take(all, rows, stride, firstOutput, oldOutputs, distribution.outputSize());
      System.arraycopy(logStds, firstLogStd, oldLogStds, 0, oldLogStds.length);
    }

    void takeGradients(float[] all, int rows, int stride) {
      take(all, rows, stride, firstOutput, gradients, distribution.outputSize());
    }

    void giveGradients(float[] all, int rows, int stride) {
      give(gradients, distribution.outputSize(), all, rows, stride, firstOutput);
    }

    void takeActions(float[] all, int rows, int stride) {
      take(all, rows, stride, firstAction, actions, distribution.actionSize());
    }

    void giveActions(float[] all, int rows, int stride) {
      give(actions, distribution.actionSize(), all, rows, stride, firstAction);
    }

    private static void take(float[] all, int rows, int stride, int first, float[] own, int width) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(all, row * stride + first, own, row * width, width);
      }
    }

    private static void give(float[] own, int width, float[] all, int rows, int stride, int first) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(own, row * width, all, row * stride + first, width);
      }
    }
  }
}
