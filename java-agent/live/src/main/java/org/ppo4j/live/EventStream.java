package org.ppo4j.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one page what is new, as server-sent events (HTML standard, section 9.2), until the page is
 * closed. It looks at the runs in its own thread, as often as a film has pictures, so that a slow
 * page holds up neither the training nor another page.
 *
 * <p>The events are {@code runs}, descriptions of all runs; {@code points}, numbers of a run;
 * {@code update}, samples of its update; {@code frame}, its policy playing; {@code samples}, texts
 * that its language model drew.
 */
final class EventStream {
  private static final long TICK = 33; // milliseconds
  private static final int TICKS_OF_POINTS = 6;
  private static final int TICKS_OF_SIGN = 60;

  private final List<ShownRun> runs;
  private final IntSupplier expected;
  private final OutputStream out;
  private final BooleanSupplier ends;
  private final List<Seen> seen = new ArrayList<>();
  private @Nullable List<String> states;
  private int quietTicks;

  /** What the page has of a run. */
  private static final class Seen {
    History.Cursor cursor = History.Cursor.START;
    @Nullable Update update;
    Player.@Nullable Frame frame;
    List<LanguageRun.Sample> samples = List.of();
  }

  /**
   * @param runs the runs; others may follow while the page is open
   * @param expected how many runs there will be; nothing is sent before all of them began
   * @param ends whether the server stops
   */
  EventStream(List<ShownRun> runs, IntSupplier expected, OutputStream out, BooleanSupplier ends) {
    this.runs = runs;
    this.expected = expected;
    this.out = out;
    this.ends = ends;
  }

  /** Sends until the page is closed, which throws, or the server stops. */
  void run() throws IOException, InterruptedException {
    try {
      for (int tick = 0; !ends.getAsBoolean(); tick++) {
        meetNewRuns();
        if (tick % TICKS_OF_POINTS == 0 && runs.size() >= expected.getAsInt()) {
          numbers();
        }
        frames();
        if (quietTicks++ >= TICKS_OF_SIGN) {
          write(": still here\n\n");
        }
        Thread.sleep(TICK);
      }
      numbers();
    } finally {
      for (ShownRun run : runs.subList(0, seen.size())) {
        run.viewers.decrementAndGet();
        if (run.player() != null) {
          run.player().leave();
        }
      }
    }
  }

  private void meetNewRuns() {
    while (seen.size() < runs.size()) {
      ShownRun run = runs.get(seen.size());
      seen.add(new Seen());
      run.viewers.incrementAndGet();
      if (run.player() != null) {
        run.player().join();
      }
    }
  }

  private void numbers() throws IOException {
    List<String> now = seenRuns().stream().map(ShownRun::state).toList();
    if (!now.equals(states)) {
      states = now;
      ArrayNode all = PageJson.MAPPER.createArrayNode();
      for (int i = 0; i < seen.size(); i++) {
        all.add(PageJson.run(i, runs.get(i)));
      }
      send("runs", all.toString());
    }
    for (int i = 0; i < seen.size(); i++) {
      Seen each = seen.get(i);
      History.News news = runs.get(i).history.since(each.cursor);
      if (news.reset() || !news.rows().isEmpty()) {
        each.cursor = news.cursor();
        send("points", PageJson.points(i, news));
      }
      Update update = runs.get(i).update();
      if (update != null && !Objects.equals(update, each.update)) {
        each.update = update;
        send("update", PageJson.update(i, update));
      }
      List<LanguageRun.Sample> samples = runs.get(i).samples();
      if (!samples.equals(each.samples)) {
        each.samples = samples;
        send("samples", PageJson.samples(i, samples));
      }
    }
  }

  private List<ShownRun> seenRuns() {
    return runs.subList(0, seen.size());
  }

  private void frames() throws IOException {
    for (int i = 0; i < seen.size(); i++) {
      Player player = runs.get(i).player();
      Player.Frame frame = player == null ? null : player.frame();
      if (frame != null && !frame.equals(seen.get(i).frame)) {
        seen.get(i).frame = frame;
        send("frame", PageJson.frame(i, frame));
      }
    }
  }

  private void send(String event, ObjectNode data) throws IOException {
    send(event, data.toString());
  }

  private void send(String event, String data) throws IOException {
    write("event: " + event + "\ndata: " + data + "\n\n");
  }

  private void write(String text) throws IOException {
    quietTicks = 0;
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
