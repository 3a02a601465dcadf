package org.ppo4j.agent.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.RunConfig;
import org.ppo4j.agent.compare.Job;
import org.ppo4j.agent.compare.JobRunner;
import org.ppo4j.agent.compare.Study;
import org.ppo4j.agent.compare.peer.Peer;
import org.ppo4j.agent.compare.peer.PeerException;
import org.ppo4j.agent.compare.peer.PeerVenv;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.Space;

/**
 * Trains a peer for as many seeds and steps as ppo4j was.
 *
 * @param peer the peer
 * @param checkpoint the end of one of ppo4j's trainings; null if none was finished
 * @param envKwargs arguments of the environment, which peers cannot take
 * @param evalEpisodes deterministic episodes after each training
 */
record PeerTraining(
    Peer peer, @Nullable Checkpoint checkpoint, Map<String, String> envKwargs, int evalEpisodes) {

  static PeerTraining of(
      Peer peer, List<Job> ours, Map<String, String> envKwargs, int evalEpisodes) {
    Checkpoint checkpoint =
        ours.stream()
            .filter(Job::isDone)
            .flatMap(job -> RunFolder.open(job.folder()).latestCheckpoint().stream())
            .findFirst()
            .map(Checkpoint::read)
            .orElse(null);
    return new PeerTraining(peer, checkpoint, envKwargs, evalEpisodes);
  }

  /** Trains, and adds the results to {@code study}; or a sentence that says why not. */
  void run(Study study, Path folder, int seeds, JobRunner runner, Consumer<String> progress) {
    try {
      if (checkpoint == null) {
        study.missing("%s was not trained, since no seed of ppo4j was.".formatted(peer.title()));
        return;
      }
      RunConfig ours = checkpoint.run();
      peer.check(ours.env());
      if (!envKwargs.isEmpty()) {
        study.missing(
            "%s was not trained, since it takes no --env-kwargs.".formatted(peer.title()));
        return;
      }
      Path python = PeerVenv.python(peer, cache(), progress);
      boolean continuous = checkpoint.actionSpace() instanceof Space.Box;
      List<Job> jobs = new ArrayList<>();
      for (long seed = 1; seed <= seeds; seed++) {
        Path run = folder.resolve("seed_" + seed);
        Peer.Training training =
            new Peer.Training(
                ours.env(),
                continuous,
                ours.hyperparameters().totalTimesteps(),
                seed,
                evalEpisodes,
                SeedEvaluation.SEED);
        jobs.add(
            new Job(
                "%s seed %d".formatted(peer.title(), seed),
                run,
                run,
                peer.command(python, training, run)));
      }
      runner.run(jobs);
      study.againstPeer(peer.title(), jobs, PeerVenv.versions(python), peer.note());
    } catch (PeerException e) {
      String why = "%s was not trained: %s.".formatted(peer.title(), e.getMessage());
      progress.accept(why);
      study.missing(why);
    }
  }

  private static Path cache() {
    String given = System.getenv(PeerVenv.VARIABLE);
    Path home = Launcher.home();
    Path usual = home == null ? Path.of(".peers") : home.resolve(".peers");
    return given == null ? usual : Path.of(given);
  }
}
