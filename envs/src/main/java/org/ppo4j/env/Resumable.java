package org.ppo4j.env;

/**
 * An object whose future is determined by a state that can be saved and restored, so that a
 * training that was interrupted continues as if it had not been.
 *
 * <p>A {@link VectorEnv} implements this interface if its sub-environments can be restored. The
 * native ones do.
 */
public interface Resumable {

  /**
   * Returns everything that determines the future of this object. A {@code double} is stored as its
   * {@linkplain Double#doubleToRawLongBits bits}. The array belongs to the caller.
   *
   * @throws IllegalStateException if there is no state yet, or if this object is closed
   */
  long[] state();

  /**
   * Continues from {@code state}, which {@link #state} of an instance made with the same arguments
   * returned, in this or another process.
   *
   * @param state the state; read during the call only
   * @throws IllegalArgumentException if {@code state} cannot come from such an instance; this
   *     object is then unchanged
   * @throws IllegalStateException if this object is closed or has failed
   */
  void restore(long[] state);
}
