package org.ppo4j.env.mujoco;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What MuJoCo has to say, which it would otherwise write to {@code MUJOCO_LOG.TXT} in the working
 * folder and to the console.
 *
 * <p>A warning is logged for debugging: {@link MujocoWarnings} reports those of simulations, with
 * what this does not know, and one about a model that is read is for the model's author. An error
 * that comes here came from no simulation ({@code mjBatch} traps those) and from no model (loading
 * one traps them): memory has run out, or MuJoCo was called wrongly. It cannot go on, nor may the
 * handler return to it or throw through it, so the process ends.
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

  /** Takes a message, on any thread, native ones too; called by MuJoCo. */
  @SuppressWarnings("CatchAndPrintStackTrace") // thrown into MuJoCo it would crash the JVM
  static void message(MemorySegment address) {
    try {
      MemorySegment message = address.reinterpret(SUBJECT + SUBJECT_LENGTH);
      int level = message.get(ValueLayout.JAVA_INT, LEVEL);
      String subject = message.getString(SUBJECT);
      if (level == ERROR) {
        System.err.println("MuJoCo cannot go on, and the process ends: " + subject);
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
