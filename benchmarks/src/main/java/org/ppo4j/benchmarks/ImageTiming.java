package org.ppo4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.env.Space;

/**
 * Times CleanRL's Atari agent on random frames of 4 x 84 x 84 bytes: an update of 8 times 128
 * transitions in minibatches of 256 and 4 epochs, and acting on 8 frames, as {@code
 * image_updates.py} times PyTorch. Arguments: engine, threads, updates. Prints the milliseconds of
 * each update, then those of acting.
 */
public final class ImageTiming {
  private static final int ACTIONS = 6;
  private static final int ENVS = 8;
  private static final int ACTS = 100;

  private static final OperatingSystemMXBean OS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private ImageTiming() {}

  public static void main(String[] args) {
    Space actions = new Space.Discrete(ACTIONS);
    PpoConfig config =
        PpoConfig.of(Profile.CLEANRL, actions)
            .with(c -> c.numEnvs(ENVS).clipCoef(0.1).sharedTrunk(true).hiddenSizes(List.of(512)));
    ImageInput image = new ImageInput(84, 84, 4, true, true, Cnn.NATURE);
    NetworkSpec spec =
        new NetworkSpec(0, List.of(image), List.of(512), Activation.RELU, ACTIONS, 0)
            .withSharedTrunk(true);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    Engine engine = Engine.valueOf(args[0].toUpperCase(Locale.ROOT));
    try (ActorCritic network = ActorCritics.create(engine, spec, Integer.parseInt(args[1]))) {
      OrthogonalInit.initialize(network, 0.01, 0, random);
      ActionDistribution distribution = ActionDistribution.of(actions, config.action(), spec);
      Learner update = Learners.of(Algorithm.PPO, config, network, distribution, random);
      Rollout rollout = rollout(config, network, random);
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        long start = System.nanoTime();
        long cpu = OS.getProcessCpuTime();
        update.learn(rollout, 2.5e-4, config.loss().clipCoef());
        print("update", start, cpu, 1);
      }
      byte[] images = new byte[ENVS * rollout.images.size()];
      rollout.images.get(0, ENVS, images, 0);
      network.images(images);
      float[] outputs = new float[ENVS * ACTIONS];
      for (int repetition = 0; repetition < 3; repetition++) {
        long start = System.nanoTime();
        long cpu = OS.getProcessCpuTime();
        for (int i = 0; i < ACTS; i++) {
          network.policy(rollout.observations, ENVS, outputs);
        }
        print("act", start, cpu, ACTS);
      }
    }
  }

  /** Prints the milliseconds since then by the clock and of processor time, for each repetition. */
  private static void print(String what, long start, long cpu, int repetitions) {
    System.out.printf(
        Locale.ROOT,
        "%s %.2f %.2f%n",
        what,
        (System.nanoTime() - start) * 1e-6 / repetitions,
        (OS.getProcessCpuTime() - cpu) * 1e-6 / repetitions);
  }

  private static Rollout rollout(
      PpoConfig config, ActorCritic network, UniformRandomProvider random) {
    Rollout rollout =
        Rollout.builder(config.collect().numSteps(), ENVS, 0, 1)
            .images(network.shape().images())
            .build();
    byte[] images = new byte[ENVS * rollout.images.size()];
    for (int first = 0; first < rollout.rows(); first += ENVS) {
      random.nextBytes(images);
      rollout.images.put(first, ENVS, images, 0);
    }
    for (int i = 0; i < rollout.rows(); i++) {
      rollout.advantages[i] = (float) (2 * random.nextDouble() - 1);
      rollout.returns[i] = (float) (2 * random.nextDouble() - 1);
      rollout.actions[i] = random.nextInt(ACTIONS);
    }
    Arrays.fill(rollout.logProbs, (float) -Math.log(ACTIONS));
    return rollout;
  }
}
