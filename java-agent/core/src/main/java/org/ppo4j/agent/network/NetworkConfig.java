package org.ppo4j.agent.network;

import java.util.List;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Ranges;

/** The hidden layers of actor and critic, and the initial parameters. */
public record NetworkConfig(
    @Hyperparameter(value = "widths of the hidden layers of actor and critic", in = "[1, inf)")
        List<Integer> hiddenSizes,
    @Hyperparameter("non-linearity of the hidden layers") Activation activation,
    @Hyperparameter(
            value = "whether actor and critic share their hidden layers",
            except = {Algorithm.PPG, Algorithm.GRPO})
        boolean sharedTrunk,
    @Hyperparameter(
            "whether weights start orthogonal, with PPO's gains; otherwise uniform, as PyTorch's")
        boolean orthoInit,
    @Hyperparameter(
            value = "gain of the policy's last layer at the start, if it starts orthogonal",
            in = "(0, inf)")
        double policyGain,
    @Hyperparameter(
            value =
                "initial log standard deviation of continuous actions; deviations start between"
                    + " 2.1e-9 and 4.9e8",
            in = "[-20, 20]")
        double logStdInit,
    @Hyperparameter(
            "convolutions that images pass through before the hidden layers: auto (nature for"
                + " images), none, nature, impala, or a list of channels x kernel s stride")
        Cnn cnn,
    @Hyperparameter(
            value = "units of an LSTM between the hidden layers and the heads; 0 for none",
            in = "[0, inf)",
            except = {Algorithm.TRPO, Algorithm.PPG, Algorithm.APPO, Algorithm.GRPO})
        int lstm,
    @Hyperparameter(
            value = "units of a GRU between the hidden layers and the heads; 0 for none",
            in = "[0, inf)",
            except = {Algorithm.TRPO, Algorithm.PPG, Algorithm.APPO, Algorithm.GRPO})
        int gru,
    @Hyperparameter(
            value = "layers of the LSTM or GRU",
            in = "[1, 2]",
            except = {Algorithm.TRPO, Algorithm.PPG, Algorithm.APPO, Algorithm.GRPO})
        int lstmLayers,
    @Hyperparameter(
            value =
                "bias at the start of the gate that keeps what an LSTM or a GRU remembers; with 3"
                    + " it starts to remember for about 20 steps instead of one",
            in = "[-20, 20]",
            except = {Algorithm.TRPO, Algorithm.PPG, Algorithm.APPO, Algorithm.GRPO})
        double forgetBias) {

  /** The defaults, those of CleanRL in every profile. */
  public static final NetworkConfig DEFAULT =
      new NetworkConfig(List.of(64, 64), Activation.TANH, false, true, 0.01, 0);

  /** The defaults for images, those of CleanRL's {@code ppo_atari.py} (detail 21). */
  public static final NetworkConfig IMAGES =
      new NetworkConfig(List.of(512), Activation.RELU, true, true, 0.01, 0);

  /** Creates a configuration without recurrent layers, in which images are recognised. */
  public NetworkConfig(
      List<Integer> hiddenSizes,
      Activation activation,
      boolean sharedTrunk,
      boolean orthoInit,
      double policyGain,
      double logStdInit) {
    this(
        hiddenSizes,
        activation,
        sharedTrunk,
        orthoInit,
        policyGain,
        logStdInit,
        Cnn.AUTO,
        0,
        0,
        1,
        0);
  }

  public NetworkConfig {
    hiddenSizes = List.copyOf(hiddenSizes);
    Ranges.require(
        NetworkConfig.class,
        hiddenSizes,
        activation,
        sharedTrunk,
        orthoInit,
        policyGain,
        logStdInit,
        cnn,
        lstm,
        gru,
        lstmLayers,
        forgetBias);
    if (lstm > 0 && gru > 0) {
      throw new InvalidHyperparameterException(
          "lstm %d and gru %d exclude each other; leave one of them out".formatted(lstm, gru),
          "lstm",
          "gru");
    }
  }

  /** Returns the recurrent layers of each network. */
  public Recurrence recurrence() {
    return lstm > 0
        ? new Recurrence(Recurrence.Kind.LSTM, lstm, lstmLayers)
        : gru > 0 ? new Recurrence(Recurrence.Kind.GRU, gru, lstmLayers) : Recurrence.NONE;
  }
}
