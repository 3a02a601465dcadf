package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.example.Corridors;

/** The registry has the environments of the providers that a class loader finds. */
class EnvRegistryTest {
  @TempDir Path folder;

  /** Provides an id that is already taken. */
  public static final class DuplicateProvider implements EnvProvider {
    @Override
    public List<EnvDefinition> environments() {
      return List.of(new EnvDefinition("CartPole-v1", 7, EchoDynamics::new));
    }
  }

  @Test
  void environmentsOfProvidersAreRegistered() throws IOException {
    EnvRegistry registry = registry(Corridors.class.getName());
    assertThat(registry.ids()).contains("Corridor-v0", "CartPole-v1");
    assertThat(registry.definition("Corridor-v0").maxEpisodeSteps()).isEqualTo(100);
  }

  @Test
  void unusableProvidersAreNamed() {
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> registry("org.example.Missing"))
        .withMessageStartingWith("an environment provider cannot be used: ")
        .withMessageContaining("Provider org.example.Missing not found");
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> registry(DuplicateProvider.class.getName()))
        .withMessage(
            "the environment provider %s cannot be used: the environment id CartPole-v1"
                + " is already taken; choose another id",
            DuplicateProvider.class.getName());
  }

  /** Creates the registry of a class path with a services file that names {@code provider}. */
  private EnvRegistry registry(String provider) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(EnvProvider.class.getName()), provider);
    URL[] urls = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, EnvRegistry.class.getClassLoader())) {
      return new EnvRegistry(loader);
    }
  }
}
