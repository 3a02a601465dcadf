package org.ppo4j.ray;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where actors run.
 *
 * @param python a Python that has Ray
 * @param address the cluster's address, {@code host:port}; {@value #LOCAL} starts one on the
 *     loopback interface, and ends it with the actors
 * @param cpus the CPUs that Ray reserves for each actor
 * @param pip what pip installs for the actors, by Ray's runtime environment
 * @param modules Python modules and packages of the user, sent to the actors by Ray
 * @param javaOptions options of the actors' JVMs
 * @param startTimeout the time limit for the start of all actors
 * @param orderTimeout the time limit of an order, after which its actor counts as lost
 */
public record RayOptions(
    Path python,
    String address,
    double cpus,
    List<String> pip,
    List<String> modules,
    List<String> javaOptions,
    Duration startTimeout,
    Duration orderTimeout) {

  /** The address of a cluster that is started for the actors alone. */
  public static final String LOCAL = "local";

  public RayOptions {
    pip = List.copyOf(pip);
    modules = List.copyOf(modules);
    javaOptions = List.copyOf(javaOptions);
  }
}
