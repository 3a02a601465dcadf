package org.ppo4j.agent.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionEncoder;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.normalize.ImageReader;
import org.ppo4j.agent.normalize.NormalizeConfig;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.normalize.RewardNormalizer;
import org.ppo4j.agent.numeric.EnvironmentCheck;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Resumable;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Fills rollouts by acting in an environment. Episodes continue from one rollout to the next
 * (detail 1). Allocates nothing per step.
 */
public final class Collector {
  private final VectorEnv env;
  private final ActorCritic network;
  private final Acting acting;
  private final ActionDistribution distribution;
  private final ActionEncoder actionEncoder;
  private final ObservationNormalizer observations;
  private final RewardNormalizer rewards;
  private final UniformRandomProvider random;
  private final @Nullable Reference reference;

  /** The normaliser as it was at the start, by which the reference sees observations. */
  private final FeatureTransform atStart;

  private final @Nullable EpisodeGroups groups;
  private final int sdeSampleFreq;
  private final Runnable beforeStep;

  private final EnvironmentCheck check;
  private final StepBatch batch;
  private final ImageReader reader;
  private final byte[] images;
  private final byte[] finalImage;
  private final float[] features;
  private final float[] finalFeatures;
  private final float[] outputs;
  private final float[] actions;
  private final float[] logProbs;
  private final float[] entropies;
  private final double[] envActions;
  private final float[] penalties;
  private double divergence;

  /** Whether episodes are in progress, so that a reset is not needed. */
  private boolean running;

  /**
   * Creates a collector, which uses but does not close {@code env} and {@code network}.
   *
   * @param env the environment to step
   * @param network the networks; the actor gives the distribution's parameters, the critic the
   *     values. They take masks if {@code action} has the environment's actions masked
   * @param distribution draws and scores the actions
   * @param action the configuration that {@code distribution} was made with
   * @param normalize how observations and rewards are normalised
   * @param gamma the discount that rewards are normalised with
   * @param random the generator of the actions; used on the thread that calls {@link #collect}
   * @param reference the policy whose normaliser is the start, and the divergence from which is
   *     taken from rewards; null for none
   * @param groupSize the number of sub-environments in a group, whose episodes start from the same
   *     seed and which that of all is a multiple of; 0 for no groups. Values are not computed if
   *     there are groups
   * @param beforeStep called before each step, on the thread that calls {@link #collect}; what it
   *     throws ends the collection
   */
  public Collector(
      VectorEnv env,
      ActorCritic network,
      ActionDistribution distribution,
      ActionConfig action,
      NormalizeConfig normalize,
      double gamma,
      UniformRandomProvider random,
      @Nullable Reference reference,
      int groupSize,
      Runnable beforeStep) {
    this.env = env;
    this.network = network;
    this.distribution = distribution;
    this.random = random;
    this.reference = reference;
    this.beforeStep = beforeStep;
    sdeSampleFreq = action.sdeSampleFreq();
    actionEncoder = new ActionEncoder(env.spec().actionSpace(), action);
    int n = env.numEnvs();
    acting = Acting.of(network, n);
    groups = groupSize == 0 ? null : new EpisodeGroups(n, groupSize);
    int maskSize = action.maskSize(env.spec());
    Space space = env.spec().observationSpace();
    List<ImageInput> imageInputs = network.shape().images();
    reader = new ImageReader(network.shape(), space);
    boolean bytes = reader.readsAllBytes() && env.givesBytes();
    if (bytes) {
      space = space.withoutBytes();
      imageInputs = imageInputs.stream().filter(image -> !image.bytes()).toList();
    }
    observations = new ObservationNormalizer(space, imageInputs, normalize, n, maskSize);
    rewards = new RewardNormalizer(normalize, gamma, n);
    check = new EnvironmentCheck(env.spec(), maskSize > 0, bytes);
    batch = bytes ? StepBatch.ofBytes(env) : StepBatch.of(env);
    images = new byte[n * reader.size()];
    finalImage = new byte[reader.size()];
    features = new float[n * observations.rowSize()];
    finalFeatures = new float[features.length];
    outputs = new float[n * network.shape().policyOutputs()];
    actions = new float[n * distribution.actionSize()];
    logProbs = new float[n];
    entropies = new float[n];
    envActions = new double[actions.length];
    penalties = new float[reference == null ? 0 : n];
    if (reference != null) {
      observations.restore(reference.state());
    }
    atStart = observations.frozen();
  }

  /** Starts new episodes in all sub-environments; groups start theirs in each rollout. */
  public void reset(long seed) {
    if (groups != null) {
      groups.reset(seed);
    } else {
      env.reset(seed, batch);
      start();
    }
    running = true;
  }

  /** Takes over the observations of a reset. */
  private void start() {
    check.reset(batch);
    observations.reset(batch, features);
    reader.read(batch, images);
    rewards.reset();
    acting.start();
  }

  /**
   * Returns whether episodes are in progress; if not, {@link #reset} must be called before {@link
   * #collect}.
   */
  public boolean isRunning() {
    return running;
  }

  /**
   * Forgets the episodes in progress, so that {@link #reset} must be called. The rollout before is
   * not changed: it ends with the values of the observations at which they are cut off.
   *
   * @return how many were in progress
   */
  int cutEpisodes() {
    int cut = 0;
    if (groups == null && running) {
      for (int env = 0; env < batch.numEnvs(); env++) {
        cut += batch.isDone(env) ? 0 : 1;
      }
      running = false;
    }
    return cut;
  }

  /**
   * Acts for T steps and fills the rollout, except for advantages and returns.
   *
   * @param rollout T steps of N environments, N being the number of sub-environments; overwritten
   * @param firstStep environment steps taken before, over all environments
   * @param episodes receives the episodes that end
   */
  public void collect(Rollout rollout, long firstStep, Consumer<Episode> episodes) {
    int n = env.numEnvs();
    if (groups != null) {
      env.reset(groups.startAll(), batch);
      start();
    }
    System.arraycopy(
        network.parameters(),
        network.shape().logStdOffset(),
        rollout.logStds,
        0,
        rollout.logStds.length);
    Arrays.fill(rollout.finalObservations, 0);
    rollout.images.clear();
    rollout.finalImages.clear();
    Arrays.fill(rollout.finalValues, 0); // so that the bytes do not depend on earlier rollouts
    divergence = 0;
    rollout.interrupted.clear();
    acting.begin(rollout);
    for (int t = 0; t < rollout.numSteps(); t++) {
      beforeStep.run();
      long globalStep = firstStep + (t + 1L) * n;
      try {
        step(rollout, t, globalStep, episodes);
      } catch (NonFiniteException e) {
        throw Causes.explained(e, features, network).at("step %d".formatted(globalStep));
      }
    }
    rollout.finding = check.takeFinding();
    rollout.widening = observations.widening();
    rollout.referenceKl = Double.NaN;
    if (reference != null) {
      rollout.referenceKl = divergence / rollout.rows();
      FiniteChecks.require(rollout.referenceKl, "divergence from the reference policy");
    }
    if (groups == null) {
      acting.value(rollout, features, images);
      System.arraycopy(images, 0, rollout.lastImages, 0, rollout.lastImages.length);
      System.arraycopy(features, 0, rollout.lastObservations, 0, rollout.lastObservations.length);
    }
    rollout.bootstrapInterrupted();
    observations.endRollout();
  }

  /** Returns the normaliser of observations, for what an actor exchanges with the learner. */
  public ObservationNormalizer observations() {
    return observations;
  }

  private void step(Rollout rollout, int t, long globalStep, Consumer<Episode> episodes) {
    int n = env.numEnvs();
    act(rollout, t);
    if (reference != null) {
      divergence += reference.penalize(atStart, batch, images, actions, logProbs, penalties);
    }
    env.step(envActions, batch);
    check.step(batch, globalStep);
    rewards.step(batch, rollout.rewards, t * n);
    for (int i = 0; i < penalties.length; i++) {
      rollout.rewards[t * n + i] -= penalties[i];
    }
    observations.step(batch, features, finalFeatures);
    reader.read(batch, images);
    System.arraycopy(batch.terminated, 0, rollout.terminated, t * n, n);
    System.arraycopy(batch.truncated, 0, rollout.truncated, t * n, n);
    for (int i = 0; i < n; i++) {
      boolean waits = groups != null && groups.waits(i);
      if (rollout.hasSkipped()) {
        rollout.skipped[t * n + i] = waits;
      }
      if (batch.interrupted[i]) {
        rollout.interrupted.set(t * n + i);
      } else if (batch.isDone(i) && !waits) {
        if (batch.episodeLengths[i] > 0) {
          episodes.accept(
              new Episode(globalStep, i, batch.episodeReturns[i], batch.episodeLengths[i]));
        }
        if (!batch.terminated[i] && groups == null) {
          rollout.finalValues[t * n + i] = finalValue(i);
          if (rollout.keepsNextObservations()) {
            int size = observations.rowSize();
            System.arraycopy(
                finalFeatures, i * size, rollout.finalObservations, (t * n + i) * size, size);
            rollout.finalImages.put(t * n + i, 1, finalImage, 0);
          }
        }
      }
    }
    acting.step(batch);
    if (groups != null && groups.step(batch)) {
      startGroups(groups.seeds());
    }
  }

  private void startGroups(long[] seeds) {
    env.reset(seeds, batch);
    check.reset(batch);
    observations.write(batch, features);
    reader.read(batch, images);
    for (int i = 0; i < seeds.length; i++) {
      if (seeds[i] >= 0) {
        rewards.reset(i);
      }
    }
  }

  private void act(Rollout rollout, int t) {
    int n = env.numEnvs();
    acting.act(rollout, t, features, images, outputs);
    if (t == 0 || (sdeSampleFreq > 0 && t % sdeSampleFreq == 0)) {
      distribution.drawNoise(n, network.parameters(), random);
    }
    distribution.sample(outputs, n, network.parameters(), random, actions);
    distribution.evaluate(outputs, n, network.parameters(), actions, logProbs, entropies);
    FiniteChecks.requireRows(actions, distribution.actionSize(), "action");
    FiniteChecks.requireRows(logProbs, 1, "action's log probability");
    System.arraycopy(features, 0, rollout.observations, t * features.length, features.length);
    rollout.images.put(t * n, n, images, 0);
    System.arraycopy(actions, 0, rollout.actions, t * actions.length, actions.length);
    System.arraycopy(logProbs, 0, rollout.logProbs, t * n, n);
    if (rollout.policyOutputs.length > 0) {
      System.arraycopy(outputs, 0, rollout.policyOutputs, t * outputs.length, outputs.length);
    }
    actionEncoder.encode(actions, n, envActions);
  }

  private float finalValue(int i) {
    if (reader.size() > 0) {
      reader.readFinal(batch, i, finalImage, 0);
    }
    return acting.finalValue(i, finalFeatures, finalImage);
  }

  /**
   * Saves the normalisers' statistics and, if episodes continue in the next rollout and the
   * environment is {@link Resumable}, its state with the features of its last observations.
   */
  public void save(TrainingState state) {
    observations.save(state);
    rewards.save(state);
    if (groups != null) {
      groups.save(state);
    } else if (running && env instanceof Resumable resumable) {
      state.put("environment/state", resumable.state());
      state.put("environment/features", features);
      acting.save(state);
      if (images.length > 0) {
        state.put("environment/images", images);
      }
      if (reference != null) {
        state.put("environment/observations", batch.observations);
      }
    }
  }

  /**
   * Restores what {@link #save} saved. Episodes without groups continue if the environment is
   * {@link Resumable}.
   */
  public void restore(TrainingState state) {
    observations.restore(state);
    rewards.restore(state);
    if (groups != null) {
      groups.restore(state);
      running = true;
    } else if (env instanceof Resumable resumable && state.has("environment/state")) {
      resumable.restore(state.longs("environment/state"));
      float[] saved = state.floats("environment/features", features.length);
      FiniteChecks.requireParameters(saved, index -> "checkpoint's feature of an observation");
      System.arraycopy(saved, 0, features, 0, features.length);
      observations.restoreMasks(features, batch);
      acting.restore(state);
      if (images.length > 0) {
        byte[] pixels = state.bytes("environment/images", images.length);
        System.arraycopy(pixels, 0, images, 0, images.length);
      }
      if (reference != null) {
        double[] raw = state.doubles("environment/observations", batch.observations.length);
        System.arraycopy(raw, 0, batch.observations, 0, raw.length);
      }
      running = true;
    }
  }
}
