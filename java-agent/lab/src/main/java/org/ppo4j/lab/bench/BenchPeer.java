package org.ppo4j.lab.bench;

import java.util.Locale;
import org.ppo4j.lab.peer.PeerPackages;

/** Whom {@code --peers} can name. */
public enum BenchPeer {
  CLEANRL(PeerPackages.CLEANRL),
  SB3(PeerPackages.SB3),
  SBX(PeerPackages.SBX),
  /** Gymnasium's own vector environments and MuJoCo's step too. */
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
