package org.ppo4j.agent.run;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Sign;

/**
 * A change to try.
 *
 * @param text the change, with the hyperparameter's name
 * @param hyperparameter the hyperparameter
 * @param helps whether the change is possible in a configuration
 */
record Advice(String text, String hyperparameter, Predicate<PpoConfig> helps) {
  private static final Advice FEWER_EPOCHS =
      new Advice("fewer updateEpochs", "updateEpochs", c -> c.update().updateEpochs() > 1);
  private static final Advice SLOWER = always("a smaller", "learningRate");
  private static final Advice LIMIT_KL =
      new Advice("a targetKl of 0.02", "targetKl", c -> c.update().targetKl() == 0);
  private static final Advice LOWER_KL =
      new Advice("a smaller targetKl", "targetKl", c -> c.update().targetKl() > 0);
  private static final Advice NORM_OBS =
      new Advice("normObs", "normObs", c -> !c.normalize().normObs());
  private static final Advice NORM_REWARD =
      new Advice("normReward", "normReward", c -> !c.normalize().normReward());

  /** Makes the hint of a finding, with what can be changed in this training. */
  static Hint hint(Sign sign, RunConfig run, long globalStep, String finding) {
    List<Advice> possible =
        of(sign).stream()
            .filter(each -> SignWatch.uses(run.algorithm(), each.hyperparameter))
            .filter(each -> each.helps.test(run.hyperparameters()))
            .toList();
    List<String> texts = possible.stream().map(Advice::text).toList();
    String advice =
        sign == Sign.NO_EPISODE
            ? "let the environment end its episodes, by termination or by a time limit"
            : "try " + String.join(" or ", texts);
    return new Hint(
        sign,
        globalStep,
        finding + "; " + advice,
        Stream.concat(
                possible.stream().map(Advice::hyperparameter),
                Stream.of("maxGradNorm").filter(finding::contains))
            .toList());
  }

  private static List<Advice> of(Sign sign) {
    return switch (sign) {
      case RATIO_STAYS_ONE -> List.of(always("a larger", "learningRate"));
      case KL_SPIKES ->
          List.of(FEWER_EPOCHS, SLOWER, always("a smaller", "clipCoef"), LIMIT_KL, LOWER_KL);
      case MOSTLY_CLIPPED -> List.of(FEWER_EPOCHS, SLOWER, always("fewer", "numMinibatches"));
      case ENTROPY_COLLAPSED -> List.of(always("a larger", "entCoef"), SLOWER);
      case RETURNS_UNEXPLAINED ->
          List.of(
              NORM_OBS, NORM_REWARD, always("more", "numSteps"), always("larger", "hiddenSizes"));
      case DEVIATION_EXPLODED ->
          List.of(
              new Advice("a smaller entCoef", "entCoef", c -> c.loss().entCoef() > 0),
              SLOWER,
              NORM_REWARD);
      case DEVIATION_VANISHED -> List.of(always("a larger", "entCoef"), SLOWER);
      case GRADIENTS_CLIPPED ->
          List.of(
              NORM_REWARD,
              always("a smaller", "vfCoef"),
              new Advice(
                  "separate networks instead of sharedTrunk",
                  "sharedTrunk",
                  c -> c.network().sharedTrunk()));
      case NO_EPISODE -> List.of();
    };
  }

  private static Advice always(String change, String hyperparameter) {
    return new Advice(change + " " + hyperparameter, hyperparameter, c -> true);
  }
}
