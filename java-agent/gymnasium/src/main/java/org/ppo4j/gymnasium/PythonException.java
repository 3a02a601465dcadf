package org.ppo4j.gymnasium;

import org.ppo4j.env.EnvException;

/**
 * An exception that was raised in Python; the message ends with the last lines of its traceback.
 */
public final class PythonException extends EnvException {
  private static final long serialVersionUID = 1L;

  private final String summary;

  PythonException(String summary, String traceback) {
    super(traceback.isEmpty() ? summary : summary + "\n" + traceback);
    this.summary = summary;
  }

  /** Returns the message without the traceback. */
  public String summary() {
    return summary;
  }
}
