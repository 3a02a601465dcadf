package org.ppo4j.lab.peer;

import java.util.List;
import java.util.Locale;
import org.ppo4j.gymnasium.PinnedVersions;

/** The packages a peer is installed from, pinned, and the Pythons they run on. */
public enum PeerPackages {
  /** CleanRL's own scripts, on the Gymnasium and the gym they were written for. */
  CLEANRL(
      "CleanRL " + Pins.CLEANRL,
      10,
      11,
      List.of(
          List.of(
              "numpy<2",
              "gymnasium==" + Pins.GYMNASIUM_OF_CLEANRL,
              "gym==" + Pins.GYM_OF_CLEANRL,
              "pygame==2.6.1",
              "mujoco==2.3.7",
              "imageio",
              Pins.TORCH,
              Pins.TENSORBOARD),
          Pins.CLEANRL_ALONE)),

  /** CleanRL on the Gymnasium and the MuJoCo that ppo4j runs on. */
  CLEANRL_V5(
      "CleanRL " + Pins.CLEANRL + " on Gymnasium " + PinnedVersions.GYMNASIUM,
      10,
      11,
      List.of(
          List.of(Pins.GYMNASIUM, Pins.MUJOCO, Pins.TORCH, Pins.TENSORBOARD), Pins.CLEANRL_ALONE)),

  /** Stable-Baselines3, and PyTorch, for peers that need it alone. */
  SB3(
      "Stable-Baselines3 " + Pins.SB3,
      10,
      14,
      List.of(List.of("stable-baselines3==" + Pins.SB3, Pins.GYMNASIUM, Pins.MUJOCO, Pins.TORCH))),

  /** SBX, which is Stable-Baselines3 on JAX. */
  SBX(
      "SBX " + Pins.SBX,
      11,
      13,
      List.of(
          List.of(
              "sbx-rl==" + Pins.SBX,
              "stable-baselines3==" + Pins.SB3,
              Pins.GYMNASIUM_MUJOCO,
              Pins.TORCH))),

  /** EnvPool, and Gymnasium's own vector environments. */
  ENVPOOL(
      "EnvPool " + Pins.ENVPOOL,
      11,
      13,
      List.of(List.of("envpool==" + Pins.ENVPOOL, Pins.GYMNASIUM_MUJOCO)));

  /** Packages of several peers. */
  static final class Pins {
    static final String CLEANRL = "1.2.0";
    static final String GYMNASIUM_OF_CLEANRL = "0.29.1";
    static final String GYM_OF_CLEANRL = "0.23.1";
    static final String SB3 = "2.9.2";
    static final String SBX = "0.28.0";
    static final String ENVPOOL = "1.2.5";
    static final String TORCH = "torch==2.15.0";
    static final String TENSORBOARD = "tensorboard==2.21.0";
    static final String GYMNASIUM = "gymnasium[mujoco,box2d]==" + PinnedVersions.GYMNASIUM;
    static final String GYMNASIUM_MUJOCO = "gymnasium[mujoco]==" + PinnedVersions.GYMNASIUM;
    static final String MUJOCO = "mujoco==" + PinnedVersions.MUJOCO;
    static final List<String> CLEANRL_ALONE =
        List.of("--no-deps", "--ignore-requires-python", "cleanrl==" + CLEANRL);
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
