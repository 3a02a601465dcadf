package org.ppo4j.env;

import java.util.List;

/**
 * A service that contributes native environments. {@link Envs} looks for providers with {@link
 * java.util.ServiceLoader} when it is first used, so that a jar on the class path adds environments
 * to a program that was never told of them.
 *
 * <p>A provider is a public class with a public constructor without parameters. A jar on the class
 * path names it in the file {@code META-INF/services/org.ppo4j.env.EnvProvider}, a module in a
 * {@code provides} clause of its descriptor.
 */
public interface EnvProvider {

  /** Returns the environments; their ids are taken by no other provider. */
  List<EnvDefinition> environments();
}
