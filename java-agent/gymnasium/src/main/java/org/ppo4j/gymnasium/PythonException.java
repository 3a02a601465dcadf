package org.ppo4j.gymnasium;

import org.ppo4j.env.EnvException;

/**
 * An exception that was raised in Python; the message ends with the last lines of its traceback.
 */
public final class PythonException extends EnvException {
  private static final long serialVersionUID = 1L;

  private final String summary;
  private final boolean byBridge;

  /**
   * Creates an exception.
   *
   * @param byBridge whether the bridge raised it, because of what the environment returned
   */
  PythonException(String summary, String traceback, boolean byBridge) {
    super(traceback.isEmpty() ? summary : summary + "\n" + traceback);
    this.summary = summary;
    this.byBridge = byBridge;
  }

  /** Returns whether the bridge raised it: another worker would raise it again. */
  boolean isByBridge() {
    return byBridge;
  }

  /** Returns the message without the traceback. */
  public String summary() {
    return summary;
  }
}
