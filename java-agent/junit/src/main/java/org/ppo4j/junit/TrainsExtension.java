package org.ppo4j.junit;

import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.ppo4j.agent.policy.TrainedPolicy;

/** Trains for {@link Trains}, and passes the policy to the test. */
final class TrainsExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(TrainsExtension.class);
  private static final String POLICY = "policy";

  /** A policy in a store, which closes it when its test or class ends. */
  private record Kept(TrainedPolicy policy) implements AutoCloseable {
    @Override
    public void close() {
      policy.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    train(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    train(context);
  }

  private static void train(ExtensionContext context) {
    Optional<AnnotatedElement> element = context.getElement();
    @Nullable Trains trains =
        element.map(annotated -> annotated.getAnnotation(Trains.class)).orElse(null);
    if (trains != null) {
      Kept policy = new Kept(RequiredTraining.of(trains).run());
      context.getStore(NAMESPACE).put(POLICY, policy);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TrainedPolicy.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    @Nullable Kept kept = context.getStore(NAMESPACE).get(POLICY, Kept.class);
    if (kept == null) {
      throw new ParameterResolutionException(
          "there is no policy yet: only tests, and methods before or after each, receive the one of"
              + " @Trains");
    }
    return kept.policy;
  }
}
