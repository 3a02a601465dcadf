package org.ppo4j.tokens.run;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.ModelReward;
import org.ppo4j.tokens.reward.PythonReward;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Tokenizer;

/**
 * Where rewards come from.
 *
 * @param kind what {@code name} is
 * @param name a folder, the name of a class, or {@code FILE.py:FUNCTION}
 */
public record RewardSource(Kind kind, String name) {
  /** The kinds of sources. */
  public enum Kind {
    /** The folder of a score model. */
    MODEL,
    /** A Java class that implements {@link RewardFunction}. */
    CLASS,
    /** A function of a Python file. */
    PYTHON
  }

  /**
   * Checks the name.
   *
   * @throws ModelException if it is empty, or not that of a Python function
   */
  public RewardSource {
    if (name.isBlank()) {
      throw new ModelException(
          "the name of a reward is empty; give a Java class, FILE.py:FUNCTION, or the folder of a"
              + " score model");
    }
    int colon = name.lastIndexOf(':');
    if (kind == Kind.PYTHON && (colon < 1 || colon == name.length() - 1)) {
      throw new ModelException(
          "the reward '%s' is not FILE.py:FUNCTION, such as reward.py:score".formatted(name));
    }
  }

  /** Returns the source of a name whose form tells its kind: a folder, a file or a class. */
  public static RewardSource of(String name) {
    if (name.contains(".py:")) {
      return new RewardSource(Kind.PYTHON, name);
    }
    return new RewardSource(Files.isDirectory(Path.of(name)) ? Kind.MODEL : Kind.CLASS, name);
  }

  /**
   * Makes the reward function.
   *
   * @param python the interpreter for {@link Kind#PYTHON}
   */
  RewardFunction open(int threads, Path python) {
    return switch (kind) {
      case MODEL -> {
        ModelFolder folder = ModelFolder.open(Path.of(name));
        yield new ModelReward(
            folder.config().head() == Head.SCORE ? folder.load(threads) : refuseLanguage(),
            Tokenizer.open(folder.tokenizer()));
      }
      case CLASS -> instance();
      case PYTHON -> {
        requireFile();
        int colon = name.lastIndexOf(':');
        yield new PythonReward(
            python, Path.of(name.substring(0, colon)), name.substring(colon + 1));
      }
    };
  }

  /**
   * Checks the file of a Python function, before an interpreter is looked for.
   *
   * @throws ModelException if there is none
   */
  public void requireFile() {
    if (!Files.isRegularFile(Path.of(name.substring(0, name.lastIndexOf(':'))))) {
      throw new ModelException(
          "the reward '%s' is not FILE.py:FUNCTION with a file that exists".formatted(name));
    }
  }

  private Transformer refuseLanguage() {
    throw new ModelException(
        "the reward model %s is a language model; train one with ./ppo4j tokens reward"
            .formatted(name));
  }

  private RewardFunction instance() {
    try {
      Object made = Class.forName(name).getConstructor().newInstance();
      if (made instanceof RewardFunction function) {
        return function;
      }
    } catch (ClassNotFoundException e) {
      throw new ModelException(
          "there is no class %s on the class path; give the full name of a class that implements %s"
              .formatted(name, RewardFunction.class.getName()));
    } catch (ReflectiveOperationException e) {
      throw new ModelException(
          "the reward class %s cannot be made: %s; it must be public and have a public constructor"
                  .formatted(name, e)
              + " without arguments");
    }
    throw new ModelException(
        "the reward class %s does not implement %s"
            .formatted(name, RewardFunction.class.getName()));
  }
}
