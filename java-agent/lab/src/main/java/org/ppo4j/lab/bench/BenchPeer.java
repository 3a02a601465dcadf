package org.ppo4j.lab.bench;

import java.util.Locale;
import org.ppo4j.lab.peer.PeerPackages;

/** The peers that {@code --peers} accepts. */
public enum BenchPeer {
  CLEANRL(PeerPackages.CLEANRL),
  SB3(PeerPackages.SB3),
  SBX(PeerPackages.SBX),
  /** EnvPool, and also Gymnasium's vector environments and MuJoCo's step. */
  ENVPOOL(PeerPackages.ENVPOOL),
  TORCH(PeerPackages.SB3);

  private final PeerPackages packages;

  BenchPeer(PeerPackages packages) {
    this.packages = packages;
  }

  PeerPackages packages() {
    return packages;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
