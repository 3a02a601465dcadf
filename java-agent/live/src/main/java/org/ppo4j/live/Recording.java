package org.ppo4j.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Records a training of CartPole-v1 for the page without a run: its numbers, some of its updates,
 * and an episode with the policy at each of them. It learns faster, in more epochs and with a
 * narrower clip range than the defaults, so that all six cases of the clipped objective occur.
 */
public final class Recording {
  private static final int POINTS = 48;
  private static final int UPDATES = 8;
  private static final int TOTAL_STEPS = 60_000;
  private static final long EPISODE_SEED = 7;

  private final List<ObjectNode> updates = new ArrayList<>();
  private final ArrayNode episodes = PageJson.MAPPER.createArrayNode();

  private Recording() {}

  /**
   * Trains and returns the recording as JSON.
   *
   * @param seed the seed of the training
   */
  public static String of(long seed) {
    return new Recording().record(seed);
  }

  private String record(long seed) {
    List<ShownRun> shown = new ArrayList<>();
    RunObserver numbers = new RunObserver("A recorded run", shown::add);
    try (Training training =
        Training.on("CartPole-v1")
            .seed(seed)
            .config(
                c ->
                    c.totalTimesteps(TOTAL_STEPS)
                        .learningRate(1e-3)
                        .lrSchedule(LrSchedule.CONSTANT)
                        .updateEpochs(10)
                        .clipCoef(0.1))
            .build()) {
      RunConfig config = training.config();
      training.add(numbers);
      training.add(new Samples(config));
      training.run();
      ShownRun run = shown.getFirst();
      ObjectNode json = PageJson.MAPPER.createObjectNode();
      json.set("run", PageJson.run(0, run).put("state", "recorded"));
      json.set("points", PageJson.points(0, run.history.since(History.Cursor.START)));
      json.putArray("updates").addAll(updates);
      json.set("episodes", episodes);
      return json + "\n";
    }
  }

  /** Samples the updates at equal distances, the first and the last one among them. */
  private final class Samples implements TrainingListener, LossObserver {
    private final long iterations;
    private final UpdateSampler sampler;
    private final double clipCoef;
    private @Nullable RunningTraining training;

    Samples(RunConfig config) {
      iterations = config.hyperparameters().numIterations();
      sampler = new UpdateSampler(config.hyperparameters(), POINTS);
      clipCoef = config.hyperparameters().loss().clipCoef();
    }

    @Override
    public void started(RunningTraining started) {
      training = started;
      sampler.begin();
    }

    @Override
    public void minibatch(int rows, float[] newLogProbs, float[] oldLogProbs, float[] advantages) {
      sampler.minibatch(rows, newLogProbs, oldLogProbs, advantages);
    }

    @Override
    public void iteration(Iteration iteration) {
      Update update = sampler.end(iteration.number(), iteration.globalStep(), clipCoef);
      if (update != null) {
        updates.add(PageJson.update(0, update));
        try (TrainedPolicy policy = Objects.requireNonNull(training).policy()) {
          episodes.add(played(policy));
        }
      }
      if (share(iteration.number() + 1) > share(iteration.number())) {
        sampler.begin();
      }
    }

    private long share(long number) {
      return (number - 1) * (UPDATES - 1) / (iterations - 1);
    }
  }

  /** Returns the observations of an episode, Base64 of floats {@code [T + 1, O]}. */
  private static String played(TrainedPolicy policy) {
    try (VectorEnv env = Envs.make("CartPole-v1", 1)) {
      StepBatch batch = StepBatch.of(env);
      double[] action = new double[1];
      env.reset(EPISODE_SEED, batch);
      List<double[]> observations = new ArrayList<>(List.of(batch.observations.clone()));
      while (!batch.isDone(0)) {
        policy.act(batch.observations, 1, action);
        env.step(action, batch);
        double[] seen = batch.isDone(0) ? batch.finalObservations : batch.observations;
        observations.add(seen.clone());
      }
      int size = batch.observationSize();
      float[] flat = new float[observations.size() * size];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = (float) observations.get(i / size)[i % size];
      }
      return PageJson.floats(flat);
    }
  }
}
