package org.ppo4j.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ppo4j.lab.peer.Peer;
import org.ppo4j.lab.peer.PeerException;
import org.ppo4j.lab.peer.PeerVenv;
import org.ppo4j.lab.study.Job;
import org.ppo4j.lab.study.JobRunner;
import org.ppo4j.lab.study.Study;

/**
 * Trains peers for as many seeds and steps as ppo4j.
 *
 * @param env the environment's id
 * @param hasKwargs whether it is made with arguments, which peers cannot take
 * @param continuous whether its actions are
 * @param seeds how many seeds
 * @param steps environment steps of a training
 * @param evalEpisodes deterministic episodes after each training
 */
record PeerTraining(
    String env, boolean hasKwargs, boolean continuous, int seeds, long steps, int evalEpisodes) {

  /** Trains a peer, and adds the results to {@code study}; or a sentence that says why not. */
  void run(String name, Study study, Path folder, JobRunner runner, Consumer<String> progress) {
    Peer peer = Peer.of(name, env, continuous);
    if (hasKwargs) {
      study.missing("%s was not trained, since it takes no --env-kwargs.".formatted(peer.title()));
      return;
    }
    try {
      peer.check(env, continuous);
      Path python = PeerVenv.python(peer.packages(), cache(), progress);
      List<Job> jobs = new ArrayList<>();
      for (int seed = 1; seed <= seeds; seed++) {
        jobs.add(job(peer, python, folder.resolve(peer.folder()).resolve("seed_" + seed), seed));
      }
      runner.run(jobs);
      study.againstPeer(peer.title(), jobs, PeerVenv.versions(python), peer.note());
    } catch (PeerException e) {
      String why = "%s was not trained: %s.".formatted(peer.title(), e.getMessage());
      progress.accept(why);
      study.missing(why);
    }
  }

  private Job job(Peer peer, Path python, Path folder, long seed) {
    Peer.Training training =
        new Peer.Training(env, continuous, steps, seed, evalEpisodes, SeedEvaluation.SEED);
    return new Job(
        "%s seed %d".formatted(peer.title(), seed),
        folder,
        folder,
        peer.command(python, training, folder),
        List.of());
  }

  /** Returns the folder of the peers' virtual environments. */
  static Path cache() {
    String given = System.getenv(PeerVenv.VARIABLE);
    Path home = Launcher.home();
    Path usual = home == null ? Path.of(".peers") : home.resolve(".peers");
    return given == null ? usual : Path.of(given);
  }
}
