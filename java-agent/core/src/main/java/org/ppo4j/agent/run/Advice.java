package org.ppo4j.agent.run;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.parameter.Algorithm;

/**
 * A change to try.
 *
 * @param text the change, with the hyperparameter's name
 * @param hyperparameter the hyperparameter
 * @param helps whether the change is possible in a run, and changes what the sign is about
 */
record Advice(String text, String hyperparameter, Predicate<RunConfig> helps) {
  /** The learning rate and the epochs of trpo are those of its critic. */
  private static final Predicate<RunConfig> TRAINS_THE_POLICY_BY_EPOCHS =
      run -> run.algorithm() != Algorithm.TRPO;

  private static final Advice FASTER =
      new Advice("a larger learningRate", "learningRate", TRAINS_THE_POLICY_BY_EPOCHS);
  private static final Advice SLOWER =
      new Advice("a smaller learningRate", "learningRate", TRAINS_THE_POLICY_BY_EPOCHS);
  private static final Advice FEWER_EPOCHS =
      new Advice(
          "fewer updateEpochs",
          "updateEpochs",
          TRAINS_THE_POLICY_BY_EPOCHS.and(where(c -> c.update().updateEpochs() > 1)));
  private static final Advice LIMIT_KL =
      new Advice("a targetKl of 0.02", "targetKl", where(c -> c.update().targetKl() == 0));
  private static final Advice LOWER_KL =
      new Advice("a smaller targetKl", "targetKl", where(c -> c.update().targetKl() > 0));
  private static final Advice HIGHER_KL =
      new Advice("a larger targetKl", "targetKl", TRAINS_THE_POLICY_BY_EPOCHS.negate());
  private static final Advice NORM_OBS =
      new Advice("normObs", "normObs", where(c -> !c.normalize().normObs()));
  private static final Advice NORM_REWARD =
      new Advice("normReward", "normReward", where(c -> !c.normalize().normReward()));

  /** Makes the hint of a finding, with what can be changed in this training. */
  static Hint hint(Sign sign, RunConfig run, long globalStep, String finding) {
    List<Advice> possible =
        of(sign).stream()
            .filter(each -> SignWatch.uses(run.algorithm(), each.hyperparameter))
            .filter(each -> each.helps.test(run))
            .toList();
    List<String> texts = possible.stream().map(Advice::text).toList();
    String advice =
        switch (sign) {
          case NO_EPISODE ->
              possible.isEmpty() // of an environment without ends
                  ? "let the environment end its episodes, by termination or by a time limit"
                  : "try " + String.join(" or ", texts);
          case RETURNS_CONSTANT ->
              "if they stay equal, check that rewards differ between good and bad actions";
          case ACTIONS_OUT_OF_REACH ->
              "try %s, or scale actions to [-1, 1] in the environment, as Gymnasium's RescaleAction does"
                  .formatted(String.join(" or ", texts));
          default -> "try " + String.join(" or ", texts);
        };
    return new Hint(
        sign,
        globalStep,
        finding + "; " + advice,
        Stream.concat(
                possible.stream().map(Advice::hyperparameter),
                Stream.of("maxGradNorm", "logStdInit").filter(finding::contains))
            .toList());
  }

  private static List<Advice> of(Sign sign) {
    return switch (sign) {
      case RATIO_STAYS_ONE -> List.of(FASTER, HIGHER_KL);
      case KL_SPIKES ->
          List.of(FEWER_EPOCHS, SLOWER, always("a smaller", "clipCoef"), LIMIT_KL, LOWER_KL);
      case MOSTLY_CLIPPED -> List.of(FEWER_EPOCHS, SLOWER, always("fewer", "numMinibatches"));
      case ENTROPY_COLLAPSED, DEVIATION_VANISHED ->
          List.of(always("a larger", "entCoef"), SLOWER, LOWER_KL);
      case RETURNS_UNEXPLAINED ->
          List.of(
              NORM_OBS, NORM_REWARD, always("more", "numSteps"), always("larger", "hiddenSizes"));
      case DEVIATION_EXPLODED ->
          List.of(
              new Advice("a smaller entCoef", "entCoef", where(c -> c.loss().entCoef() > 0)),
              SLOWER,
              LOWER_KL,
              NORM_REWARD);
      case GRADIENTS_CLIPPED ->
          List.of(
              NORM_REWARD,
              always("a smaller", "vfCoef"),
              new Advice(
                  "separate networks instead of sharedTrunk",
                  "sharedTrunk",
                  where(c -> c.network().sharedTrunk())));
      case ACTIONS_OUT_OF_REACH ->
          List.of(new Advice("actionBounds SQUASH", "actionBounds", run -> true));
      case RETURNS_CONSTANT, OBSERVATION_OUT_OF_BOUNDS, OBSERVATION_SPIKE, EPISODES_CUT ->
          List.of();
      case NO_EPISODE ->
          List.of(
              new Advice("more numSteps", "numSteps", run -> run.algorithm() == Algorithm.GRPO));
      case REFERENCE_LOST ->
          List.of(
              new Advice("a klCoef of 0.05", "klCoef", where(c -> c.leash().klCoef() == 0)),
              new Advice("a larger klCoef", "klCoef", where(c -> c.leash().klCoef() > 0)),
              SLOWER);
    };
  }

  private static Advice always(String change, String hyperparameter) {
    return new Advice(change + " " + hyperparameter, hyperparameter, run -> true);
  }

  private static Predicate<RunConfig> where(Predicate<PpoConfig> hyperparameters) {
    return run -> hyperparameters.test(run.hyperparameters());
  }
}
