package org.ppo4j.lab.peer;

import java.util.List;
import java.util.Locale;

/** The packages a peer is installed from, pinned, and the Pythons they run on. */
public enum PeerPackages {
  /** CleanRL's own scripts, on the Gymnasium and the gym they were written for. */
  CLEANRL(
      "CleanRL 1.2.0",
      10,
      11,
      List.of(
          List.of(
              "numpy<2",
              "gymnasium==0.29.1",
              "gym==0.23.1",
              "pygame==2.6.1",
              "mujoco==2.3.7",
              "imageio",
              Pins.TORCH,
              Pins.TENSORBOARD),
          Pins.CLEANRL_ALONE)),

  /** CleanRL on the Gymnasium and the MuJoCo that ppo4j runs on. */
  CLEANRL_V5(
      "CleanRL 1.2.0 on Gymnasium 1.4.0",
      10,
      11,
      List.of(
          List.of(Pins.GYMNASIUM, Pins.MUJOCO, Pins.TORCH, Pins.TENSORBOARD), Pins.CLEANRL_ALONE)),

  /** Stable-Baselines3, and PyTorch for who wants that alone. */
  SB3(
      "Stable-Baselines3 2.9.2",
      10,
      14,
      List.of(List.of("stable-baselines3==2.9.2", Pins.GYMNASIUM, Pins.MUJOCO, Pins.TORCH))),

  /** SBX, which is Stable-Baselines3 on JAX. */
  SBX(
      "SBX 0.28.0",
      11,
      13,
      List.of(
          List.of(
              "sbx-rl==0.28.0",
              "stable-baselines3==2.9.2",
              "gymnasium[mujoco]==1.4.0",
              Pins.TORCH))),

  /** EnvPool, and Gymnasium's own vector environments. */
  ENVPOOL("EnvPool 1.2.5", 11, 13, List.of(List.of("envpool==1.2.5", "gymnasium[mujoco]==1.4.0")));

  /** Packages of several peers. */
  private static final class Pins {
    static final String TORCH = "torch==2.15.0";
    static final String TENSORBOARD = "tensorboard==2.21.0";
    static final String GYMNASIUM = "gymnasium[mujoco,box2d]==1.4.0";
    static final String MUJOCO = "mujoco==4.0.0";
    static final List<String> CLEANRL_ALONE =
        List.of("--no-deps", "--ignore-requires-python", "cleanrl==1.2.0");
  }

  private final String title;
  private final int oldestMinor;
  private final int newestMinor;
  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<List<String>> calls;

  PeerPackages(String title, int oldestMinor, int newestMinor, List<List<String>> calls) {
    this.title = title;
    this.oldestMinor = oldestMinor;
    this.newestMinor = newestMinor;
    this.calls = calls;
  }

  /** Returns name and version. */
  public String title() {
    return title;
  }

  /** Returns the name of its folders. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean runsOn(int pythonMinor) {
    return pythonMinor >= oldestMinor && pythonMinor <= newestMinor;
  }

  String pythons() {
    return "3.%d to 3.%d".formatted(oldestMinor, newestMinor);
  }

  /** Returns arguments of {@code pip install}, one list a call. */
  List<List<String>> calls() {
    return calls;
  }
}
