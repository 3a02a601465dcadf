package org.ppo4j.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * An environment in which the best action is the observation, after SB3's {@code IdentityEnv}. The
 * reward is 1 for a discrete action that equals the observation, and minus the distance for a
 * continuous one. Episodes have ten steps and end by truncation.
 */
final class IdentityEnv implements VectorEnv {
  static final int EPISODE_LENGTH = 10;

  private final Space space;
  private final int numEnvs;
  private final Random random = new Random(0);
  private final double[] answers;
  private final double[] returns;
  private int step;

  IdentityEnv(Space space, int numEnvs) {
    this.space = space;
    this.numEnvs = numEnvs;
    answers = new double[numEnvs * space.size()];
    returns = new double[numEnvs];
  }

  static Space continuous() {
    return Space.Box.of(-1, 1, 2, DType.FLOAT32);
  }

  static List<Space> spaces() {
    return List.of(
        new Space.Discrete(4, 3),
        new Space.MultiDiscrete(3, 2),
        new Space.MultiBinary(3),
        continuous(),
        mixed());
  }

  static Space mixed() {
    return new Space.Tuple(new Space.Discrete(3), Space.Box.of(-1, 1, 1, DType.FLOAT32));
  }

  @Override
  public EnvSpec spec() {
    return new EnvSpec("Identity", space, space, EPISODE_LENGTH, Map.of(), Map.of());
  }

  @Override
  public int numEnvs() {
    return numEnvs;
  }

  @Override
  public AutoresetMode autoresetMode() {
    return AutoresetMode.SAME_STEP;
  }

  @Override
  public void reset(long seed, StepBatch out) {
    random.setSeed(seed);
    step = 0;
    out.clearTransitions();
    ask(out);
  }

  /** Sub-environments with the same seed ask the same first question. */
  @Override
  public void reset(long[] seeds, StepBatch out) {
    if (Arrays.stream(seeds).allMatch(seed -> seed >= 0)) {
      random.setSeed(seeds[0]);
      step = 0;
    }
    for (int env = 0; env < numEnvs; env++) {
      if (seeds[env] >= 0) {
        returns[env] = 0;
        out.rewards[env] = 0;
        out.terminated[env] = false;
        out.truncated[env] = false;
        ask(env, new Random(seeds[env]), out);
      }
    }
  }

  @Override
  public void step(double[] actions, StepBatch out) {
    step++;
    for (int env = 0; env < numEnvs; env++) {
      out.rewards[env] = reward(actions, env);
      returns[env] += out.rewards[env];
      out.truncated[env] = step % EPISODE_LENGTH == 0;
      if (out.truncated[env]) {
        out.episodeReturns[env] = returns[env];
        out.episodeLengths[env] = EPISODE_LENGTH;
        returns[env] = 0;
      }
    }
    ask(out);
    System.arraycopy(answers, 0, out.finalObservations, 0, answers.length);
  }

  @Override
  public void close() {}

  private double reward(double[] actions, int env) {
    double reward = 0;
    int i = env * space.size();
    for (Space leaf : space.leaves()) {
      for (int end = i + leaf.size(); i < end; i++) {
        if (leaf instanceof Space.Box) {
          reward -= Math.abs(actions[i] - answers[i]);
        } else {
          reward += actions[i] == answers[i] ? 1.0 / space.size() : 0;
        }
      }
    }
    return reward;
  }

  private void ask(StepBatch out) {
    for (int env = 0; env < numEnvs; env++) {
      ask(env, random, out);
    }
  }

  private void ask(int env, Random random, StepBatch out) {
    int i = env * space.size();
    for (Space leaf : space.leaves()) {
      for (int component = 0; component < leaf.size(); component++) {
        answers[i] =
            switch (leaf) {
              case Space.Discrete discrete -> discrete.start() + random.nextInt(discrete.n());
              case Space.MultiDiscrete many -> random.nextInt(many.nvec(component));
              case Space.MultiBinary _ -> random.nextInt(2);
              case Space.Box _ -> (float) (random.nextDouble() * 2 - 1);
              case Space.Tuple _ -> throw new IllegalStateException("a leaf is not a tuple");
            };
        out.observations[i] = answers[i];
        i++;
      }
    }
  }
}
