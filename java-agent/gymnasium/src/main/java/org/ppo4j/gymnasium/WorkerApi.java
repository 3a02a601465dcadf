package org.ppo4j.gymnasium;

/**
 * What a worker offers through Py4J, the class {@code Worker} of {@code server.py}. Strings and
 * numbers only: everything else would leave objects behind on the other side.
 */
interface WorkerApi {

  /** Makes the environments {@code request} names; answers with their description or a failure. */
  String make(String request);

  /** Maps the file at {@code path}; the answer is empty or a failure. */
  String attach(String path);

  /**
   * Carries out up to {@code limit} requests, until none came for {@code idleMicros} microseconds;
   * the answer is empty or a failure.
   */
  String run(int limit, int idleMicros);

  /** Closes the environments; the answer is empty or a failure. */
  String close();
}
