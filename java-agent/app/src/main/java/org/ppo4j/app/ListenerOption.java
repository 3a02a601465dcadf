package org.ppo4j.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.env.internal.NearMatches;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The user's listeners of a training. */
final class ListenerOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--listener",
      paramLabel = "CLASS",
      description =
          "A listener of the training, on PPO4J_CLASSPATH: a class that implements"
              + " org.ppo4j.agent.event.TrainingListener, or the simple name of one that"
              + " META-INF/services names. May be given several times.")
  private List<String> names = new ArrayList<>();

  /** Adds the listeners to a training, in the order in which they were given. */
  void addTo(TrainingBuilder training) {
    for (String name : names) {
      training.listener(new NamedListener(name, listener(name)));
    }
  }

  private TrainingListener listener(String name) {
    List<ServiceLoader.Provider<TrainingListener>> services = services();
    List<ServiceLoader.Provider<TrainingListener>> found =
        services.stream()
            .filter(each -> each.type().getName().equals(name) || simpleName(each).equals(name))
            .toList();
    if (found.size() > 1) {
      throw refused(
          "--listener %s is the name of several listeners; give one of %s"
              .formatted(
                  name,
                  String.join(", ", found.stream().map(each -> each.type().getName()).toList())));
    }
    try {
      return found.isEmpty() ? instance(name, services) : found.getFirst().get();
    } catch (ServiceConfigurationError e) {
      throw failed(name, e.getCause() == null ? e : e.getCause());
    }
  }

  private List<ServiceLoader.Provider<TrainingListener>> services() {
    try {
      return ServiceLoader.load(TrainingListener.class).stream().toList();
    } catch (ServiceConfigurationError e) {
      throw new CommandException(
          "the listeners on PPO4J_CLASSPATH cannot be listed: " + e.getMessage(), e);
    }
  }

  private TrainingListener instance(
      String name, List<ServiceLoader.Provider<TrainingListener>> services) {
    Class<?> type;
    try {
      type = Class.forName(name, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw refused(notFound(name, services));
    }
    if (!TrainingListener.class.isAssignableFrom(type)) {
      throw refused(
          "--listener %s does not implement %s".formatted(name, TrainingListener.class.getName()));
    }
    if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
      throw refused(unusable(name));
    }
    try {
      return (TrainingListener) type.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw failed(name, e.getCause() == null ? e : e.getCause());
    } catch (NoSuchMethodException e) {
      throw refused(unusable(name));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw failed(name, e);
    }
  }

  private static String unusable(String name) {
    return "--listener %s must be a public class with a public constructor without parameters"
        .formatted(name);
  }

  private static String notFound(
      String name, List<ServiceLoader.Provider<TrainingListener>> services) {
    List<String> known =
        services.stream()
            .flatMap(each -> Stream.of(simpleName(each), each.type().getName()))
            .distinct()
            .toList();
    String question = NearMatches.question(name, known);
    return "--listener %s is not on the class path%s"
        .formatted(
            name,
            question.isEmpty()
                ? "; give the full name of a class in a jar or folder that PPO4J_CLASSPATH names"
                : question);
  }

  private static String simpleName(ServiceLoader.Provider<TrainingListener> service) {
    return service.type().getSimpleName();
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static CommandException failed(String name, Throwable cause) {
    return new CommandException("the listener %s cannot be made: %s".formatted(name, cause), cause);
  }
}
