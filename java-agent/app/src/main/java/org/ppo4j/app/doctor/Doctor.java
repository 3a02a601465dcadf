package org.ppo4j.app.doctor;

import java.util.ArrayList;
import java.util.List;

/** Checks a machine for a task. */
public final class Doctor {
  private Doctor() {}

  /** Returns the findings, in the order in which people read them. */
  public static List<Finding> examine(Machine machine, Task task) {
    List<Finding> findings = new ArrayList<>();
    Runtime runtime = Runtime.getRuntime();
    findings.addAll(
        new JavaChecks(machine).all(runtime.maxMemory() >> 20, runtime.availableProcessors()));
    findings.addAll(new FolderChecks(machine, task).all());
    findings.add(MujocoChecks.library(task));
    findings.addAll(new PythonChecks(machine, task).all());
    return findings;
  }

  /** Returns whether nothing that the task needs is missing. */
  public static boolean isHealthy(List<Finding> findings) {
    return findings.stream().noneMatch(each -> each.status() == Finding.Status.MISSING);
  }
}
