package org.ppo4j.lab.bench;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.lab.peer.PeerException;
import org.ppo4j.lab.peer.PeerPackages;
import org.ppo4j.lab.peer.PeerVenv;

/** The peers' Python environments; each is installed on first use, with one attempt. */
public final class PeerInstallations {
  private final Path folder;
  private final Consumer<String> progress;
  private final Map<PeerPackages, Path> pythons = new EnumMap<>(PeerPackages.class);
  private final Map<PeerPackages, Map<String, String>> versions = new EnumMap<>(PeerPackages.class);
  private final Map<PeerPackages, PeerException> failures = new EnumMap<>(PeerPackages.class);

  /**
   * @param folder the folder of the virtual environments
   * @param progress receives a line when something is installed
   */
  public PeerInstallations(Path folder, Consumer<String> progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Returns a peer's interpreter.
   *
   * @throws PeerException if it cannot be installed
   */
  Path python(PeerPackages packages) {
    @Nullable PeerException before = failures.get(packages);
    if (before != null) {
      throw before;
    }
    try {
      return pythons.computeIfAbsent(packages, absent -> PeerVenv.python(absent, folder, progress));
    } catch (PeerException e) {
      failures.put(packages, e);
      throw e;
    }
  }

  /** Returns the package versions of the peers that were used, by peer. */
  Map<String, Map<String, String>> versions() {
    Map<String, Map<String, String>> all = new TreeMap<>();
    pythons.forEach(
        (packages, python) ->
            all.put(
                packages.folder(),
                versions.computeIfAbsent(packages, absent -> PeerVenv.versions(python))));
    return all;
  }
}
