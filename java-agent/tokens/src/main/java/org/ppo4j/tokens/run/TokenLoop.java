package org.ppo4j.tokens.run;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.agent.tensorboard.EventWriter;
import org.ppo4j.tokens.reward.ClosedRewardException;
import org.ppo4j.tokens.run.TokenCheckpoints.Place;
import org.ppo4j.tokens.train.TokenTrainer;

/** The steps of a training, with its evaluations, curves and checkpoints. */
final class TokenLoop {
  private final TokenTrainer trainer;
  private final TokenTraining training;
  private final TokenCheckpoints checkpoints;
  private final int saveSteps;
  private final EventWriter events;
  private final TokenRun.Progress progress;

  TokenLoop(
      TokenTraining training,
      TokenCheckpoints checkpoints,
      int saveSteps,
      EventWriter events,
      TokenRun.Progress progress) {
    this.training = training;
    this.checkpoints = checkpoints;
    this.saveSteps = saveSteps;
    this.events = events;
    this.progress = progress;
    trainer = training.trainer();
  }

  /** Trains from a place on; returns whether the training reached its end. */
  boolean run(Place from) {
    int step = from.step();
    boolean isEvaluated = from.isEvaluated();
    int saved = step;
    try {
      if (!isEvaluated) {
        evaluateAt(step);
        isEvaluated = true;
      }
      while (step < trainer.steps()) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        trainer.step(step).forEach((name, value) -> metrics.put("train/" + name, value));
        step++;
        write(step, metrics);
        isEvaluated = false;
        Map<String, Double> evaluation = evaluate(step);
        write(step, evaluation);
        isEvaluated = true;
        metrics.putAll(evaluation);
        boolean stop = progress.step(step, trainer.steps(), metrics);
        if (step == trainer.steps() || stop || step % saveSteps == 0) {
          save(step, true);
          saved = step;
        }
        if (stop && step < trainer.steps()) {
          return false;
        }
      }
      return true;
    } catch (ClosedRewardException e) {
      if (step > saved) {
        save(step, isEvaluated);
      }
      return false;
    }
  }

  /** Makes the evaluation that was not made when the training began, or was stopped. */
  private void evaluateAt(int step) {
    Map<String, Double> evaluation = evaluate(step);
    write(step, evaluation);
    if (!evaluation.isEmpty()) {
      progress.step(step, trainer.steps(), evaluation);
    }
  }

  private Map<String, Double> evaluate(int step) {
    Evaluation evaluation = training.evaluation();
    return evaluation != null && evaluation.isDue(step, trainer.steps())
        ? evaluation.run()
        : Map.of();
  }

  private void write(int step, Map<String, Double> metrics) {
    Instant now = Instant.now();
    metrics.forEach((name, value) -> events.scalar(now, step, name, value));
  }

  private void save(int step, boolean isEvaluated) {
    events.force();
    checkpoints.save(trainer, new Place(step, isEvaluated));
  }
}
