package org.ppo4j.lab.bench;

import static org.ppo4j.lab.bench.PeerCommands.Slot.FOLDER;
import static org.ppo4j.lab.bench.PeerCommands.Slot.SEED;
import static org.ppo4j.lab.bench.PeerCommands.threadsText;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ppo4j.lab.bench.Workload.Program;
import org.ppo4j.lab.bench.Workload.Round;
import org.ppo4j.lab.bench.Workload.Unit;

/** All workloads. docs/benchmarks.md describes what is measured and how. */
public final class Workloads {
  /** The programs of the module benchmarks. */
  private static final String STEPPING = "org.ppo4j.benchmarks.Stepping";

  private static final String UPDATE = "org.ppo4j.benchmarks.UpdateTiming";
  private static final String DL4J_FIT = "org.ppo4j.benchmarks.Dl4jFitTiming";

  private static final String CARTPOLE = "CartPole-v1";
  private static final String CHEETAH = "HalfCheetah-v5";
  private static final int SOLVED = 475;
  private static final int SECONDS = 3;

  /** Steps of trainings; more for ppo4j, which is faster and has a JVM to warm up. */
  private static final int CARTPOLE_STEPS = 500_000;

  private static final int PEER_CARTPOLE_STEPS = 30_000;
  private static final int CHEETAH_STEPS = 153_600;
  private static final int PEER_CHEETAH_STEPS = 12_288;

  private final OurCommands ours;
  private final PeerCommands peers;
  private final int cores;

  /**
   * @param ours the command lines of ppo4j's programs
   * @param installs the peers' Python environments
   * @param cores the most threads that a program gets
   */
  public Workloads(OurCommands ours, PeerInstallations installs, int cores) {
    this.ours = ours;
    peers = new PeerCommands(installs, cores);
    this.cores = cores;
  }

  /** Returns all workloads. */
  public List<Workload> all() {
    return List.of(
        trainCartPole(),
        processCartPole(),
        solveCartPole(),
        trainCheetah("train-halfcheetah-python", "python", 1),
        trainCheetah("train-halfcheetah-python-8", "python", 8),
        trainCheetah("train-halfcheetah-native", "native", 1),
        trainCheetah("train-halfcheetah-native-8", "native", 8),
        update("update-64", 64, 2048, 32),
        update("update-256", 256, 2048, 32),
        update("update-64-minibatch-4096", 64, 16_384, 4),
        step("step-halfcheetah", CHEETAH, 8, 1),
        step("step-halfcheetah-64", CHEETAH, 64, 2),
        step("step-hopper", "Hopper-v5", 8, 1),
        step("step-hopper-64", "Hopper-v5", 64, 2),
        step("step-cartpole-64", CARTPOLE, 64, 2),
        stepInPython(),
        dl4j());
  }

  private Workload trainCartPole() {
    return workload(
        "train-cartpole",
        "native CartPole-v1 with the sizes of CleanRL's ppo.py: the training loop, including the"
            + " JVM's warm-up; SBX without its compilation",
        Unit.STEPS_PER_SECOND,
        Program.ours(this::cartPole, CompletedRun::loopRate),
        cleanRlCartPole(),
        sb3CartPole(),
        sb3("SBX", BenchPeer.SBX, CARTPOLE, PEER_CARTPOLE_STEPS, "--sbx", "--warm-up", 1024));
  }

  private Workload processCartPole() {
    return workload(
        "process-cartpole",
        "the same training of ppo4j from the start of the process to its exit, compared with the"
            + " peers' loops alone",
        Unit.STEPS_PER_SECOND,
        Program.ours(this::cartPole, CompletedRun::wholeRate),
        cleanRlCartPole(),
        sb3CartPole());
  }

  private List<String> cartPole(Round round) {
    return training(round, CARTPOLE, "native", CARTPOLE_STEPS);
  }

  private List<Program> cleanRlCartPole() {
    return cleanRl("", "ppo", CARTPOLE, PEER_CARTPOLE_STEPS);
  }

  private List<Program> sb3CartPole() {
    return sb3("SB3", BenchPeer.SB3, CARTPOLE, PEER_CARTPOLE_STEPS);
  }

  private Workload solveCartPole() {
    Object[] cleanRl =
        Stream.concat(
                Stream.of("--stop-at-return", SOLVED),
                Arrays.stream(cleanRlArguments("ppo", CARTPOLE, CARTPOLE_STEPS)))
            .toArray();
    return workload(
        "solve-cartpole",
        "CartPole-v1 until the last 100 training episodes have a mean return of 475, from the"
            + " start of the process to its exit; at most 500,000 steps",
        Unit.SECONDS,
        Program.ours(
            round ->
                ours.train(
                    round,
                    List.of(
                        CARTPOLE,
                        "--stop-at-return=" + SOLVED,
                        "--total-timesteps=" + CARTPOLE_STEPS)),
            completed -> completed.secondsUntil(SOLVED)),
        peers.threads(
            "CleanRL",
            "",
            BenchPeer.CLEANRL,
            CompletedRun::secondsUntilSolved,
            "peer_cleanrl_bench.py",
            cleanRl),
        peers.threads(
            "SB3",
            "",
            BenchPeer.SB3,
            CompletedRun::secondsUntilSolved,
            "peer_sb3.py",
            CARTPOLE,
            CARTPOLE_STEPS,
            SEED,
            FOLDER,
            "--stop-at-return",
            SOLVED));
  }

  private Workload trainCheetah(String name, String backend, int envs) {
    int rollout = 2048 / envs;
    String sizes = "%d environment%s x %,d".formatted(envs, envs == 1 ? "" : "s", rollout);
    String where =
        backend.equals("native")
            ? "native, " + threadsText(Math.min(envs, cores))
            : "in Gymnasium through Py4J";
    List<Program> cleanRl =
        new ArrayList<>(cleanRlCheetah(envs == 1 ? "" : "SyncVectorEnv", envs, rollout));
    if (envs > 1) {
      cleanRl.addAll(cleanRlCheetah("AsyncVectorEnv", envs, rollout, "--async"));
    }
    return workload(
        name,
        "HalfCheetah-v5 %s, %s, CleanRL's sizes: the training's loop".formatted(where, sizes),
        Unit.STEPS_PER_SECOND,
        Program.ours(
            round -> {
              List<String> command = training(round, CHEETAH, backend, CHEETAH_STEPS);
              command.addAll(List.of("--num-envs=" + envs, "--num-steps=" + rollout));
              if (backend.equals("native")) {
                command.add("--env-kwargs=num_threads=" + Math.min(envs, cores));
              }
              return command;
            },
            CompletedRun::loopRate),
        cleanRl,
        sb3(
            "SB3",
            BenchPeer.SB3,
            CHEETAH,
            PEER_CHEETAH_STEPS,
            "--envs",
            envs,
            "--rollout",
            rollout));
  }

  /** CleanRL 1.2.0 runs on MuJoCo 2.3.7, which has only version 4 of the task. */
  private List<Program> cleanRlCheetah(String setting, int envs, int rollout, Object... before) {
    Object[] usual =
        cleanRlArguments("ppo_continuous_action", "HalfCheetah-v4", PEER_CHEETAH_STEPS);
    Object[] arguments =
        Stream.of(
                Arrays.stream(before),
                Arrays.stream(usual),
                Stream.of("--num-envs", envs, "--num-steps", rollout))
            .flatMap(each -> each)
            .toArray();
    return peers.threads(
        "CleanRL",
        setting,
        BenchPeer.CLEANRL,
        CompletedRun::sps,
        "peer_cleanrl_bench.py",
        arguments);
  }

  private List<Program> cleanRl(String setting, String script, String task, int steps) {
    return peers.threads(
        "CleanRL",
        setting,
        BenchPeer.CLEANRL,
        CompletedRun::sps,
        "peer_cleanrl_bench.py",
        cleanRlArguments(script, task, steps));
  }

  private static Object[] cleanRlArguments(String script, String task, int steps) {
    return new Object[] {
      script, "--cuda", "False", "--env-id", task, "--seed", SEED, "--total-timesteps", steps
    };
  }

  private List<Program> sb3(
      String contender, BenchPeer peer, String task, int steps, Object... more) {
    Object[] arguments =
        Stream.concat(Stream.of(task, steps, SEED, FOLDER), Arrays.stream(more)).toArray();
    return peers.threads(contender, "", peer, CompletedRun::sps, "peer_sb3.py", arguments);
  }

  private List<String> training(Round round, String task, String backend, int steps) {
    return ours.train(
        round,
        List.of(
            task,
            "--quiet",
            "--profile=cleanrl",
            "--backend=" + backend,
            "--total-timesteps=" + steps));
  }

  private Workload update(String name, int width, int batch, int minibatches) {
    int threads = Math.min(2, cores);
    Object[] sizes = {width, batch, minibatches, SECONDS};
    Object[] compiled = {width, batch, minibatches, SECONDS, "--compile"};
    return workload(
        name,
        "one update, 10 epochs x %d minibatches of %,d, two networks of %d-%d, ppo4j on %s; without compilation"
            .formatted(minibatches, batch / minibatches, width, width, threadsText(threads)),
        Unit.MILLISECONDS,
        Program.ours(
            round -> ours.main(UPDATE, "simd", width, batch, minibatches, 10, threads, SECONDS),
            CompletedRun::last),
        peers.threads("PyTorch", "", BenchPeer.TORCH, CompletedRun::last, "peer_update.py", sizes),
        peers.threads(
            "torch.compile", "", BenchPeer.TORCH, CompletedRun::last, "peer_update.py", compiled));
  }

  private Workload step(String name, String task, int envs, int threads) {
    List<Program> others = new ArrayList<>();
    others.add(stepper("EnvPool", "envpool", task, envs, threads));
    if (threads == 1) {
      others.add(stepper("Gymnasium, SyncVectorEnv", "sync", task, envs, 1));
      others.add(stepper("Gymnasium, AsyncVectorEnv", "async", task, envs, 1));
      others.add(stepper("mj_step alone", "mj_step", task, 1, 1));
    }
    return workload(
        name,
        "stepping native %s, %d environments, %s".formatted(task, envs, threadsText(threads)),
        Unit.STEPS_PER_SECOND,
        Program.ours(
            round -> ours.main(STEPPING, "native", task, envs, threads, SECONDS),
            CompletedRun::last),
        others);
  }

  private Workload stepInPython() {
    return workload(
        "step-halfcheetah-python",
        "stepping HalfCheetah-v5 in Gymnasium through Py4J, 8 environments in 2 workers",
        Unit.STEPS_PER_SECOND,
        Program.ours(
            round -> {
              ours.python().run();
              return ours.main(STEPPING, "python", CHEETAH, 8, 2, SECONDS);
            },
            CompletedRun::last),
        List.of(stepper("EnvPool", "envpool", CHEETAH, 8, 2)));
  }

  private Program stepper(String contender, String kind, String task, int envs, int threads) {
    return peers.program(
        contender,
        "",
        BenchPeer.ENVPOOL,
        1,
        CompletedRun::last,
        "peer_stepping.py",
        kind,
        task,
        envs,
        threads,
        SECONDS);
  }

  private Workload dl4j() {
    List<Program> fit =
        Stream.of(1, cores)
            .distinct()
            .map(
                threads ->
                    new Program(
                        "DL4J's fit",
                        threadsText(threads),
                        null,
                        Map.of("OMP_NUM_THREADS", threads.toString()),
                        round -> ours.main(DL4J_FIT, SECONDS),
                        CompletedRun::last))
            .toList();
    return workload(
        "dl4j-minibatch",
        "one minibatch of 64 through two 64-64 networks on DL4J: PPO's loss and ppo4j's Adam"
            + " compared with DL4J's own fit, squared error and Adam",
        Unit.MILLISECONDS,
        Program.ours(
            round -> ours.main(UPDATE, "dl4j", 64, 64, 1, 1, 1, SECONDS), CompletedRun::last),
        fit);
  }

  @SafeVarargs
  private static Workload workload(
      String name, String what, Unit unit, Program ours, List<Program>... others) {
    List<Program> programs = new ArrayList<>(List.of(ours));
    for (List<Program> other : others) {
      programs.addAll(other);
    }
    return new Workload(name, what, unit, programs);
  }
}
