package org.ppo4j.env;

/**
 * Something whose future is decided by a state that can be taken out and put back, so that a
 * training stopped in the middle goes on as if it had never stopped.
 *
 * <p>A {@link VectorEnv} whose sub-environments allow it is {@code Resumable}; the native ones are.
 */
public interface Resumable {

  /**
   * Returns everything that decides what comes next; a {@code double} is stored as its {@linkplain
   * Double#doubleToRawLongBits bits}. The array belongs to the caller.
   *
   * @throws IllegalStateException if there is no state yet, or no longer any
   */
  long[] state();

  /**
   * Goes on from {@code state}, which {@link #state} of an instance made alike has returned, in
   * this or another process.
   *
   * @param state read during the call only
   * @throws IllegalArgumentException if {@code state} cannot come from an instance made alike;
   *     nothing has changed then
   * @throws IllegalStateException if there is nothing any longer that could go on
   */
  void restore(long[] state);
}
