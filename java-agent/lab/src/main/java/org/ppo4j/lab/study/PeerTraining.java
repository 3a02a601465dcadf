package org.ppo4j.lab.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ppo4j.lab.peer.Peer;
import org.ppo4j.lab.peer.PeerException;
import org.ppo4j.lab.peer.PeerVenv;

/**
 * Trains peers with the same number of seeds and steps as ppo4j.
 *
 * @param env the environment's id
 * @param hasKwargs whether it is made with arguments, which peers do not accept
 * @param continuous whether its actions are continuous
 * @param seeds the number of seeds
 * @param steps environment steps of a training
 * @param evalEpisodes deterministic episodes after each training
 */
public record PeerTraining(
    String env, boolean hasKwargs, boolean continuous, int seeds, long steps, int evalEpisodes) {

  /**
   * Trains a peer and adds the results to {@code study}, or a sentence that says why it could not
   * be trained.
   *
   * @param name the peer, as {@code --against} names it
   * @param venvs the folder of the peers' virtual environments
   * @param folder the folder of the study
   * @param progress receives a line when something is installed or fails
   */
  public void run(
      String name,
      Study study,
      Path venvs,
      Path folder,
      JobRunner runner,
      Consumer<String> progress) {
    Peer peer = Peer.of(name, env, continuous);
    if (hasKwargs) {
      study.missing(
          "%s was not trained, because it does not accept --env-kwargs.".formatted(peer.title()));
      return;
    }
    try {
      peer.check(env, continuous);
      Path python = PeerVenv.python(peer.packages(), venvs, progress);
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
}
