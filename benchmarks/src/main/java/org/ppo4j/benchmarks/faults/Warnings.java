package org.ppo4j.benchmarks.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The warnings that the bridge logs, which are not printed any more. */
final class Warnings implements AutoCloseable {
  /** The loggers of workers' failures; the second has an appender in the application. */
  private final List<Logger> loggers =
      List.of(logger("org.ppo4j.gymnasium"), logger("org.ppo4j.gymnasium.Restarts"));

  private final List<String> messages = new ArrayList<>();

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            synchronized (messages) {
              messages.add(event.getFormattedMessage().lines().findFirst().orElse(""));
            }
          }
        }
      };

  Warnings() {
    appender.start();
    for (Logger logger : loggers) {
      logger.detachAndStopAllAppenders();
      logger.setAdditive(false);
      logger.addAppender(appender);
    }
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  /** Returns the messages since the last call, one line. */
  String take() {
    synchronized (messages) {
      String all = String.join("; ", messages);
      messages.clear();
      return all;
    }
  }

  @Override
  public void close() {
    loggers.forEach(logger -> logger.detachAppender(appender));
  }
}
