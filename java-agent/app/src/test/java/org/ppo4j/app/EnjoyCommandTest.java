package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnjoyCommandTest {
  @TempDir private Path folder;

  /** A frame for the reset and one for each step. */
  @Test
  void filmsAnEpisode() throws IOException {
    Path run = folder.resolve("run");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();
    Path frames = folder.resolve("frames");

    CommandRun enjoy = CommandRun.of("enjoy", run.toString(), "--frames", frames.toString());

    assertThat(enjoy.err()).isEmpty();
    assertThat(enjoy.out())
        .containsPattern("CartPole-v1, policy of step 512, deterministic actions, seed 1\\R")
        .containsPattern("Episode  return (\\d+)\\.00, \\1 steps\\R");
    int steps = Integer.parseInt(enjoy.out().replaceAll("(?s).*, (\\d+) steps.*", "$1"));
    try (Stream<Path> files = Files.list(frames)) {
      assertThat(files).hasSize(steps + 1);
    }
    assertThat(ImageIO.read(frames.resolve("frame_000000.png").toFile()).getWidth()).isEqualTo(600);
  }

  @Test
  void writesAVideoAndNothingElse() throws IOException {
    Path run = folder.resolve("run");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();
    Path video = folder.resolve("film.gif");

    CommandRun enjoy =
        CommandRun.of(
            "enjoy",
            run.toString(),
            "--video",
            video.toString(),
            "--max-steps",
            "5",
            "--episodes",
            "2");

    assertThat(enjoy.out()).contains("had not ended after 5 steps in all", "Video    " + video);
    assertThat(video).isNotEmptyFile();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(run, video);
    }
  }

  @Test
  void saysWhatAVideoIsAndThatThereIsNoScreen() {
    Path run = folder.resolve("run");
    assertThat(CommandRun.shortTraining(run).exitCode()).isZero();

    CommandRun avi = CommandRun.of("enjoy", run.toString(), "--video", "film.avi");
    CommandRun window = CommandRun.of("enjoy", run.toString());

    assertThat(avi.exitCode()).isEqualTo(2);
    assertThat(avi.err()).contains("the video file film.avi must end in .mp4 or .gif");
    if (GraphicsEnvironment.isHeadless()) {
      assertThat(window.exitCode()).isEqualTo(1);
      assertThat(window.err())
          .contains(
              "there is no screen for a window; write a video instead, with --video FILE.mp4");
    }
  }

  @Test
  void trainingCapturesVideos() throws IOException {
    Path run = folder.resolve("run");

    CommandRun train =
        CommandRun.of(
            "train",
            "CartPole-v1",
            "--total-timesteps=1024",
            "--num-envs=4",
            "--num-steps=128",
            "--capture-video=512",
            "--quiet",
            "--run-dir=" + run);

    assertThat(train.exitCode()).isZero();
    try (Stream<Path> files = Files.list(run.resolve("videos"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("step_512.mp4", "step_1024.mp4");
    }
  }
}
