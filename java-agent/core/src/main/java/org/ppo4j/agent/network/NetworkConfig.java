package org.ppo4j.agent.network;

import java.util.List;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
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
        double logStdInit) {

  /** The defaults, those of CleanRL in every profile. */
  public static final NetworkConfig DEFAULT =
      new NetworkConfig(List.of(64, 64), Activation.TANH, false, true, 0.01, 0);

  public NetworkConfig {
    hiddenSizes = List.copyOf(hiddenSizes);
    Ranges.require(
        NetworkConfig.class,
        hiddenSizes,
        activation,
        sharedTrunk,
        orthoInit,
        policyGain,
        logStdInit);
  }
}
