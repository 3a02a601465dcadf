package org.ppo4j.app;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.parameter.NamesHyperparameters;

/** The names of hyperparameters on the command line: {@code --num-envs} for numEnvs. */
final class OptionNames {
  private OptionNames() {}

  /** Returns the option of a hyperparameter, by its name. */
  static String option(String name) {
    return "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** Returns a constant as a value of an option: {@code ppo-penalty} for PPO_PENALTY. */
  static String value(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the message of an exception, with options instead of the hyperparameters' names. */
  static String message(Exception e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof NamesHyperparameters names ? replaced(message, names) : message;
  }

  /** Returns the text of a hint, with options instead of the hyperparameters' names. */
  static String text(Hint hint) {
    return replaced(hint.text(), hint);
  }

  private static String replaced(String text, NamesHyperparameters names) {
    String message = text;
    for (String name : names.hyperparameters()) {
      message = replaceWord(message, name, option(name));
      for (String constant : constants(name)) {
        message = replaceWord(message, constant, value(constant));
      }
    }
    return message;
  }

  private static String[] constants(String name) {
    Object[] constants =
        Hyperparameters.named(name)
            .<Object[]>map(entry -> entry.type().getEnumConstants())
            .orElseGet(() -> new Object[0]);
    String[] names = new String[constants.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = constants[i].toString();
    }
    return names;
  }

  private static String replaceWord(String text, String word, String replacement) {
    return Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?!\\w)")
        .matcher(text)
        .replaceAll(Matcher.quoteReplacement(replacement));
  }
}
