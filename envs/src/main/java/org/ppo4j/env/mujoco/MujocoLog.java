package org.ppo4j.env.mujoco;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Receives MuJoCo's log messages, which it would otherwise write to {@code MUJOCO_LOG.TXT} in the
 * working folder and to the console.
 *
 * <p>A warning is logged at level DEBUG: {@link MujocoWarnings} reports those of simulations in
 * more detail, and one about a model concerns the model's author. An error that arrives here is not
 * from a simulation, whose errors {@code mjBatch} traps, nor from a model, whose errors loading
 * traps: MuJoCo is out of memory or was called incorrectly. It cannot continue, and the handler may
 * neither return to it nor throw through it, so the process ends. The message is then printed to
 * standard error, since a logger might not write it before the end.
 */
final class MujocoLog {
  private static final System.Logger LOGGER = System.getLogger(MujocoLog.class.getName());

  // mjLogMessage: int level, int topic, char subject[1024], ...
  private static final long LEVEL = 0;
  private static final long SUBJECT = 8;
  private static final long SUBJECT_LENGTH = 1024;
  private static final int WARNING = 2;
  private static final int ERROR = 3;

  private MujocoLog() {}

  /** Receives a message on any thread, including native ones; called by MuJoCo. */
  @SuppressWarnings(
      "CatchAndPrintStackTrace") // an exception thrown into MuJoCo would crash the JVM
  static void message(MemorySegment address) {
    try {
      MemorySegment message = address.reinterpret(SUBJECT + SUBJECT_LENGTH);
      int level = message.get(ValueLayout.JAVA_INT, LEVEL);
      String subject = message.getString(SUBJECT);
      if (level == ERROR) {
        System.err.println("MuJoCo cannot continue, so the process ends: " + subject);
        System.err.flush();
        Runtime.getRuntime().halt(1);
      } else if (level == WARNING) {
        LOGGER.log(System.Logger.Level.DEBUG, () -> "MuJoCo: " + subject);
      }
    } catch (Throwable e) {
      e.printStackTrace();
    }
  }
}
