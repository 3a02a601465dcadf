package org.ppo4j.gymnasium;

/**
 * The calls of a worker through Py4J, the class {@code Worker} of {@code server.py}. Arguments and
 * replies are strings and numbers: Py4J keeps any other object alive on the other side.
 */
interface WorkerApi {

  /** Returns the token by which the worker proves that it is the one. */
  String hello();

  /**
   * Makes the environments of {@code request}, or those that are missing; replies with their
   * description or a failure.
   */
  String make(String request);

  /** Maps the file at {@code path}; the reply is empty or a failure. */
  String attach(String path);

  /**
   * Carries out up to {@code limit} requests, until none arrives for {@code idleMicros}
   * microseconds; the reply is empty or a failure.
   */
  String run(int limit, int idleMicros);

  /**
   * Renders the first environment; replies with {@code width}, {@code height} and the RGB bytes in
   * base64, or a failure.
   */
  String render();

  /** Closes the environments; the reply is empty or a failure. */
  String close();
}
